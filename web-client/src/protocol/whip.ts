import { Connection, type ConnectionState, type Rider } from './connection.ts';
import { DemandEvents, PUBLISHER_EVENTS_REL, type Demand } from './demand.ts';
import { withStartBitrate, withStereoOpus } from './fragment.ts';
import { linkTo } from './link.ts';
import { browser, type Platform } from './platform.ts';
import { Problem } from './problem.ts';
import type { Session } from './session.ts';

/** idle → connecting → live → reconnecting → live …; failed: see the problem. */
export type WhipState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'failed';

export interface WhipOptions {
  endpoint: string;
  /** Publish key or token, sent as Bearer. */
  token?: string | undefined;
  platform?: Platform;
  stereo?: boolean;
  /** Adds what is to be sent to a fresh peer connection. */
  setUp: (pc: RTCPeerConnection) => void | Promise<void>;
  /** Asked before a lost session is replaced, with its address and whether the server itself gave it up: whether another broadcaster holds the stream now. */
  takenOver?: (sessionUrl: string, gone: boolean) => Promise<boolean>;
  /** Which layers somebody watches, each time it changes; a new session begins with all of them wanted. */
  onDemand?: (demand: Demand, pc: RTCPeerConnection) => void;
  onState: (state: WhipState, problem: Problem | undefined) => void;
  /** Has its data channels on each session's connection, for instance a chat room. */
  rider?: Rider | undefined;
}

/** Enough for the two lower layers at once; what the path really carries is measured from there within a second. */
const START_KBPS = 1_200;

/** Publishes over WHIP (RFC 9725) and keeps publishing until told to stop. */
export class WhipClient {
  state: WhipState = 'idle';
  private readonly connection: Connection;
  private readonly platform: Platform;
  private demand: DemandEvents | undefined;

  constructor(private readonly options: WhipOptions) {
    const { endpoint, token, platform = browser, setUp, takenOver } = options;
    this.platform = platform;
    this.connection = new Connection({
      platform,
      endpoint,
      token,
      setUp,
      ...(options.stereo ? { editOffer: withStereoOpus } : {}),
      editAnswer: (answer) => withStartBitrate(options.stereo ? withStereoOpus(answer) : answer, START_KBPS),
      isFinal: (problem, wasConnected) => isFinal(problem, wasConnected),
      mayReplace: async (url, gone) => ((await takenOver?.(url, gone)) ? TAKEN_OVER : undefined),
      onState: (state, problem) => this.onConnection(state, problem),
      rider: options.rider,
      onSession: (session, pc) => this.follow(session, pc),
    });
  }

  get pc(): RTCPeerConnection | undefined {
    return this.connection.pc;
  }

  /** The session's address on the server. */
  get sessionUrl(): string | undefined {
    return this.connection.session?.url;
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
  }

  /** Makes a new session, for instance to send another set of tracks. */
  renew(): void {
    this.connection.renew();
  }

  retryNow(): void {
    this.connection.retryNow();
  }

  private onConnection(state: ConnectionState, problem: Problem | undefined): void {
    if (!this.connection.session) {
      this.demand?.close();
      this.demand = undefined;
    }
    this.say(state === 'connected' ? 'live' : state, problem);
  }

  private follow(session: Session, pc: RTCPeerConnection): void {
    const { onDemand } = this.options;
    const link = linkTo(session.links, PUBLISHER_EVENTS_REL);
    this.demand?.close();
    this.demand =
      onDemand &&
      link &&
      new DemandEvents(this.platform, session, link.url, (demand) => onDemand(demand, pc));
  }

  private say(state: WhipState, problem: Problem | undefined): void {
    this.state = state;
    this.options.onState(state, problem);
  }
}

export const TAKEN_OVER = new Problem(
  409,
  'Another broadcaster took over',
  'Somebody with the same key is live on this stream now. Go live again to take it back.',
);

/** A publisher is told at once when it is refused; a key that worked before may be refused for a moment only. */
function isFinal(problem: Problem, wasConnected: boolean): boolean {
  if (problem.isUnreachable) return false;
  if (problem.status === 408 || problem.status === 429 || problem.status >= 500) return false;
  return problem.status !== 409 || !wasConnected;
}
