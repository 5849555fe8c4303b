import type { Platform } from '../protocol/platform.ts';
import { Problem } from '../protocol/problem.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import { BROKEN, type Line, type LineEnd, type LineListener } from './line.ts';
import { fromServer, type ToServer } from './messages.ts';

/** The room over a WebSocket, for whoever has no data channel. */
export class SocketLine implements Line {
  readonly kind = 'websocket';
  private readonly socket: WebSocket;
  private closed = false;

  constructor(
    private readonly platform: Platform,
    private readonly target: SocketTarget,
    private readonly listener: LineListener,
  ) {
    let opened = false;
    this.socket = platform.webSocket(target.url, target.protocols);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => {
      opened = true;
      if (!this.closed) listener.onOpen(this);
    };
    this.socket.onmessage = ({ data }: MessageEvent<unknown>) => this.take(data);
    this.socket.onclose = ({ code, reason }) => {
      if (opened) this.end({ ...BROKEN, code, reason });
      else void this.why().then((end) => this.end(end));
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

  private take(data: unknown): void {
    const { listener } = this;
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

  /** Browsers keep from us what an upgrade was refused with; the same address answers it to a plain request. */
  private async why(): Promise<LineEnd> {
    if (this.closed) return BROKEN;
    try {
      const response = await this.platform.fetch(this.target.url.replace(/^ws/, 'http'), {
        headers: this.target.headers,
      });
      const { status, title, detail, retryAfterMs = 0 } = await Problem.of(response);
      return { status, code: 0, reason: detail || title, retryAfterMs };
    } catch {
      return BROKEN;
    }
  }

  private end(why: LineEnd): void {
    if (this.closed) return;
    this.closed = true;
    this.listener.onClosed(this, why);
  }

  private post(data: string | ArrayBuffer): boolean {
    if (this.closed || this.socket.readyState !== 1) return false;
    this.socket.send(data);
    return true;
  }
}

/** Where the room's WebSocket is, and how a token is shown there. */
export interface SocketTarget {
  url: string;
  protocols: string[];
  /** For a plain request of the same. */
  headers: Record<string, string>;
}

/**
 * `wss://host/ws?stream=…`. A WebSocket of a browser has no headers, so a token goes as a subprotocol, which no log
 * keeps; one with characters that a subprotocol cannot have goes into the address.
 */
export function socketTarget(base: string, stream: string, token: string | undefined): SocketTarget {
  const url = new URL('/ws', base);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  url.searchParams.set('stream', stream);
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const protocols = ['millrace.chat'];
  if (token && /^[\w.~+-]+$/.test(token)) protocols.push(`bearer.${token}`);
  else if (token) url.searchParams.set('token', token);
  return { url: url.href, protocols, headers };
}
