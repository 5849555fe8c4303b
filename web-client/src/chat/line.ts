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

/** Why a line ended, as the server said it. */
export interface LineEnd {
  /** A WebSocket's close code, 0 when there is none. */
  code: number;
  reason: string;
}

/** The server's own close codes, made like HTTP's: what trying again would not change. */
export const REFUSED = { badName: 4400, unauthorized: 4401, forbidden: 4403, noChat: 4404 } as const;

export function isRefusal({ code }: LineEnd): boolean {
  return Object.values<number>(REFUSED).includes(code);
}
