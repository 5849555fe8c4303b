import { openEnvelope } from './envelope.ts';
import { BROKEN, type Line, type LineListener } from './line.ts';
import { fromServer, type ToServer } from './messages.ts';

/** What waits in a channel beyond this is not joined by more: the reader is gone or the path is. */
const MOST_BUFFERED_BYTES = 1 << 20;

/**
 * The room over the data channels of a session's own connection: `chat` in order and reliable, `reactions` as it comes,
 * and one channel for each label of the application's. Made before the offer, so that the offer has their section.
 */
export class ChannelLine implements Line {
  readonly kind = 'data-channel';
  private readonly chat: RTCDataChannel;
  private readonly reactions: RTCDataChannel;
  private readonly apps = new Map<string, RTCDataChannel>();
  private closed = false;

  constructor(
    private readonly pc: RTCPeerConnection,
    private readonly listener: LineListener,
  ) {
    this.chat = this.open('chat', {});
    this.reactions = this.open('reactions', { ordered: false, maxRetransmits: 0 });
    this.chat.onopen = () => !this.closed && listener.onOpen(this);
    const over = () => this.end();
    this.chat.onclose = over;
    this.chat.onerror = over;
  }

  /** Whether messages can go out, as far as one can know. */
  get isOpen(): boolean {
    return !this.closed && this.chat.readyState === 'open';
  }

  send(message: ToServer): boolean {
    return this.post(this.chat, JSON.stringify(message));
  }

  sendLossy(message: ToServer): boolean {
    // A reaction that cannot go now is of no use later.
    return this.post(this.reactions, JSON.stringify(message));
  }

  subscribe(label: string, options: RTCDataChannelInit): void {
    if (this.closed || this.apps.has(label)) return;
    try {
      const channel = this.open(label, options);
      this.apps.set(label, channel);
    } catch {
      // The connection is being closed; the label is opened again with the next one.
    }
  }

  unsubscribe(label: string): void {
    this.apps.get(label)?.close();
    this.apps.delete(label);
  }

  sendApp(label: string, payload: string | ArrayBuffer): boolean {
    const channel = this.apps.get(label);
    return channel !== undefined && this.post(channel, payload);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const channel of [this.chat, this.reactions, ...this.apps.values()]) channel.close();
  }

  private open(label: string, options: RTCDataChannelInit): RTCDataChannel {
    const channel = this.pc.createDataChannel(label, options);
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<unknown>) => this.take(data);
    return channel;
  }

  private take(data: unknown): void {
    if (this.closed) return;
    if (typeof data === 'string') {
      const message = fromServer(data);
      if (message?.type === 'app') this.listener.onApp(this, { ...message, data: undefined });
      else if (message) this.listener.onMessage(this, message);
    } else if (data instanceof ArrayBuffer) {
      const app = openEnvelope(data);
      if (app) this.listener.onApp(this, app);
    }
  }

  private post(channel: RTCDataChannel, data: string | ArrayBuffer): boolean {
    if (this.closed || channel.readyState !== 'open' || channel.bufferedAmount > MOST_BUFFERED_BYTES)
      return false;
    try {
      if (typeof data === 'string') channel.send(data);
      else channel.send(data);
      return true;
    } catch {
      // Longer than what the other side takes, or closed just now.
      return false;
    }
  }

  private end(): void {
    if (this.closed) return;
    this.close();
    this.listener.onClosed(this, BROKEN);
  }
}
