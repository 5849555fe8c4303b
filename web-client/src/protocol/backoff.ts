/** When to try again: doubling from a quarter second up to eight, with jitter so that a crowd does not come back at once. */
export class Backoff {
  private static readonly FIRST_MS = 250;
  private static readonly MOST_MS = 8_000;
  /** An absurd Retry-After must not park a page for an hour. */
  private static readonly MOST_RETRY_AFTER_MS = 60_000;
  private tries = 0;

  constructor(private readonly random: () => number) {}

  /** Milliseconds until the next try: half to all of the step, but never before the server's Retry-After. */
  next(retryAfterMs = 0): number {
    const step = Math.min(Backoff.MOST_MS, Backoff.FIRST_MS * 2 ** this.tries);
    this.tries = Math.min(this.tries + 1, 10);
    const jittered = step * (0.5 + this.random() / 2);
    if (retryAfterMs <= 0) return jittered;
    const asked = Math.min(retryAfterMs, Backoff.MOST_RETRY_AFTER_MS);
    return Math.max(jittered, asked * (1 + this.random() / 4));
  }

  reset(): void {
    this.tries = 0;
  }
}
