import { array, number, object, parse } from './json.ts';

/** One simulcast or scalability layer that a viewer may choose (WHEP layer extension). */
export interface Layer {
  /** Which media section: the key that the `layers` event used. */
  mediaId: string;
  /** The rid, or for scalable codecs the numbers. */
  encodingId: string | undefined;
  spatialLayerId: number | undefined;
  width: number;
  height: number;
  /** 0 while it is not sent; of a layer that rests, what it takes when it is. */
  bitrateBps: number;
  /** Rests at the broadcaster because nobody watches it; comes back when it is chosen. */
  dormant: boolean;
}

/**
 * Reads a `layers` event. The draft's shape is `{"1": [{rid, width, height, bitrate}]}`; servers of its earlier
 * revisions say `{"1": {"layers": [{encodingId, …}]}}`. Higher layers come first; of a rid's temporal layers one counts.
 */
export function parseLayers(data: string): Layer[] {
  const layers = new Map<string, Layer>();
  for (const [mediaId, media] of Object.entries(object(parse(data)))) {
    for (const entry of list(media)) {
      const layer = layerOf(mediaId, object(entry));
      const key = `${mediaId}/${layer.encodingId ?? ''}/${layer.spatialLayerId ?? ''}`;
      const known = layers.get(key);
      if (!known || known.bitrateBps < layer.bitrateBps) layers.set(key, layer);
    }
  }
  return [...layers.values()].sort((a, b) => b.height - a.height || b.bitrateBps - a.bitrateBps);
}

/** The body that selects a layer, or leaves the choice to the server. */
export function selection(layer: Layer | undefined, mediaId: string): string {
  if (!layer) return JSON.stringify({ mediaId });
  const { encodingId, spatialLayerId } = layer;
  return JSON.stringify({
    mediaId,
    ...(encodingId === undefined ? {} : { encodingId, rid: encodingId }),
    ...(spatialLayerId === undefined ? {} : { spatialLayerId }),
  });
}

/** What a person calls it: its height, its bit rate, its name. */
export function layerName(layer: Layer): string {
  if (layer.height > 0) return `${Math.min(layer.width || layer.height, layer.height)}p`;
  if (layer.bitrateBps > 0) return `${Math.round(layer.bitrateBps / 1000)} kb/s`;
  return layer.encodingId ?? `Layer ${layer.spatialLayerId ?? 0}`;
}

function layerOf(mediaId: string, entry: Record<string, unknown>): Layer {
  const id = entry['rid'] ?? entry['encodingId'] ?? entry['id'];
  return {
    mediaId,
    encodingId: typeof id === 'string' ? id : undefined,
    spatialLayerId: typeof entry['spatialLayerId'] === 'number' ? entry['spatialLayerId'] : undefined,
    width: number(entry['width']),
    // The draft's own text spells it `heigth` once.
    height: number(entry['height'] ?? entry['heigth']),
    bitrateBps: number(entry['bitrate'] ?? entry['targetBitrate']),
    dormant: entry['dormant'] === true,
  };
}

function list(media: unknown): unknown[] {
  if (Array.isArray(media)) return media as unknown[];
  return array(object(media)['layers'] ?? object(media)['active']);
}
