import { bitrate } from '../page/format.ts';
import type { Rendition } from '../ways/segments.ts';
import { layerName, type Layer } from '../protocol/layers.ts';

/** One entry of the quality menu. */
export interface Choice {
  /** Empty for Auto. */
  value: string;
  label: string;
  chosen: boolean;
}

/**
 * The quality menu: Auto with what it is now, then each layer with its size and bit rate.
 *
 * @param shownSide the lesser side of the picture that is shown, 0 before there is one
 */
export function choices(layers: Layer[], selected: Layer | undefined, shownSide: number): Choice[] {
  // A server that tells no bit rates at all means none by 0.
  const rated = layers.some((layer) => layer.bitrateBps > 0);
  const offered = layers.filter((layer) => !rated || layer.bitrateBps > 0 || layer === selected);
  if (layers.length < 2) return [];
  const auto = shownSide > 0 && !selected ? `Auto (${shownSide}p)` : 'Auto';
  return [
    { value: '', label: auto, chosen: !selected },
    ...offered.map((layer) => ({
      value: layerKey(layer),
      label: label(layer, rated),
      chosen: layer === selected,
    })),
  ];
}

/** What names a layer however its neighbours come and go. */
export function layerKey(layer: Layer): string {
  return `${layer.mediaId}/${layer.encodingId ?? ''}/${layer.spatialLayerId ?? ''}`;
}

/** `720p · 1.5 Mb/s`. */
function label(layer: Layer, rated: boolean): string {
  const name = layerName(layer);
  if (layer.bitrateBps > 0) return layer.height > 0 ? `${name} · ${bitrate(layer.bitrateBps)}` : name;
  return rated ? `${name} · not sent now` : name;
}

/** The same of a manifest's renditions; what Auto is now is the one that is played. */
export function renditionChoices(renditions: Rendition[], chosen: string | undefined): Choice[] {
  if (renditions.length < 2) return [];
  const active = renditions.find((one) => one.active);
  const auto = chosen === undefined && active ? `Auto (${active.height}p)` : 'Auto';
  return [
    { value: '', label: auto, chosen: chosen === undefined },
    ...renditions.map(({ id, height, bitrateBps }) => ({
      value: id,
      label: bitrateBps > 0 ? `${height}p · ${bitrate(bitrateBps)}` : `${height}p`,
      chosen: id === chosen,
    })),
  ];
}
