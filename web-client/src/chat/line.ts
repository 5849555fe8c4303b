import type { AppMessage } from './envelope.ts';
import type { FromServer, ToServer } from './messages.ts';

/** One way to the room, by data channels or by WebSocket. It carries messages both ways and knows nothing of them. */
export interface Line {
  readonly kind: 'data-channel' | 'websocket';
  /** False when it cannot go out now. */
  send(message: ToServer): boolean;
  /** May be lost on the way. */
  sendLossy(message: ToServer): boolean;
  /** Opens an application's own channel, which subscribes to it. */
  subscribe(label: string, options: RTCDataChannelInit): void;
  unsubscribe(label: string): void;
  sendApp(label: string, payload: string | ArrayBuffer): boolean;
  close(): void;
}

export interface LineListener {
  /** Messages may be sent from now on. */
  onOpen(line: Line): void;
  onMessage(line: Line, message: FromServer): void;
  onApp(line: Line, message: AppMessage): void;
  /** It is over, by no wish of ours. */
  onClosed(line: Line, why: LineEnd): void;
}

/** Why a line ended, as far as the server said. */
export interface LineEnd {
  /** The HTTP status that the upgrade was refused with, 0 when it was not. */
  status: number;
  /** A WebSocket's close code, 0 when there is none. */
  code: number;
  /** A sentence, perhaps empty. */
  reason: string;
  retryAfterMs: number;
}

/** It just broke. */
export const BROKEN: LineEnd = { status: 0, code: 0, reason: '', retryAfterMs: 0 };

/** The server ended the chat with us: only a person's own wish brings us back. */
const ENDED = 4000;

/** Whether trying again as before would not help. */
export function isRefusal({ status, code }: LineEnd): boolean {
  return code === ENDED || [400, 401, 403, 404].includes(status);
}

/** Whether there is no chat on that server at all. */
export function isOff({ status }: LineEnd): boolean {
  return status === 404;
}
