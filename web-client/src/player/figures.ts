import { bitrate, millis, percent } from '../page/format.ts';
import type { Delay, Quality } from '../protocol/quality.ts';
import type { EngineStats } from '../ways/segments.ts';
import { type Rung } from '../ways/way.ts';
import type { PlayStats } from '../protocol/stats.ts';

/** A name and its value in the statistics. */
export type Figure = [name: string, value: string];

/** Why the viewer sees what it sees, in the server's words; empty while it has not said. */
export function reason(quality: Quality | undefined): string {
  const why = quality?.video?.why || quality?.audio?.why || '';
  // A number stays with its unit.
  return why.replace(/(\d) (?=[kM]b\/s)/g, '$1\u00a0');
}

/** What the overlay lists, the most telling first: what the browser measures, and what the server knows. */
export function figures(stats: PlayStats, quality: Quality | undefined): Figure[] {
  const video = quality?.video;
  const codecs = [stats.videoCodec, stats.audioCodec].filter(Boolean).join(' · ');
  const size = stats.height
    ? `${stats.width}×${stats.height}, ${Math.round(stats.framesPerSecond)} fps`
    : '–';
  const rows: (Figure | undefined)[] = [
    ['Picture', size],
    video && layer(video),
    quality && [
      'Connection',
      quality.estimateBps === undefined ? 'not measured yet' : `about ${bitrate(quality.estimateBps)}`,
    ],
    ['Received', bitrate(stats.videoBps + stats.audioBps)],
    ['Round trip', millis(quality?.rttMs ?? stats.rttMs)],
    ['Loss', `${percent(stats.loss)} (${stats.packetsLost} in all)`],
    video && ['Layer changes', String(video.switches)],
    video && ['Sent again', `${video.retransmitted} packets`],
    ['Jitter buffer', millis(stats.jitterBufferMs)],
    ...delay(quality?.delay),
    ['Freezes', String(stats.freezes)],
    ['Frames dropped', `${stats.framesDropped} of ${stats.framesDecoded}`],
    ['Codecs', codecs || '–'],
    ['Transport', stats.transport || '–'],
  ];
  return rows.filter((row) => row !== undefined);
}

/** From capture to the decoder: encoding, network, this server, and what the player keeps back. */
function delay(told: Delay | undefined): Figure[] {
  if (!told || told.parts.length === 0) return [];
  return [
    ['Behind the camera', `${told.partial ? 'over' : 'about'} ${millis(told.totalMs)}`],
    ['Where they go', told.parts.map(([name, ms]) => `${name} ${fine(ms)}`).join(' · ')],
  ];
}

/** Milliseconds, tenths where there are few. */
function fine(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

function layer({ current, wanted, selected }: NonNullable<Quality['video']>): Figure | undefined {
  const flows = current ?? wanted;
  if (flows === undefined) return undefined;
  const next = wanted !== undefined && current !== undefined && wanted !== current ? ` → ${wanted}` : '';
  const how = selected === undefined ? 'auto' : 'chosen';
  return ['Layer', `${flows}${next} (${how})`];
}

const FORMAT: Record<Rung, string> = {
  webrtc: 'WebRTC',
  dash: 'DASH, low latency',
  hls: 'HLS, low latency',
  plain: 'HLS',
};

/** What the overlay lists of a way by segments. */
export function segmentFigures(
  rung: Rung,
  stats: EngineStats,
  framesPerSecond: number,
  bufferedS: number,
): Figure[] {
  const size = stats.height > 0 ? `${stats.width}×${stats.height}, ${framesPerSecond} fps` : '–';
  const rows: (Figure | undefined)[] = [
    ['Picture', size],
    ['Behind live', stats.latencyMs === undefined ? '–' : `${(stats.latencyMs / 1000).toFixed(1)} s`],
    ['Buffered', `${bufferedS.toFixed(1)} s`],
    stats.bitrateBps > 0 ? ['Bit rate', bitrate(stats.bitrateBps)] : undefined,
    stats.estimateBps > 0 ? ['Connection', `about ${bitrate(stats.estimateBps)}`] : undefined,
    ['Stalls', String(stats.stalls)],
    ['Frames dropped', `${stats.framesDropped} of ${stats.framesDecoded}`],
    ['Codecs', stats.codecs || '–'],
    ['Format', FORMAT[rung]],
  ];
  return rows.filter((row) => row !== undefined);
}
