import type { Platform } from '../protocol/platform.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import type { Line, LineListener } from './line.ts';
import { fromServer, type ToServer } from './messages.ts';

/** The room over a WebSocket, for whoever has no data channel. */
export class SocketLine implements Line {
  readonly kind = 'websocket';
  private readonly socket: WebSocket;
  private closed = false;

  constructor(platform: Platform, url: string, listener: LineListener) {
    this.socket = platform.webSocket(url);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => !this.closed && listener.onOpen(this);
    this.socket.onmessage = ({ data }: MessageEvent<unknown>) => this.take(data, listener);
    this.socket.onclose = ({ code, reason }) => {
      if (this.closed) return;
      this.closed = true;
      listener.onClosed(this, { code, reason });
    };
  }

  send(message: ToServer): boolean {
    return this.post(JSON.stringify(message));
  }

  sendLossy(message: ToServer): boolean {
    return this.send(message);
  }

  subscribe(label: string): void {
    this.send({ type: 'subscribe', label });
  }

  unsubscribe(label: string): void {
    this.send({ type: 'unsubscribe', label });
  }

  sendApp(label: string, payload: string | ArrayBuffer): boolean {
    return typeof payload === 'string'
      ? this.send({ type: 'app', label, text: payload })
      : this.post(sealEnvelope(label, payload));
  }

  close(): void {
    this.closed = true;
    this.socket.close();
  }

  private take(data: unknown, listener: LineListener): void {
    if (this.closed) return;
    if (typeof data === 'string') {
      const message = fromServer(data);
      if (message?.type === 'app') listener.onApp(this, { ...message, data: undefined });
      else if (message) listener.onMessage(this, message);
    } else if (data instanceof ArrayBuffer) {
      const app = openEnvelope(data);
      if (app) listener.onApp(this, app);
    }
  }

  private post(data: string | ArrayBuffer): boolean {
    if (this.closed || this.socket.readyState !== 1) return false;
    this.socket.send(data);
    return true;
  }
}

/** `wss://host/ws?stream=…`; a WebSocket of a browser has no headers, so a token goes into the address. */
export function socketUrl(base: string, stream: string, token: string | undefined): string {
  const url = new URL('/ws', base);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  url.searchParams.set('stream', stream);
  if (token) url.searchParams.set('token', token);
  return url.href;
}
