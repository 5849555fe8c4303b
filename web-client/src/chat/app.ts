import type { AppMessage } from './envelope.ts';
import type { Line } from './line.ts';

/**
 * An application's own channel in a room, for quizzes, captions, telemetry. It comes back with the connection; what is
 * sent while there is none is lost, and the answer of send() says so. Nothing of it is stored anywhere.
 */
export class AppChannel {
  onmessage: ((message: AppMessage) => void) | undefined;

  constructor(
    readonly label: string,
    readonly options: RTCDataChannelInit,
    private readonly line: () => Line | undefined,
    private readonly onClose: () => void,
  ) {}

  /** A text or bytes; false when it could not go out. */
  send(payload: string | ArrayBuffer): boolean {
    return this.line()?.sendApp(this.label, payload) === true;
  }

  close(): void {
    this.onClose();
    this.line()?.unsubscribe(this.label);
  }

  /** Called by the room. */
  take(message: AppMessage): void {
    this.onmessage?.(message);
  }
}

/** All channels that an application opened in a room. */
export class AppChannels {
  private readonly byLabel = new Map<string, AppChannel>();

  constructor(private readonly line: () => Line | undefined) {}

  get isEmpty(): boolean {
    return this.byLabel.size === 0;
  }

  open(label: string, options: RTCDataChannelInit): AppChannel {
    const known = this.byLabel.get(label);
    if (known) return known;
    const channel = new AppChannel(label, options, this.line, () => this.byLabel.delete(label));
    this.byLabel.set(label, channel);
    this.line()?.subscribe(label, options);
    return channel;
  }

  /** On a line that just opened. */
  subscribe(line: Line): void {
    for (const { label, options } of this.byLabel.values()) line.subscribe(label, options);
  }

  take(message: AppMessage): void {
    this.byLabel.get(message.label)?.take(message);
  }
}
