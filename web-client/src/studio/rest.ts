import type { Demand } from '../protocol/demand.ts';

/**
 * Which layers rest: those that nobody watches, of those that were on. What somebody switched off by hand stays off
 * when viewers come back.
 *
 * @param encodings as the sender has them now; their `active` is set
 * @param resting the rids that this function switched off before
 * @returns the rids that rest from now on
 */
export function rest(
  encodings: RTCRtpEncodingParameters[],
  demand: Demand,
  resting: ReadonlySet<string>,
): Set<string> {
  const now = new Set<string>();
  for (const encoding of encodings) {
    const { rid } = encoding;
    if (rid === undefined) continue;
    const wanted = demand?.[rid] ?? true;
    const ours = resting.has(rid);
    if (wanted && ours) encoding.active = true;
    else if (!wanted && (encoding.active || ours)) {
      encoding.active = false;
      now.add(rid);
    }
  }
  return now;
}

/** Lets a sender's layers rest and wakes them, one change after the other. */
export class Rest {
  private resting: ReadonlySet<string> = new Set();
  private demand: Demand;
  private sender: RTCRtpSender | undefined;
  private busy = false;
  private stale = false;

  /** The rids that rest now. */
  get rids(): ReadonlySet<string> {
    return this.resting;
  }

  /** What is wanted of this sender; another one than before has all of its layers on. */
  onDemand(demand: Demand, sender: RTCRtpSender | undefined): void {
    if (sender !== this.sender) this.resting = new Set();
    this.sender = sender;
    this.demand = demand;
    this.stale = true;
    void this.apply();
  }

  private async apply(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.stale && this.sender) {
        this.stale = false;
        await this.set(this.sender);
      }
    } finally {
      this.busy = false;
    }
  }

  private async set(sender: RTCRtpSender): Promise<void> {
    const parameters = sender.getParameters();
    const before = parameters.encodings.map(({ active }) => active);
    const resting = rest(parameters.encodings, this.demand, this.resting);
    const changed = parameters.encodings.some(({ active }, i) => active !== before[i]);
    try {
      if (changed) await sender.setParameters(parameters);
      if (sender === this.sender) this.resting = resting;
    } catch {
      // The sender was stopped meanwhile, or the browser cannot: then all layers go on as they were.
    }
  }
}

/** `720p rests: nobody watches it`, or empty when none does. */
export function restWords(
  encodings: RTCRtpEncodingParameters[],
  resting: ReadonlySet<string>,
  side: number,
): string {
  const names = encodings
    .filter(({ rid }) => rid !== undefined && resting.has(rid))
    .map(({ rid = '', scaleResolutionDownBy = 1 }) =>
      side > 0 ? `${Math.round(side / scaleResolutionDownBy)}p` : `layer ${rid}`,
    );
  if (names.length === 0) return '';
  return names.length === 1
    ? `${names[0]} rests: nobody watches it`
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} rest: nobody watches them`;
}
