import { object } from '../protocol/json.ts';
import { Backoff } from '../protocol/backoff.ts';
import type { Platform } from '../protocol/platform.ts';
import { Problem } from '../protocol/problem.ts';
import type { PlayState, Way, WayListener } from './way.ts';

/** What can be sought in, in seconds of the media element's clock. */
export interface SeekRange {
  startS: number;
  endS: number;
}

/** One height that a manifest offers. */
export interface Rendition {
  id: string;
  height: number;
  bitrateBps: number;
  active: boolean;
}

export interface EngineStats {
  width: number;
  height: number;
  /** Of what is played, by the manifest. */
  bitrateBps: number;
  /** What the network carries, by the browser's own measure; 0 when unknown. */
  estimateBps: number;
  codecs: string;
  /** From the capture of what is shown to now; undefined when unknown. */
  latencyMs: number | undefined;
  framesDecoded: number;
  framesDropped: number;
  stalls: number;
}

/** Whoever turns a manifest's address into pictures: Shaka Player, or the browser itself. */
export interface Engine {
  /** Begins to play; a Problem of status 415 when this browser cannot play what is there. */
  load(address: string, behindS: number): Promise<void>;
  /** Leaves the element empty. */
  close(): void;
  seekRange(): SeekRange | undefined;
  /** Where it plays, in seconds of the element's clock; undefined while it is paused or seeks. */
  positionS(): number | undefined;
  /** To the live edge, and stays near it; `false` lets the viewer fall behind. */
  followLive(on: boolean): void;
  renditions(): Rendition[];
  /** @param id none for what the network carries */
  choose(id: string | undefined): void;
  readonly chosen: string | undefined;
  stats(): EngineStats;
}

export interface EngineListener {
  /** The element has a source: it wants to be played, as what was asked before that is forgotten with it. */
  onSource(): void;
  /** The broadcast is over, by the manifest. */
  onEnd(): void;
  onError(problem: Problem): void;
  onShown(): void;
  onRenditions(): void;
}

export interface SegmentOptions {
  platform: Platform;
  /** Of the manifest, as it may be fetched. */
  address: string;
  /** Of what the API says of the stream: a manifest is served for a while after its broadcaster left. */
  status: string;
  headers: Record<string, string>;
  behindS: number;
  engine(listener: EngineListener): Engine;
  listener: WayListener;
  onRenditions?(): void;
  onSource?(): void;
}

/** How often an idle stream is asked for; with jitter, as many wait for the same broadcaster. */
const IDLE_POLL_MS = 1_500;
/** A stall this long is worth a look whether the broadcaster is still there. */
const STALL_MS = 1_200;
const LOOK_EVERY_MS = 300;
/** So many faults in a row, and this way is given up for the next. */
const MOST_FAULTS = 2;

/**
 * Plays by segments (DASH, HLS): asks for the manifest until somebody broadcasts, hands it to an engine, and begins anew
 * when the broadcaster left and came back.
 */
export class SegmentWay implements Way {
  state: PlayState = 'idle';
  private engine: Engine | undefined;
  private readonly backoff: Backoff;
  private round = 0;
  private faults = 0;
  private everLive = false;
  private shown = false;
  private behindS: number;
  private cancel: (() => void) | undefined;
  private retry: (() => void) | undefined;

  constructor(private readonly options: SegmentOptions) {
    this.backoff = new Backoff(() => options.platform.random());
    this.behindS = options.behindS;
  }

  /** Undefined until there is a manifest. */
  get player(): Engine | undefined {
    return this.engine;
  }

  start(): void {
    this.say('connecting');
    void this.ask();
  }

  stop(): void {
    this.drop();
    this.state = 'idle';
  }

  retryNow(): void {
    this.retry?.();
  }

  /** Fetches the manifest first: only so the server's own words are heard when there is none. */
  private async ask(): Promise<void> {
    const round = ++this.round;
    this.retry = undefined;
    const { platform, address, headers } = this.options;
    const given = new AbortController();
    // Held by the server while there is nothing to tell: whether that is worth waiting for the API knows at once.
    const manifest = platform.fetch(address, { headers, cache: 'no-store', signal: given.signal });
    manifest.catch(() => undefined);
    try {
      const live = await this.isLive();
      if (!live) given.abort();
      if (round !== this.round) return;
      if (!live) return this.idle();
      const response = await manifest;
      if (round !== this.round) return;
      if (!response.ok) throw await Problem.of(response);
      const text = await response.text();
      if (round !== this.round) return;
      if (isOver(text)) this.idle();
      else await this.load(round);
    } catch (error) {
      if (round === this.round) this.refused(error);
    }
  }

  /** Whether somebody broadcasts, as far as is known: where the API cannot be asked the manifest is all there is. */
  private async isLive(): Promise<boolean> {
    const { platform, status, headers } = this.options;
    try {
      const response = await platform.fetch(status, { headers });
      if (!response.ok) return !isIdle(await Problem.of(response));
      return object(await response.json())['live'] !== false;
    } catch {
      return true;
    }
  }

  private async load(round: number): Promise<void> {
    this.engine?.close();
    this.shown = false;
    const mine = (run: () => void) => () => round === this.round && run();
    const engine = this.options.engine({
      onSource: mine(() => this.options.onSource?.()),
      onEnd: mine(() => this.idle()),
      onError: (problem) => round === this.round && this.refused(problem),
      onShown: mine(() => this.onShown()),
      onRenditions: mine(() => this.options.onRenditions?.()),
    });
    this.engine = engine;
    await engine.load(this.options.address, this.behindS);
    if (round === this.round && !this.shown) this.say('live');
  }

  private onShown(): void {
    const { shown } = this;
    this.cancelTimer();
    this.shown = this.everLive = true;
    this.faults = 0;
    this.behindS = 0;
    this.backoff.reset();
    this.say('live');
    this.watch(this.round, this.engine?.positionS(), this.options.platform.now());
    if (!shown) this.options.listener.onShown();
  }

  /** Looks whether time goes on in it; where it does not for long, the server knows why. */
  private watch(round: number, beforeS: number | undefined, sinceMs: number): void {
    this.later(LOOK_EVERY_MS, () => {
      const { platform } = this.options;
      const nowS = this.engine?.positionS();
      const moved = nowS === undefined || nowS !== beforeS;
      if (moved && nowS !== undefined && this.state === 'reconnecting') this.say('live');
      const movedMs = moved ? platform.now() : sinceMs;
      const still = platform.now() - movedMs >= STALL_MS;
      this.watch(round, nowS, movedMs);
      if (still && this.state === 'live') {
        this.say('reconnecting');
        void this.look(round);
      }
    });
  }

  /** Whether the broadcaster is still there; the engine goes on by itself meanwhile. */
  private async look(round: number): Promise<void> {
    const live = await this.isLive();
    if (round !== this.round || this.state !== 'reconnecting') return;
    if (live) this.options.platform.after(IDLE_POLL_MS, () => void this.look(round));
    else this.idle();
  }

  private refused(error: unknown): void {
    const problem = Problem.wrap(error);
    const { status } = problem;
    if (isIdle(problem)) return this.idle();
    if (status === 401 || status === 403) return this.end('unauthorized', problem);
    if (status === 415) return this.end('unsupported', problem);
    const passing = problem.isUnreachable || status === 429 || status === 503;
    if (!passing && ++this.faults >= MOST_FAULTS) return this.end('failed', problem);
    this.say(this.everLive ? 'reconnecting' : 'connecting', problem);
    this.again(this.backoff.next(problem.retryAfterMs));
  }

  /** Nobody broadcasts. The last picture stays until they are back. */
  private idle(): void {
    this.say(this.everLive ? 'ended' : 'waiting');
    this.again(IDLE_POLL_MS * (0.75 + this.options.platform.random() / 4));
  }

  private again(delayMs: number): void {
    this.round++;
    this.cancelTimer();
    const go = () => {
      this.cancelTimer();
      void this.ask();
    };
    this.retry = go;
    this.later(delayMs, go);
  }

  private end(state: PlayState, problem: Problem): void {
    this.drop();
    this.say(state, problem);
  }

  private drop(): void {
    this.round++;
    this.retry = undefined;
    this.cancelTimer();
    this.engine?.close();
    this.engine = undefined;
  }

  private later(delayMs: number, run: () => void): void {
    this.cancelTimer();
    this.cancel = this.options.platform.after(delayMs, run);
  }

  private cancelTimer(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private say(state: PlayState, problem?: Problem): void {
    if (state === this.state && !problem) return;
    this.state = state;
    this.options.listener.onState(state, problem);
  }
}

/** A manifest of a broadcast that is over, which servers keep for a while. */
function isOver(manifest: string): boolean {
  return /<MPD\b[^>]*\btype="static"/.test(manifest) || manifest.includes('#EXT-X-ENDLIST');
}

/** Nobody publishes the stream, as opposed to: it cannot be had this way. */
function isIdle({ status, type }: Problem): boolean {
  return status === 404 && /#(not-live|no-such-stream|idle)$/.test(type);
}
