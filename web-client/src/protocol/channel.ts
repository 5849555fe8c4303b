import { Backoff } from './backoff.ts';
import type { Platform } from './platform.ts';
import type { Session } from './session.ts';

export interface ChannelListener {
  /** The data of each event that is wanted, by its name. */
  events: Record<string, (data: string) => void>;
  /** Events cannot arrive for now; it is tried again. */
  onBroken?(): void;
  /** The session behind the events is no more. */
  onGone(): void;
}

/**
 * Server-sent events of one session: a POST makes the stream, whose address is its Location (an extension of WHEP that
 * this server has for WHIP as well). A broken stream is asked for anew at once rather than by the browser's own
 * reconnecting: the answer to that POST tells whether the session still stands.
 */
export class EventChannel {
  private source: EventSource | undefined;
  private closed = false;
  private cancel: (() => void) | undefined;
  private readonly backoff: Backoff;

  constructor(
    private readonly platform: Platform,
    private readonly session: Session,
    private readonly resource: string,
    private readonly listener: ChannelListener,
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
        body: JSON.stringify(Object.keys(this.listener.events)),
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
      } else {
        this.listener.onBroken?.();
      }
    } catch {
      this.again();
    }
  }

  private listen(url: string): void {
    const source = this.platform.eventSource(url);
    this.source = source;
    source.onopen = () => this.backoff.reset();
    source.onerror = () => {
      source.close();
      this.again();
    };
    for (const [name, take] of Object.entries(this.listener.events)) {
      source.addEventListener(name, (event) => {
        if (!this.closed) take((event as MessageEvent<string>).data);
      });
    }
  }

  private again(): void {
    if (this.closed) return;
    this.listener.onBroken?.();
    this.cancel = this.platform.after(this.backoff.next(), () => void this.open());
  }
}
