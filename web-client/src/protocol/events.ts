import { Backoff } from './backoff.ts';
import { parseLayers, type Layer } from './layers.ts';
import type { Platform } from './platform.ts';
import type { Session } from './session.ts';

export const EVENTS_REL = 'urn:ietf:params:whep:ext:core:server-sent-events';
const WANTED = ['active', 'inactive', 'layers', 'viewercount', 'reconnect'];

export interface EventsListener {
  onActive(): void;
  onInactive(): void;
  onLayers(layers: Layer[]): void;
  onViewers(viewers: number): void;
  /** The server wants a new session, perhaps elsewhere. */
  onReconnect(endpoint: string | undefined): void;
  /** The session behind the events is no more. */
  onGone(): void;
}

/**
 * The server-sent events extension of WHEP. A broken stream is asked for anew at once rather than by the browser's
 * own reconnecting: the answer to that POST tells whether the session still stands.
 */
export class WhepEvents {
  private source: EventSource | undefined;
  private closed = false;
  private cancel: (() => void) | undefined;
  private readonly backoff: Backoff;

  constructor(
    private readonly platform: Platform,
    private readonly session: Session,
    private readonly resource: string,
    private readonly listener: EventsListener,
  ) {
    this.backoff = new Backoff(() => platform.random());
    void this.open();
  }

  /** Whether events arrive, so that the listener may rely on them. */
  get isOpen(): boolean {
    return this.source?.readyState === 1;
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
    this.source?.close();
  }

  private async open(): Promise<void> {
    try {
      const response = await this.session.request(this.resource, 'POST', {
        body: JSON.stringify(WANTED),
        headers: { 'Content-Type': 'application/json' },
      });
      await response.arrayBuffer();
      if (this.closed) return;
      const location = response.headers.get('Location');
      if (response.status === 201 && location) {
        this.listen(new URL(location, response.url || this.resource).href);
      } else if (response.status === 404 || response.status === 410) {
        this.listener.onGone();
      } else if (response.status === 429 || response.status >= 500) {
        this.again();
      }
    } catch {
      this.again();
    }
  }

  private listen(url: string): void {
    const source = this.platform.eventSource(url);
    this.source = source;
    const on = (name: string, take: (data: string) => void) =>
      source.addEventListener(name, (event) => {
        if (!this.closed) take((event as MessageEvent<string>).data);
      });
    source.onopen = () => this.backoff.reset();
    source.onerror = () => {
      source.close();
      this.again();
    };
    on('active', () => this.listener.onActive());
    on('inactive', () => this.listener.onInactive());
    on('layers', (data) => this.listener.onLayers(parseLayers(data)));
    on('viewercount', (data) => {
      const count = field(data, 'viewercount');
      if (typeof count === 'number') this.listener.onViewers(count);
    });
    on('reconnect', (data) => {
      const url = field(data, 'url');
      this.listener.onReconnect(typeof url === 'string' ? url : undefined);
    });
  }

  private again(): void {
    if (this.closed) return;
    this.cancel = this.platform.after(this.backoff.next(), () => void this.open());
  }
}

function field(data: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
