import type { Participant, Presence, Said } from './messages.ts';
import type { Pending } from './outbox.ts';

/**
 * - `idle`: not entered → connecting by join().
 * - `connecting` → joined, refused, off.
 * - `joined` → reconnecting.
 * - `reconnecting` → joined, refused, off.
 * - `refused`: the server does not let us in. `off`: it has no chat. Both → connecting by join().
 */
export type ChatState = 'idle' | 'connecting' | 'joined' | 'reconnecting' | 'refused' | 'off';

/** News that a moderator did something to somebody. */
export interface Moderation {
  type: 'muted' | 'unmuted' | 'banned' | 'unbanned';
  who: string;
  /** As far as it is known here. */
  name: string;
  /** 0 for until further notice. */
  seconds: number;
}

export interface ChatListener {
  onState?(state: ChatState, why: string): void;
  /** Who we are in this room, and the newest number of its log; again after each reconnect and change of name. */
  onWelcome?(you: Participant, last: number): void;
  /** Each message of the log once, in order. */
  onSaid?(said: Said): void;
  /** So many messages were missed that the server no longer keeps. */
  onGap?(missed: number): void;
  /** The server's log began anew: what was shown belongs to an older one. */
  onReset?(): void;
  /** What we said and have not seen in the log, in order. */
  onPending?(pending: readonly Pending[]): void;
  onRemoved?(seq: number): void;
  onModeration?(news: Moderation): void;
  onSlow?(seconds: number): void;
  onReactions?(counts: Record<string, number>): void;
  onPresence?(presence: Presence): void;
  onStream?(live: boolean): void;
}
