import { Backoff } from './backoff.ts';
import type { Platform } from './platform.ts';
import { Problem } from './problem.ts';
import { Session } from './session.ts';

/**
 * - `idle` → connecting by start().
 * - `connecting` → connected, reconnecting (a try failed), failed.
 * - `connected` → reconnecting.
 * - `reconnecting` → connected, failed.
 * - `failed`: the server said no, and trying again as before would not help → connecting by start().
 * - any → `idle` by stop().
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'failed';

export interface ConnectionOptions {
  platform: Platform;
  endpoint: string;
  token?: string | undefined;
  /** Adds transceivers to a fresh peer connection; may throw. */
  setUp: (pc: RTCPeerConnection) => void | Promise<void>;
  editOffer?: (sdp: string) => string;
  editAnswer?: (sdp: string) => string;
  /** Whether trying again is pointless. */
  isFinal: (problem: Problem, wasConnected: boolean) => boolean;
  /**
   * Asked before a lost session is replaced; a problem ends the matter.
   *
   * @param gone whether the server itself gave the session up, rather than the path to it
   */
  mayReplace?: (sessionUrl: string, gone: boolean) => Promise<Problem | undefined>;
  onState: (state: ConnectionState, problem: Problem | undefined) => void;
  /** Whoever has data channels on the same connection. */
  rider?: Rider | undefined;
  /** A session was made: its answer is set, ICE is under way. */
  onSession?: (session: Session, pc: RTCPeerConnection) => void;
}

/** Uses each peer connection of the session besides its media. */
export interface Rider {
  /** A fresh connection whose offer is not made yet. */
  usePeer(pc: RTCPeerConnection): void;
  /** That connection is about to be closed. */
  dropPeer(): void;
}

/** How long ICE and DTLS may take before a new session is tried. */
const CONNECT_TIMEOUT_MS = 12_000;
/** Browsers say `disconnected` for hiccups too; this long it may mend itself. */
const HICCUP_MS = 800;
/** How long a restarted ICE may take. */
const RESTART_TIMEOUT_MS = 6_000;
/** A connection that held this long starts the back-off anew. */
const STEADY_MS = 5_000;

const NO_PATH = new Problem(
  0,
  'No way through for the media',
  'This page reaches the server, but its media port (UDP and TCP) does not answer: a firewall may block it, or the ' +
    'server announces an address that cannot be reached from here. Trying again.',
);

/**
 * Keeps one WHIP or WHEP session up: makes it, restarts ICE when the path breaks, makes a new one when that does not
 * help, and waits longer each time.
 */
export class Connection {
  pc: RTCPeerConnection | undefined;
  session: Session | undefined;
  state: ConnectionState = 'idle';
  private readonly backoff: Backoff;
  private readonly timers = new Set<() => void>();
  /** Grows with every session tried: what belongs to an older one is ignored. */
  private round = 0;
  private wasConnected = false;
  /** Whether the last session held for a while, so that the next may be tried at once. */
  private wasSteady = false;
  private restarted = false;
  private endpoint: string;
  private retry: (() => void) | undefined;

  constructor(private readonly options: ConnectionOptions) {
    this.backoff = new Backoff(() => options.platform.random());
    this.endpoint = options.endpoint;
  }

  start(): void {
    this.backoff.reset();
    this.wasConnected = false;
    this.wasSteady = false;
    this.drop();
    this.say('connecting');
    void this.open();
  }

  stop(): void {
    this.drop();
    this.say('idle');
  }

  /** Gives the session up for a new one, elsewhere when an address is given. */
  renew(endpoint?: string): void {
    if (endpoint) this.endpoint = new URL(endpoint, this.endpoint).href;
    this.drop();
    this.say('reconnecting');
    this.openAfter(this.nextTry());
  }

  /** Now is a good time (the network came back, the page is seen again). */
  retryNow(): void {
    if (!this.retry) return;
    const retry = this.retry;
    this.clearTimers();
    retry();
  }

  private async open(): Promise<void> {
    const round = ++this.round;
    const { platform, token, setUp, editOffer, editAnswer, onSession } = this.options;
    const pc = platform.peerConnection({ bundlePolicy: 'max-bundle' });
    this.pc = pc;
    this.restarted = false;
    try {
      await setUp(pc);
      if (round === this.round) this.options.rider?.usePeer(pc);
      const onGone = () => round === this.round && void this.lost(true);
      const session = await Session.open({
        platform,
        endpoint: this.endpoint,
        token,
        pc,
        editOffer,
        editAnswer,
        onGone,
      });
      if (round !== this.round) return session.close();
      this.session = session;
      pc.onconnectionstatechange = () => round === this.round && this.onPeerState(pc);
      this.watchTransport(pc, round);
      this.later(CONNECT_TIMEOUT_MS, () => this.state !== 'connected' && void this.lost(false, NO_PATH));
      onSession?.(session, pc);
      this.onPeerState(pc);
    } catch (error) {
      if (round === this.round) this.refused(Problem.wrap(error));
    }
  }

  /** A server that ends a session closes its DTLS, which shows in the connection's own state only much later. */
  private watchTransport(pc: RTCPeerConnection, round: number): void {
    const transport = pc.getTransceivers()[0]?.sender.transport;
    transport?.addEventListener('statechange', () => {
      const over = transport.state === 'closed' || transport.state === 'failed';
      if (over && round === this.round) void this.lost(transport.state === 'closed');
    });
  }

  private refused(problem: Problem): void {
    this.drop();
    if (this.options.isFinal(problem, this.wasConnected)) {
      this.say('failed', problem);
    } else {
      this.say(this.wasConnected ? 'reconnecting' : 'connecting', problem);
      this.openAfter(this.backoff.next(problem.retryAfterMs));
    }
  }

  private onPeerState(pc: RTCPeerConnection): void {
    switch (pc.connectionState) {
      case 'connected':
        this.clearTimers();
        this.restarted = false;
        this.wasConnected = true;
        this.later(STEADY_MS, () => {
          this.wasSteady = true;
          this.backoff.reset();
        });
        this.say('connected');
        break;
      case 'disconnected':
        if (this.state === 'connected') this.later(HICCUP_MS, () => this.mend(pc));
        break;
      case 'failed':
        this.mend(pc);
        break;
      case 'closed':
        void this.lost(true);
        break;
      case 'new':
      case 'connecting':
        break;
    }
  }

  /** The path broke: one ICE restart, and a new session when that was not enough. */
  private mend(pc: RTCPeerConnection): void {
    if (pc.connectionState === 'connected') return;
    this.clearTimers();
    if (this.restarted || !this.session) {
      void this.lost(false, this.wasConnected ? undefined : NO_PATH);
      return;
    }
    this.restarted = true;
    this.say('reconnecting');
    this.later(RESTART_TIMEOUT_MS, () => void this.lost(false));
    this.restart(this.session, this.round);
  }

  private restart(session: Session, round: number): void {
    session.restartIce().catch((error: unknown) => {
      if (round !== this.round || this.state === 'connected') return;
      const problem = Problem.wrap(error);
      if (!problem.isUnreachable) {
        void this.lost(problem.status === 404 || problem.status === 410);
      } else {
        this.say('reconnecting', problem);
        this.later(this.backoff.next(), () => this.restart(session, round));
      }
    });
  }

  /** The session is beyond repair. */
  private async lost(gone: boolean, problem?: Problem): Promise<void> {
    const url = this.session?.url;
    this.drop(gone);
    this.say(this.wasConnected ? 'reconnecting' : 'connecting', problem);
    const round = this.round;
    const objection = url === undefined ? undefined : await this.options.mayReplace?.(url, gone);
    if (round !== this.round) return;
    if (objection) this.say('failed', objection);
    else this.openAfter(this.nextTry());
  }

  private nextTry(): number {
    const delayMs = this.wasSteady ? 0 : this.backoff.next();
    this.wasSteady = false;
    return delayMs;
  }

  private openAfter(delayMs: number): void {
    const go = () => {
      this.retry = undefined;
      void this.open();
    };
    if (delayMs === 0) return go();
    this.retry = go;
    this.later(delayMs, go);
  }

  private drop(gone = false): void {
    this.round++;
    this.retry = undefined;
    this.clearTimers();
    if (this.pc) {
      this.pc.onconnectionstatechange = null;
      this.options.rider?.dropPeer();
    }
    if (this.session) this.session.close(gone);
    else this.pc?.close();
    this.session = this.pc = undefined;
  }

  private say(state: ConnectionState, problem?: Problem): void {
    this.state = state;
    this.options.onState(state, problem);
  }

  private later(delayMs: number, run: () => void): void {
    const cancel = this.options.platform.after(delayMs, () => {
      this.timers.delete(cancel);
      run();
    });
    this.timers.add(cancel);
  }

  private clearTimers(): void {
    this.timers.forEach((cancel) => cancel());
    this.timers.clear();
  }
}
