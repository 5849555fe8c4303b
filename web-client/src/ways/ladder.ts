import type { Platform } from '../protocol/platform.ts';
import type { Problem } from '../protocol/problem.ts';
import type { PlayState, Rung, Way, WayListener } from './way.ts';

/**
 * Why a stream does not come by WebRTC.
 *
 * - `path`: its packets find no way (UDP and TCP blocked), or stopped arriving.
 * - `codec`: the browser lacks the broadcaster's codec. `full`: the server has no place left for a viewer.
 * - `unsteady`: the connection kept breaking. `failed`: the server refused for another reason.
 * - `rewound`: the viewer went back in time.
 */
export type Reason = 'path' | 'codec' | 'full' | 'unsteady' | 'failed' | 'rewound';

/** What is going on besides the state, for the quiet line. */
export interface Note {
  /** The way that is shown; undefined before the first picture. */
  rung: Rung | undefined;
  /** Why it is not WebRTC. */
  reason: Reason | undefined;
  /** WebRTC is tried beside it. */
  probing: boolean;
}

export interface LadderListener<W extends Way> {
  /** The state of the whole, and whether media is seen and heard with it; told again when only that changed. */
  onState(state: PlayState, problem: Problem | undefined, shown: boolean): void;
  /** This way has a picture: show it in place of the one before, which is stopped right after. */
  onFront(way: W, rung: Rung): void;
  onNote(note: Note): void;
}

export interface LadderOptions<W extends Way> {
  /** The ways there are, best first; `webrtc` only as the first. */
  rungs: Rung[];
  platform: Pick<Platform, 'after' | 'random' | 'now'>;
  /** @param behindS where to begin, in seconds before now; 0 is live */
  open(rung: Rung, listener: WayListener, behindS: number): W;
  listener: LadderListener<W>;
  /** Whether a change of the way would not disturb; asked before WebRTC is tried again. */
  mayClimb?: () => boolean;
}

/** How long WebRTC may take before the next way is started beside it; whoever shows a picture first is taken. */
const PATIENCE_MS = 1_500;
/** The same for a connection that broke: it is being mended meanwhile. */
const BREAK_PATIENCE_MS = 1_500;
/** How long WebRTC may say that it is live without a picture; sound alone takes 2 s to be known as such. */
const STARVED_MS = 3_500;
/** So many breaks within so much time, and the connection is left alone for a while. */
const BREAKS = 3;
const BREAK_WINDOW_MS = 60_000;
/** How long WebRTC is tried beside a way that plays. */
const PROBE_LIMIT_MS = 10_000;
/** The pauses between such tries: doubled each time, until WebRTC held for a while. */
const FIRST_PAUSE_MS = 5_000;
const MOST_PAUSE_MS = 60_000;
const UNSTEADY_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;
/** How long a way by segments may take to its first picture, and how long it may stand still. */
const SEGMENT_LIMIT_MS = 8_000;
/** When all ways by segments failed: the pause before the first of them is tried again. */
const ROUND_PAUSE_MS = 2_000;
const MOST_ROUND_PAUSE_MS = 15_000;

interface Entry<W> {
  rung: Rung;
  way: W;
  state: PlayState;
  problem: Problem | undefined;
  shown: boolean;
  silent: boolean;
  /** Begun while another way was shown. */
  again: boolean;
}

/**
 * Which way a stream is played: starts with WebRTC, steps down when that does not work, climbs back when it does again.
 * A new way is begun beside the old one and takes over with its first picture, so a step never costs one, and one that
 * was not needed changes nothing. Holds no clock and no element: ways and time are handed in.
 *
 * A stream that is idle steps nowhere: a WebRTC session that stands waits for the broadcaster.
 */
export class Ladder<W extends Way> {
  private direct: Entry<W> | undefined;
  private beside: Entry<W> | undefined;
  private front: Entry<W> | undefined;
  private reason: Reason | undefined;
  private rewound = false;
  private running = false;
  /** Index among the ways by segments, and whether all of them failed since one played. */
  private step = 0;
  private exhausted = false;
  private roundPauseMs = ROUND_PAUSE_MS;
  private pauseMs = FIRST_PAUSE_MS;
  /** What the server asked for with its last refusal. */
  private askedPauseMs = 0;
  private lastProbeMs = 0;
  private breaks: number[] = [];
  private note = '';
  private readonly timers = new Map<Timer, () => void>();

  constructor(private readonly options: LadderOptions<W>) {}

  /** The way whose picture is shown, or before there is one the way that is tried. */
  get current(): W | undefined {
    return (this.front ?? this.direct ?? this.beside)?.way;
  }

  /** The rung of `current`. */
  get rung(): Rung | undefined {
    return (this.front ?? this.direct ?? this.beside)?.rung;
  }

  /** The WebRTC way, shown or tried beside another. */
  get directWay(): W | undefined {
    return this.direct?.way;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    if (this.options.rungs[0] === 'webrtc') this.openDirect();
    else this.openBeside();
  }

  stop(): void {
    this.running = false;
    this.timers.forEach((cancel) => cancel());
    this.timers.clear();
    const open = new Set([this.direct, this.beside, this.front]);
    this.direct = this.beside = this.front = undefined;
    open.forEach((entry) => entry?.way.stop());
  }

  retryNow(): void {
    this.direct?.way.retryNow();
    this.beside?.way.retryNow();
    const fresh = this.options.platform.now() - this.lastProbeMs < FIRST_PAUSE_MS;
    if (this.timers.has('probe') && !fresh) this.probe();
  }

  /** Goes back in time from WebRTC, which has no past: over to the segments. */
  rewind(behindS: number): boolean {
    if (!this.hasSegments || this.rewound) return false;
    this.rewound = true;
    this.cancel('probe');
    if (this.front && this.front === this.beside) {
      if (this.direct) this.closeProbe();
    } else {
      this.reason = 'rewound';
      this.openBeside(behindS);
    }
    return true;
  }

  /** The viewer who rewound wants to be live again: WebRTC is tried at once unless it was not to be had. */
  goLive(): void {
    if (!this.rewound) return;
    this.rewound = false;
    const free = this.reason === 'rewound';
    if (free && this.front && this.front === this.direct) this.closeBeside();
    else if (free) this.probe();
    else this.scheduleProbe(0);
  }

  private get hasSegments(): boolean {
    return this.segments.length > 0;
  }

  private get segments(): Rung[] {
    return this.options.rungs.filter((rung) => rung !== 'webrtc');
  }

  private get mayProbe(): boolean {
    return this.options.rungs[0] === 'webrtc' && !this.rewound;
  }

  private openDirect(): void {
    const entry = this.open('webrtc', 0, (state, problem) => this.onDirect(entry, state, problem));
    this.direct = entry;
    if (this.front) this.after('limit', PROBE_LIMIT_MS, () => this.probeFailed('path'));
    else this.after('patience', PATIENCE_MS, () => this.stepDown('path'));
    entry.way.start();
    this.tellNote();
  }

  private onDirect(entry: Entry<W>, state: PlayState, problem: Problem | undefined): void {
    if (entry !== this.direct) return;
    const wasLive = entry.state === 'live';
    entry.state = state;
    entry.problem = problem;
    switch (state) {
      case 'waiting':
      case 'ended':
        this.onDirectIdle(entry);
        break;
      case 'live':
        if (!entry.shown) this.after('patience', STARVED_MS, () => this.stepDown('path'));
        break;
      case 'reconnecting':
        this.onDirectBroken(entry, wasLive);
        break;
      case 'connecting':
        if (problem) this.onDirectTrouble(problem);
        break;
      case 'unsupported':
        this.stepDown('codec', problem);
        break;
      case 'failed':
        this.stepDown('failed', problem);
        break;
      case 'unauthorized':
        this.cancel('patience');
        if (this.front && this.front !== entry) this.probeFailed('failed', problem);
        break;
      case 'idle':
        break;
    }
    this.tell();
  }

  /** The path stands, there is only nothing to see: no reason to go elsewhere. */
  private onDirectIdle(entry: Entry<W>): void {
    this.cancel('patience');
    this.cancel('limit');
    entry.shown = entry.silent = false;
    if (this.front && this.front === this.beside) {
      // What was broadcast last may still be on its way there.
      if (this.beside.state !== 'live') this.takeOver(entry);
    } else if (!this.rewound) {
      this.closeBeside();
      this.reason = undefined;
    }
  }

  private onDirectBroken(entry: Entry<W>, wasLive: boolean): void {
    if (this.front && this.front !== entry) return this.probeFailed('path');
    entry.shown = false;
    const { platform } = this.options;
    if (wasLive) this.breaks.push(platform.now());
    this.breaks = this.breaks.filter((atMs) => platform.now() - atMs < BREAK_WINDOW_MS);
    if (this.breaks.length >= BREAKS) this.stepDown('unsteady');
    else if (!this.timers.has('patience'))
      this.after('patience', BREAK_PATIENCE_MS, () => this.stepDown('path'));
  }

  private onDirectTrouble(problem: Problem): void {
    if (problem.isFull) this.stepDown('full', problem);
    else if (problem.status === 0 && !problem.isUnreachable) this.stepDown('path', problem);
    else if (this.front && this.front !== this.direct) this.probeFailed('failed', problem);
  }

  /** WebRTC does not work for this reason: another way is begun, or if that plays already WebRTC is left for later. */
  private stepDown(reason: Reason, problem?: Problem): void {
    this.cancel('patience');
    if (!this.hasSegments) return;
    if (this.front && this.front === this.beside) return this.probeFailed(reason, problem);
    this.reason = reason;
    this.askedPauseMs = problem?.retryAfterMs ?? 0;
    if (!this.beside && !this.timers.has('round')) this.openBeside();
  }

  private openBeside(behindS = 0): void {
    this.cancel('round');
    const rung = this.segments[this.step];
    if (rung === undefined) return;
    if (this.beside && this.beside !== this.front) this.closeBeside();
    const entry = this.open(rung, behindS, (state, problem) => this.onBeside(entry, state, problem));
    this.beside = entry;
    this.after('segment', SEGMENT_LIMIT_MS, () => this.nextSegment(entry));
    entry.way.start();
  }

  private onBeside(entry: Entry<W>, state: PlayState, problem: Problem | undefined): void {
    if (entry !== this.beside) return;
    entry.state = state;
    entry.problem = problem;
    if (state === 'failed' || state === 'unsupported') return this.nextSegment(entry);
    const busy = state === 'connecting' || state === 'reconnecting' || (state === 'live' && !entry.shown);
    if (!busy) this.cancel('segment');
    else if (!this.timers.has('segment'))
      this.after('segment', SEGMENT_LIMIT_MS, () => this.nextSegment(entry));
    const idle = this.direct?.state === 'waiting' || this.direct?.state === 'ended';
    if (this.direct && idle && this.front === entry && state !== 'live') this.takeOver(this.direct);
    this.tell();
  }

  /** This way by segments does not work: the next one; after the last a pause, and all over again. */
  private nextSegment(entry: Entry<W>): void {
    if (entry !== this.beside) return;
    this.cancel('segment');
    if (entry !== this.front) entry.way.stop();
    this.beside = undefined;
    this.step++;
    if (this.step < this.segments.length) {
      this.openBeside();
    } else {
      this.step = 0;
      this.exhausted = true;
      this.after('round', this.roundPauseMs, () => this.openBeside());
      this.roundPauseMs = Math.min(this.roundPauseMs * 2, MOST_ROUND_PAUSE_MS);
    }
    if (!this.direct && this.mayProbe && !this.timers.has('probe')) this.scheduleProbe(0);
    this.tell(entry);
  }

  private onShown(entry: Entry<W>): void {
    if (entry !== this.direct && entry !== this.beside) return;
    entry.shown = true;
    entry.silent = false;
    if (entry === this.direct) this.onDirectShown(entry);
    else this.onBesideShown(entry);
    this.tell();
  }

  private onDirectShown(entry: Entry<W>): void {
    this.cancel('patience');
    this.cancel('limit');
    if (this.rewound) return;
    if (this.front !== entry) this.takeOver(entry);
    else if (this.reason !== 'unsteady') {
      this.closeBeside();
      this.reason = undefined;
    }
    this.after('steady', STEADY_MS, () => {
      this.pauseMs = FIRST_PAUSE_MS;
      this.breaks = [];
    });
  }

  private onBesideShown(entry: Entry<W>): void {
    this.cancel('segment');
    this.exhausted = false;
    this.roundPauseMs = ROUND_PAUSE_MS;
    const { direct } = this;
    const mended = direct?.state === 'live' && direct.shown && !direct.silent && this.reason !== 'unsteady';
    if (mended && !this.rewound && this.front === direct) return this.closeBeside();
    this.cancel('steady');
    const { front } = this;
    this.front = entry;
    this.options.listener.onFront(entry.way, entry.rung);
    if (front && front !== direct && front !== entry) front.way.stop();
    // A path that is only slow may still come: what is under way goes on for a while, as a try beside.
    const maybe = direct && !this.rewound && this.reason === 'path' && !direct.shown;
    if (maybe && direct.state !== 'unauthorized') {
      this.after('limit', PROBE_LIMIT_MS, () => this.probeFailed('path'));
      this.tellNote();
    } else if (this.direct) {
      this.closeProbe();
      this.scheduleProbe(this.reason === 'unsteady' ? UNSTEADY_PAUSE_MS : this.askedPauseMs);
    }
  }

  private onSilent(entry: Entry<W>): void {
    if (entry !== this.direct) return;
    entry.silent = true;
    entry.shown = false;
    if (this.front === entry) this.stepDown('path');
    this.tell();
  }

  /** WebRTC plays, or waits for what the other way has not got either. */
  private takeOver(entry: Entry<W>): void {
    const { front } = this;
    this.front = entry;
    this.cancel('probe');
    this.reason = undefined;
    this.options.listener.onFront(entry.way, entry.rung);
    this.closeBeside();
    if (front && front !== entry) front.way.stop();
  }

  private closeBeside(): void {
    this.cancel('segment');
    this.cancel('round');
    const { beside } = this;
    this.beside = undefined;
    this.step = 0;
    if (beside && beside !== this.front) beside.way.stop();
  }

  private probe(): void {
    this.cancel('probe');
    if (!this.mayProbe || this.direct) return;
    if (this.options.mayClimb?.() === false) return this.scheduleProbe(0);
    this.lastProbeMs = this.options.platform.now();
    this.openDirect();
  }

  private probeFailed(reason: Reason, problem?: Problem): void {
    this.reason = reason;
    this.closeProbe();
    this.scheduleProbe(problem?.retryAfterMs ?? 0);
  }

  private closeProbe(): void {
    this.cancel('patience');
    this.cancel('limit');
    const { direct } = this;
    this.direct = undefined;
    direct?.way.stop();
    this.tellNote();
  }

  /** The next try comes after a pause that grows, with jitter, and never before the server asked for it. */
  private scheduleProbe(leastMs: number): void {
    if (!this.mayProbe) return;
    const jittered = this.pauseMs * (0.75 + this.options.platform.random() / 4);
    this.pauseMs = Math.min(this.pauseMs * 2, MOST_PAUSE_MS);
    this.after('probe', Math.max(jittered, leastMs), () => this.probe());
  }

  private open(rung: Rung, behindS: number, onState: WayListener['onState']): Entry<W> {
    const way = this.options.open(
      rung,
      { onState, onShown: () => this.onShown(entry), onSilent: () => this.onSilent(entry) },
      behindS,
    );
    const entry: Entry<W> = {
      rung,
      way,
      state: 'idle',
      problem: undefined,
      shown: false,
      silent: false,
      again: this.front !== undefined,
    };
    return entry;
  }

  /** Says the state of the whole: that of the picture, or before there is one of the way that got furthest. */
  private tell(failed?: Entry<W>): void {
    if (!this.running) return;
    this.tellNote();
    const { direct, beside, front } = this;
    const furthest = [direct, beside].find((one) => one && STANDS.has(one.state));
    const refused = [direct, beside].find((one) => one?.state === 'unauthorized');
    // One that was given up keeps its last picture in front while the next way is tried.
    const givenUp = front !== undefined && front !== direct && front !== beside;
    const entry = (givenUp ? undefined : front) ?? furthest ?? refused ?? direct ?? beside ?? failed;
    if (!entry) return;
    const { onState } = this.options.listener;
    if (givenUp && (entry === failed || !QUIET.has(entry.state)))
      return onState('reconnecting', undefined, false);
    const hopeful =
      !front && !furthest && !refused && this.hasSegments && !this.exhausted && direct && beside;
    // What WebRTC complains about while another way is being tried is not yet what there is to say.
    if (hopeful) onState('connecting', undefined, false);
    else onState(entry.state, entry.problem, entry.shown);
  }

  private tellNote(): void {
    const { front } = this;
    const elsewhere = front !== undefined && front.rung !== 'webrtc';
    const note: Note = {
      rung: front?.rung,
      reason: elsewhere ? this.reason : undefined,
      probing: elsewhere && this.direct?.again === true,
    };
    const now = JSON.stringify(note);
    if (now === this.note) return;
    this.note = now;
    this.options.listener.onNote(note);
  }

  private after(timer: Timer, delayMs: number, run: () => void): void {
    this.cancel(timer);
    const cancel = this.options.platform.after(delayMs, () => {
      this.timers.delete(timer);
      run();
    });
    this.timers.set(timer, cancel);
  }

  private cancel(timer: Timer): void {
    this.timers.get(timer)?.();
    this.timers.delete(timer);
  }
}

type Timer = 'patience' | 'limit' | 'segment' | 'round' | 'probe' | 'steady';

const QUIET: ReadonlySet<PlayState> = new Set(['waiting', 'ended', 'unauthorized']);
const STANDS: ReadonlySet<PlayState> = new Set(['waiting', 'live', 'ended']);
