import { number, object } from '../protocol/json.ts';
import type { Timeline } from './timeline.ts';

/** How often a viewer by WebRTC asks how far back the segments reach: seldom, as there may be thousands. */
const ASK_EVERY_MS = 15_000;

/** How far one could go back from WebRTC, which has no past of its own: the server tells what its segments hold. */
export class Past {
  timeline: Timeline | undefined;
  private askedMs = -Infinity;

  forget(): void {
    this.timeline = undefined;
    this.askedMs = -Infinity;
  }

  /** Asks when it is time to. */
  async look(place: { base: string; stream: string; token: string | undefined }): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.askedMs < ASK_EVERY_MS) return;
    this.askedMs = nowMs;
    const { base, stream, token } = place;
    const url = new URL(`/api/v1/streams/${encodeURIComponent(stream)}`, base);
    const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    try {
      const response = await fetch(url, { headers });
      const origin = response.ok ? object(object(await response.json())['origin']) : {};
      const windowS = number(origin['seekableMs']) / 1000;
      this.timeline = windowS > 0 ? { windowS, behindS: 0 } : undefined;
    } catch {
      // As before, until the next time.
    }
  }
}
