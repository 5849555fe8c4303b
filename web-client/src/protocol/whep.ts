import { Connection, type ConnectionState, type Rider } from './connection.ts';
import type { EventChannel } from './channel.ts';
import { EVENTS_REL, whepEvents } from './events.ts';
import { withStereoOpus } from './fragment.ts';
import { selection, type Layer } from './layers.ts';
import { linkTo } from './link.ts';
import { browser, type Platform } from './platform.ts';
import type { Problem } from './problem.ts';
import { parseQuality, QUALITY_REL, type Quality } from './quality.ts';
import type { Session } from './session.ts';
import type { PlayState } from '../ways/way.ts';

export const LAYER_REL = 'urn:ietf:params:whep:ext:core:layer';

/** In the words of every way to play. */
export type WhepState = PlayState;

export interface WhepListener {
  onState?(state: WhepState, problem: Problem | undefined): void;
  onTrack?(track: MediaStreamTrack, receiver: RTCRtpReceiver): void;
  onLayers?(layers: Layer[], selected: Layer | undefined): void;
  onViewers?(viewers: number): void;
}

export interface WhepOptions {
  endpoint: string;
  token?: string | undefined;
  platform?: Platform;
  listener: WhepListener;
  /** Has its data channels on each session's connection, for instance a chat room. */
  rider?: Rider | undefined;
}

/** How often a stream in a codec that this browser lacks is tried again. */
const UNSUPPORTED_RETRY_MS = 10_000;
/** Seconds without a byte after which a server without events counts as silent. */
const SILENT_AFTER_S = 3;

/** Plays over WHEP (draft-ietf-wish-whep) and keeps at it: before the broadcaster comes, and after they left. */
export class WhepClient {
  state: WhepState = 'idle';
  layers: Layer[] = [];
  selected: Layer | undefined;
  viewers: number | undefined;
  private readonly platform: Platform;
  private readonly connection: Connection;
  private events: EventChannel | undefined;
  /** Whether a broadcaster is there, by the server's events or by the media itself. */
  private active = false;
  private everActive = false;
  private silentS = 0;
  private flowingS = 0;
  private cancelRetry: (() => void) | undefined;

  constructor(private readonly options: WhepOptions) {
    this.platform = options.platform ?? browser;
    this.connection = new Connection({
      platform: this.platform,
      endpoint: options.endpoint,
      token: options.token,
      setUp: (pc) => this.setUp(pc),
      editOffer: withStereoOpus,
      isFinal: ({ status }) => [400, 401, 403, 405, 406, 413, 415, 422].includes(status),
      onState: (state, problem) => this.onConnection(state, problem),
      rider: options.rider,
      onSession: (session) => this.onSession(session),
    });
  }

  get pc(): RTCPeerConnection | undefined {
    return this.connection.pc;
  }

  get sessionUrl(): string | undefined {
    return this.connection.session?.url;
  }

  start(): void {
    this.cancelRetry?.();
    this.connection.start();
  }

  stop(): void {
    this.cancelRetry?.();
    this.connection.stop();
  }

  retryNow(): void {
    this.connection.retryNow();
  }

  /** Asks for one layer, or with none for the server's choice. Answers whether the server agreed. */
  async selectLayer(layer: Layer | undefined): Promise<boolean> {
    const session = this.connection.session;
    const link = session && linkTo(session.links, LAYER_REL);
    const mediaId = layer?.mediaId ?? this.layers[0]?.mediaId;
    if (!session || !link || mediaId === undefined) return false;
    try {
      const response = await session.request(link.url, 'POST', {
        body: selection(layer, mediaId),
        headers: { 'Content-Type': 'application/json' },
      });
      await response.arrayBuffer();
      if (!response.ok) return false;
    } catch {
      return false;
    }
    this.selected = layer;
    this.options.listener.onLayers?.(this.layers, layer);
    return true;
  }

  /** What the server says it sends here, and why; undefined when it does not say. */
  async quality(): Promise<Quality | undefined> {
    const session = this.connection.session;
    const link = session && linkTo(session.links, QUALITY_REL);
    if (!session || !link) return undefined;
    try {
      const response = await session.request(link.url, 'GET', { headers: { Accept: 'application/json' } });
      return response.ok ? parseQuality(await response.json()) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Tells the server what only the player can measure: how long pictures wait in its jitter buffer. */
  async report(bufferMs: number): Promise<void> {
    const session = this.connection.session;
    const link = session && linkTo(session.links, QUALITY_REL);
    if (!session || !link) return;
    const headers = { 'Content-Type': 'application/json' };
    try {
      await session.request(link.url, 'POST', { body: JSON.stringify({ bufferMs }), headers });
    } catch {
      // A courtesy: the next one may come through.
    }
  }

  /** Told once a second whether media arrived: servers may lack events, and event streams may break. */
  noteFlow(flowing: boolean): void {
    this.silentS = flowing ? 0 : this.silentS + 1;
    this.flowingS = flowing ? this.flowingS + 1 : 0;
    if (this.connection.state !== 'connected') return;
    if (this.flowingS >= 2 && (this.state === 'waiting' || this.state === 'ended')) this.live();
    if (this.silentS >= SILENT_AFTER_S && this.state === 'live' && !this.events?.isOpen) this.inactive();
  }

  private setUp(pc: RTCPeerConnection): void {
    const { onTrack } = this.options.listener;
    pc.ontrack = ({ track, receiver }) => {
      leastDelay(receiver);
      track.onunmute = () => this.state === 'waiting' && this.live();
      onTrack?.(track, receiver);
    };
    pc.addTransceiver('audio', { direction: 'recvonly' });
    pc.addTransceiver('video', { direction: 'recvonly' });
  }

  private onSession(session: Session): void {
    const link = linkTo(session.links, EVENTS_REL);
    this.events?.close();
    this.events = link && this.listen(session, link.url);
  }

  private listen(session: Session, resource: string): EventChannel {
    return whepEvents(this.platform, session, resource, {
      onActive: () => this.live(),
      onInactive: () => this.inactive(),
      onLayers: (layers) => this.onLayers(layers),
      onViewers: (viewers) => {
        this.viewers = viewers;
        this.options.listener.onViewers?.(viewers);
      },
      onReconnect: (endpoint) => this.connection.renew(endpoint),
      onGone: () => this.connection.renew(),
    });
  }

  private onLayers(layers: Layer[]): void {
    this.layers = layers;
    const { selected } = this;
    this.selected = selected && layers.find((layer) => layer.encodingId === selected.encodingId);
    this.options.listener.onLayers?.(layers, this.selected);
  }

  private live(): void {
    this.active = this.everActive = true;
    this.flowingS = this.silentS = 0;
    // That somebody broadcasts is heard by HTTP; it is live here once there is a path for it.
    if (this.connection.state === 'connected') this.say('live');
  }

  private inactive(): void {
    this.active = false;
    this.flowingS = 0;
    if (this.everActive) this.say('ended');
  }

  private onConnection(state: ConnectionState, problem: Problem | undefined): void {
    if (state !== 'connected') this.leaveSession();
    switch (state) {
      case 'connected':
        // `active` may have come before the path stood.
        this.say(this.active ? 'live' : this.everActive ? 'ended' : 'waiting');
        break;
      case 'connecting':
        // Other servers answer 404 or 409 until the broadcaster is there.
        this.say(problem?.status === 404 || problem?.status === 409 ? 'waiting' : 'connecting', problem);
        break;
      case 'failed':
        this.onRefused(problem);
        break;
      case 'idle':
      case 'reconnecting':
        this.say(state, problem);
        break;
    }
  }

  private leaveSession(): void {
    if (this.connection.session) return;
    this.events?.close();
    this.events = undefined;
    this.active = this.everActive = false;
    this.selected = undefined;
  }

  private onRefused(problem: Problem | undefined): void {
    const status = problem?.status;
    if (status === 422 || status === 406) {
      this.say('unsupported', problem);
      this.cancelRetry = this.platform.after(problem?.retryAfterMs ?? UNSUPPORTED_RETRY_MS, () =>
        this.connection.start(),
      );
    } else {
      this.say(status === 401 || status === 403 ? 'unauthorized' : 'failed', problem);
    }
  }

  private say(state: WhepState, problem?: Problem): void {
    if (state === this.state && !problem) return;
    this.state = state;
    this.options.listener.onState?.(state, problem);
  }
}

/** Pictures are shown as soon as they are whole; the buffer grows by itself when the network needs it. */
function leastDelay(receiver: RTCRtpReceiver): void {
  const tunable = receiver as RTCRtpReceiver & {
    jitterBufferTarget?: number | null;
    playoutDelayHint?: number;
  };
  if ('jitterBufferTarget' in receiver) tunable.jitterBufferTarget = 0;
  else if ('playoutDelayHint' in receiver) tunable.playoutDelayHint = 0;
}
