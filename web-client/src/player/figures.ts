import { bitrate, millis, percent } from '../page/format.ts';
import type { Quality } from '../protocol/quality.ts';
import type { PlayStats } from '../protocol/stats.ts';

/** A name and its value in the statistics. */
export type Figure = [name: string, value: string];

/** Why the viewer sees what it sees, in the server's words; empty while it has not said. */
export function reason(quality: Quality | undefined): string {
  return quality?.video?.why || quality?.audio?.why || '';
}

/** What the overlay lists, the most telling first: what the browser measures, and what the server knows. */
export function figures(stats: PlayStats, quality: Quality | undefined): Figure[] {
  const video = quality?.video;
  const codecs = [stats.videoCodec, stats.audioCodec].filter(Boolean).join(' · ');
  const size = stats.height
    ? `${stats.width}×${stats.height} at ${Math.round(stats.framesPerSecond)} fps`
    : '–';
  const rows: (Figure | undefined)[] = [
    ['Picture', size],
    video && layer(video),
    quality && [
      'Connection',
      quality.estimateBps === undefined ? 'not measured yet' : `about ${bitrate(quality.estimateBps)}`,
    ],
    ['Bit rate', `${bitrate(stats.videoBps)} + ${bitrate(stats.audioBps)} sound`],
    ['Round trip', millis(quality?.rttMs ?? stats.rttMs)],
    ['Loss', `${percent(stats.loss)} (${stats.packetsLost} in all)`],
    video && ['Sent again', `${video.retransmitted} of ${video.nacked} asked for`],
    ['Jitter buffer', millis(stats.jitterBufferMs)],
    ['Freezes', String(stats.freezes)],
    ['Frames', `${stats.framesDecoded} decoded, ${stats.framesDropped} dropped`],
    ['Codecs', codecs || '–'],
    ['Transport', stats.transport || '–'],
  ];
  return rows.filter((row) => row !== undefined);
}

function layer({ current, wanted, selected, switches }: NonNullable<Quality['video']>): Figure | undefined {
  const flows = current ?? wanted;
  if (flows === undefined) return undefined;
  const next = wanted !== undefined && current !== undefined && wanted !== current ? ` → ${wanted}` : '';
  const how = selected === undefined ? 'auto' : 'chosen';
  const changes = switches === 1 ? '1 change' : `${switches} changes`;
  return ['Layer', `${flows}${next} (${how}, ${changes})`];
}
