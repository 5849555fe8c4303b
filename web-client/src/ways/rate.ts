/** What is seen of a stream that is played, once in a while. */
export interface Sight {
  nowMs: number;
  /** How often it has stood still so far. */
  stalls: number;
  /** How far behind live it is; undefined when that is not what is wanted (rewound) or not known. */
  latencyMs: number | undefined;
  /** Of the rendition that is played, 0 while unknown. */
  playedBps: number;
  /** Whether there is a better rendition. */
  hasBetter: boolean;
}

/** So many stalls within so much time, or so far behind: the rendition is too much. */
const STALLS = 2;
const STALLS_WITHIN_MS = 10_000;
const LATE_MS = 2_000;
/** A step down needs that long to show. */
const GRACE_MS = 4_000;
const DOWN = 0.7;
const UP = 1.5;
/** How long it must be calm before more is tried: doubled each time that was too much. */
const CALM_MS = 20_000;
const MOST_CALM_MS = 320_000;

/**
 * What a viewer's network is taken to carry, for segments that are sent while they are made: how fast those come says
 * how fast they are made and nothing of the network. So it starts with more than enough, and learns from trouble.
 */
export class RateGuess {
  /** More than any ladder needs. */
  bps = 20_000_000;
  private stallTimes: number[] = [];
  private stalls: number | undefined;
  private quietSinceMs = -Infinity;
  private steppedMs = -Infinity;
  private steppedUp = false;
  private calmMs = CALM_MS;

  /** Answers the new guess when it changed. */
  see(sight: Sight): number | undefined {
    const { nowMs, playedBps } = sight;
    if (this.quietSinceMs === -Infinity) this.quietSinceMs = nowMs;
    for (let i = this.stalls ?? sight.stalls; i < sight.stalls; i++) this.stallTimes.push(nowMs);
    this.stalls = sight.stalls;
    this.stallTimes = this.stallTimes.filter((atMs) => nowMs - atMs < STALLS_WITHIN_MS);
    const late = sight.latencyMs !== undefined && sight.latencyMs > LATE_MS;
    const trouble = late || this.stallTimes.length >= STALLS;
    if (trouble) this.quietSinceMs = nowMs;
    if (playedBps <= 0 || nowMs - this.steppedMs < GRACE_MS) return undefined;
    if (trouble) return this.down(nowMs, playedBps);
    const calm = nowMs - Math.max(this.quietSinceMs, this.steppedMs) >= this.calmMs;
    return calm && sight.hasBetter ? this.up(nowMs, playedBps) : undefined;
  }

  private down(nowMs: number, playedBps: number): number {
    if (this.steppedUp) this.calmMs = Math.min(this.calmMs * 2, MOST_CALM_MS);
    this.steppedUp = false;
    this.stallTimes = [];
    return this.set(nowMs, Math.min(this.bps, playedBps) * DOWN);
  }

  private up(nowMs: number, playedBps: number): number {
    this.steppedUp = true;
    return this.set(nowMs, Math.max(this.bps, playedBps) * UP);
  }

  private set(nowMs: number, bps: number): number {
    this.steppedMs = nowMs;
    this.bps = Math.round(bps);
    return this.bps;
  }
}
