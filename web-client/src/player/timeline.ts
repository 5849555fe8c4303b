import { clock } from '../page/format.ts';
import type { SeekRange } from '../ways/segments.ts';

/** Where the viewer is between the oldest second that is kept and now. All in seconds. */
export interface Timeline {
  windowS: number;
  behindS: number;
}

/** Closer than this to the edge is live: segments come in steps, and their edge with them. */
export const LIVE_WITHIN_S = 3;
/** A window shorter than this is no past worth a seek bar. */
export const LEAST_WINDOW_S = 10;

export function timelineOf(range: SeekRange | undefined, positionS: number): Timeline | undefined {
  if (!range) return undefined;
  const windowS = Math.max(0, range.endS - range.startS);
  return { windowS, behindS: Math.min(windowS, Math.max(0, range.endS - positionS)) };
}

export function isLive({ behindS }: Timeline): boolean {
  return behindS <= LIVE_WITHIN_S;
}

export function isSeekable(timeline: Timeline | undefined): timeline is Timeline {
  return timeline !== undefined && timeline.windowS > LEAST_WINDOW_S;
}

/** `−0:23`; with a minus that is as wide as a digit. */
export function behindText({ behindS }: Timeline): string {
  return `\u2212${clock(Math.round(behindS) * 1000)}`;
}

/** For a screen reader: `1 minute 23 seconds behind live`. */
export function behindSpoken(timeline: Timeline): string {
  if (isLive(timeline)) return 'Live';
  const s = Math.round(timeline.behindS);
  const parts = [part(Math.floor(s / 3600), 'hour'), part(Math.floor(s / 60) % 60, 'minute')];
  return [...parts, part(s % 60, 'second')].filter(Boolean).join(' ') + ' behind live';
}

function part(count: number, name: string): string {
  if (count === 0) return '';
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
