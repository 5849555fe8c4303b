import type { Platform } from '../protocol/platform.ts';

/** How long the server's counts may take to include a reaction of ours; then it was lost, or counted in another. */
const COUNTED_WITHIN_MS = 1_500;

/** Our own reactions are shown at once, so they are taken out of the counts that come from the server. */
export class OwnReactions {
  private readonly shown = new Map<string, number>();

  constructor(private readonly platform: Platform) {}

  note(emoji: string): void {
    this.add(emoji, 1);
    this.platform.after(COUNTED_WITHIN_MS, () => this.add(emoji, -1));
  }

  /** The counts of all others. */
  others(counts: Record<string, number>): Record<string, number> {
    const rest: Record<string, number> = {};
    for (const [emoji, count] of Object.entries(counts)) {
      const mine = Math.min(count, this.shown.get(emoji) ?? 0);
      if (mine > 0) this.shown.set(emoji, (this.shown.get(emoji) ?? 0) - mine);
      if (count > mine) rest[emoji] = count - mine;
    }
    return rest;
  }

  private add(emoji: string, change: number): void {
    const now = Math.max(0, (this.shown.get(emoji) ?? 0) + change);
    if (now === 0) this.shown.delete(emoji);
    else this.shown.set(emoji, now);
  }
}
