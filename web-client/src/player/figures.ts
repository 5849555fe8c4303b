import { bitrate, millis, percent } from '../page/format.ts';
import type { Quality } from '../protocol/quality.ts';
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
    ['Freezes', String(stats.freezes)],
    ['Frames dropped', `${stats.framesDropped} of ${stats.framesDecoded}`],
    ['Codecs', codecs || '–'],
    ['Transport', stats.transport || '–'],
  ];
  return rows.filter((row) => row !== undefined);
}

function layer({ current, wanted, selected }: NonNullable<Quality['video']>): Figure | undefined {
  const flows = current ?? wanted;
  if (flows === undefined) return undefined;
  const next = wanted !== undefined && current !== undefined && wanted !== current ? ` → ${wanted}` : '';
  const how = selected === undefined ? 'auto' : 'chosen';
  return ['Layer', `${flows}${next} (${how})`];
}
