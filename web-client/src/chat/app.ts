import type { AppMessage } from './envelope.ts';

/** What a channel does with the room it belongs to. */
export interface AppChannelRoom {
  send(payload: string | ArrayBuffer): boolean;
  close(): void;
}

/**
 * An application's own channel in a room, for quizzes, captions, telemetry. It comes back with the connection; what is
 * sent while there is none is lost, and the answer of send() says so. Nothing of it is stored anywhere.
 */
export class AppChannel {
  onmessage: ((message: AppMessage) => void) | undefined;

  constructor(
    readonly label: string,
    readonly options: RTCDataChannelInit,
    private readonly room: AppChannelRoom,
  ) {}

  /** A text or bytes; false when it could not go out. */
  send(payload: string | ArrayBuffer): boolean {
    return this.room.send(payload);
  }

  close(): void {
    this.room.close();
  }

  /** Called by the room. */
  take(message: AppMessage): void {
    this.onmessage?.(message);
  }
}
