import type { Codec } from './settings.ts';

/** Bit rates in bit/s at 30 frames a second, by the lesser side of the picture. */
const LADDER = [
  { side: 1080, l: 200_000, m: 900_000, h: 4_500_000 },
  { side: 720, l: 150_000, m: 500_000, h: 2_500_000 },
  { side: 480, l: 120_000, m: 350_000, h: 1_200_000 },
  { side: 0, l: 120_000, m: 300_000, h: 700_000 },
] as const;

/** Browsers drop the quarter layer of a picture smaller than this. */
const THREE_LAYERS_FROM_SIDE = 480;
/** Twice the frames need less than twice the bits. */
const FAST_FACTOR = 1.5;

/** The layers to send for a picture of that size: low to high, as browsers bring them up best. */
export function encodingsFor(
  width: number,
  height: number,
  fps: number,
  simulcast: boolean,
  codec: Codec,
): RTCRtpEncodingParameters[] {
  const side = Math.min(width, height);
  const rung = LADDER.find((r) => side >= r.side) ?? LADDER[LADDER.length - 1]!;
  const rate = (bps: number) => Math.round(bps * (fps > 30 ? FAST_FACTOR : 1));
  if (!simulcast) return [{ maxBitrate: rate(rung.h), maxFramerate: fps }];
  const layers: RTCRtpEncodingParameters[] = [
    { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: rate(rung.l) },
    { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: rate(rung.m) },
    { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: rate(rung.h) },
  ];
  const used = side < THREE_LAYERS_FROM_SIDE ? layers.slice(1) : layers;
  return used.map((layer) => ({ ...layer, maxFramerate: fps, ...scalability(codec) }));
}

/** Without being told, browsers make VP9 and AV1 scalable instead of sending layers apart. */
function scalability(codec: Codec): object {
  return codec === 'VP9' || codec === 'AV1' ? { scalabilityMode: 'L1T1' } : {};
}

const MIME: Record<Exclude<Codec, 'auto'>, string> = {
  H264: 'video/h264',
  VP8: 'video/vp8',
  VP9: 'video/vp9',
  AV1: 'video/av1',
};
const HELPERS = ['video/rtx', 'video/red', 'video/ulpfec', 'video/flexfec-03'];

/**
 * The browser's codecs in the order wanted: H.264 first by itself, or only the one chosen (with what repairs it).
 * Empty when the browser lacks the one chosen.
 */
export function preferred<T extends { mimeType: string; sdpFmtpLine?: string }>(
  capabilities: T[],
  codec: Codec,
): T[] {
  const is = (mime: string) => (c: T) => c.mimeType.toLowerCase() === mime;
  const helpers = capabilities.filter((c) => HELPERS.includes(c.mimeType.toLowerCase()));
  const first = capabilities.filter(is(MIME[codec === 'auto' ? 'H264' : codec]));
  first.sort((a, b) => h264Rank(a) - h264Rank(b));
  if (codec !== 'auto') return first.length > 0 ? [...first, ...helpers] : [];
  const others = capabilities.filter((c) => !first.includes(c) && !helpers.includes(c));
  return [...first, ...others, ...helpers];
}

/** Constrained baseline in packetization mode 1 plays everywhere. */
function h264Rank({ sdpFmtpLine = '' }: { sdpFmtpLine?: string }): number {
  const mode1 = /packetization-mode=1/.test(sdpFmtpLine) ? 0 : 10;
  const profile = /profile-level-id=(\w{4})/i.exec(sdpFmtpLine)?.[1]?.toLowerCase();
  return mode1 + (profile === '42e0' ? 0 : profile === '4200' ? 1 : 2);
}
