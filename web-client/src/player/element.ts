import type { ChatRoom } from '../chat/room.ts';
import { Floaters } from '../chat/floaters.ts';
import { browser } from '../protocol/platform.ts';
import type { Problem } from '../protocol/problem.ts';
import type { WhepClient } from '../protocol/whep.ts';
import { Ladder, type Note } from '../ways/ladder.ts';
import { NativeEngine } from '../ways/native.ts';
import { protocolOf, rungsFor, type PlayState, type Rung, type Via } from '../ways/way.ts';
import { Controls } from './controls.ts';
import { Past } from './past.ts';
import css from './player.css';
import { openScreen, stillOf, type Screen } from './screen.ts';
import { Sound } from './sound.ts';
import { Talk } from './talk.ts';
import { isLive, type Timeline } from './timeline.ts';
import { PlayerView } from './view.ts';
import { quietly, whyNotDirect, words } from './words.ts';

/** How long a hiccup may last before it is talked about: the last picture stays meanwhile. */
const PATIENCE_MS = 1_200;
const STATS_EVERY_MS = 1_000;
const TIMELINE_EVERY_MS = 250;
/** How long the quiet line stays. */
const CHIP_MS = 8_000;

/**
 * `<millrace-player stream="…">`: plays a stream of a Millrace server, by WebRTC where that works and by DASH or HLS
 * where it does not.
 *
 * Attributes: `stream`; `src` (the server's base URL, by default where this script came from); `token`; `via`; `muted`,
 * `autoplay`, `controls` as those of a video element; `chat` to enter the stream's chat room. Events: `state`, `error`,
 * `via`, `stats`, `chat`, `reactions`, `presence`, `chatstate` with a detail each.
 */
export class MillracePlayer extends HTMLElement {
  static readonly observedAttributes = ['stream', 'src', 'token', 'via', 'muted', 'controls', 'chat'];

  private readonly view = new PlayerView();
  private readonly sound = new Sound(() => this.view.video, this.view.tapForSound, this.view.bigPlay);
  private readonly controls = new Controls(this, this.view, this.sound, {
    play: () => this.play(),
    pause: () => this.video.pause(),
    isPaused: () => !this.ladder || this.video.paused,
    toggleStats: () => this.toggleStats(),
    choose: (key) => void this.choose(key),
    useToken: (token) => this.setAttribute('token', token),
    jump: (byS) => this.jump(byS),
    seek: (positionS) => this.seekTo((this.timeline?.windowS ?? 0) - positionS),
    goLive: () => this.seekTo(0),
    isFull: () => document.fullscreenElement === this,
    toggleFull: () => this.toggleFull(),
  });
  private readonly talk = new Talk((name, detail) => this.emit(name, detail), new Floaters(this.view.stage));
  private readonly past = new Past();
  private ladder: Ladder<Screen> | undefined;
  /** The ways that are open, shown or tried. */
  private readonly screens = new Set<Screen>();
  private playState: PlayState = 'idle';
  private problem: Problem | undefined;
  private note: Note = { rung: undefined, reason: undefined, probing: false };
  private timers: ReturnType<typeof setInterval>[] = [];
  private patience: ReturnType<typeof setTimeout> | undefined;
  private chipTimer: ReturnType<typeof setTimeout> | undefined;
  private hadPicture = false;
  private shown = false;
  /** Where the viewer who went back in time wanted to be, until the picture of then is there. */
  private wantedBehindS: number | undefined;
  /** The lesser side of the picture that is shown, in pixels. */
  private shownSide = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.append(this.view.stage);
  }

  /** The video element in front. Another one takes its place when the way to play changes. */
  get video(): HTMLVideoElement {
    return this.view.video;
  }

  /** The WHEP client under way; undefined before play(), and while there is none. */
  get client(): WhepClient | undefined {
    return this.ladder?.directWay?.client;
  }

  get state(): PlayState {
    return this.playState;
  }

  /** What is played by: `webrtc`, `dash` or `hls`; undefined before the first picture. */
  get protocol(): 'webrtc' | 'dash' | 'hls' | undefined {
    const { rung } = this.note;
    return rung && protocolOf(rung);
  }

  /** The stream's chat room, for pages and applications: say, react, own channels. */
  get chat(): ChatRoom {
    return this.talk.room(this.base, this.getAttribute('stream') ?? '', this.token);
  }

  /** Connects and plays. */
  play(): void {
    if (!this.ladder) this.connect();
    this.view.bigPlay.hidden = true;
    // A video element without data yet would hold the page's load event back until the broadcaster comes.
    if (this.video.srcObject || document.readyState === 'complete') this.attach();
    else addEventListener('load', this.onLoad, { once: true });
  }

  /** Ends the session. */
  stop(): void {
    this.end();
    this.showLive();
    this.view.showChip('');
    this.view.showWords({ title: '', detail: '' }, false);
    this.view.bigPlay.hidden = false;
  }

  /** Goes back by so many seconds from live, as far as the server keeps it; 0 is live. */
  seekTo(behindS: number): void {
    const { timeline, ladder } = this;
    if (!ladder || !timeline) return;
    const wantedS = Math.min(Math.max(0, behindS), timeline.windowS);
    const live = isLive({ windowS: timeline.windowS, behindS: wantedS });
    if (live) {
      this.wantedBehindS = undefined;
      ladder.current?.seek(0);
      ladder.goLive();
    } else if (ladder.current?.timeline()) {
      ladder.rewind(wantedS);
      ladder.current.seek(wantedS);
    } else if (ladder.rewind(wantedS)) {
      this.wantedBehindS = wantedS;
    }
    void this.sound.play(this.video.muted);
    this.showLive();
  }

  /** A key pressed anywhere on a page that is all player. Answers whether it meant something. */
  key(key: string): boolean {
    return this.controls.key(key);
  }

  protected connectedCallback(): void {
    this.view.showControls(this.hasAttribute('controls'));
    addEventListener('pagehide', this.onPageHide);
    addEventListener('pageshow', this.onPageShow);
    addEventListener('online', this.onBack);
    document.addEventListener('visibilitychange', this.onBack);
    this.enterChat();
    if (this.hasAttribute('autoplay')) this.play();
    else this.showPoster();
  }

  protected disconnectedCallback(): void {
    removeEventListener('pagehide', this.onPageHide);
    removeEventListener('pageshow', this.onPageShow);
    removeEventListener('online', this.onBack);
    removeEventListener('load', this.onLoad);
    document.removeEventListener('visibilitychange', this.onBack);
    this.stop();
    this.talk.leave();
  }

  protected attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === 'controls') this.view.showControls(now !== null);
    else if (name === 'muted') this.video.muted = now !== null;
    else if (name === 'chat' && now === null) this.talk.leave();
    else if (this.isConnected) {
      this.enterChat();
      if (this.ladder && name !== 'chat') this.connect();
      else if (!this.ladder) this.showPoster();
    }
  }

  private get base(): string {
    return new URL(this.getAttribute('src') ?? import.meta.url, location.href).href;
  }

  private get token(): string | undefined {
    return this.getAttribute('token') ?? undefined;
  }

  private get place(): { base: string; stream: string; token: string | undefined } {
    return { base: this.base, stream: this.getAttribute('stream') ?? '', token: this.token };
  }

  private get via(): Via {
    const via = this.getAttribute('via');
    return via === 'webrtc' || via === 'dash' || via === 'hls' ? via : 'auto';
  }

  private get timeline(): Timeline | undefined {
    return this.ladder?.current?.timeline() ?? this.past.timeline;
  }

  private enterChat(): void {
    if (this.getAttribute('stream') && this.hasAttribute('chat')) this.chat.join();
  }

  private connect(): void {
    this.end();
    const can = {
      webrtc: typeof RTCPeerConnection === 'function',
      segments: 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis,
      native: NativeEngine.isSupported(),
    };
    this.ladder = new Ladder<Screen>({
      rungs: rungsFor(this.via, can),
      platform: browser,
      open: (rung, listener, behindS) => this.open(rung, listener, behindS),
      listener: {
        onState: (state, problem, shown) => this.onState(state, problem, shown),
        onFront: (screen, rung) => this.onFront(screen, rung),
        onNote: (note) => this.onNote(note),
      },
      mayClimb: () => document.pictureInPictureElement === null && !this.video.paused,
    });
    this.ladder.start();
    this.timers = [
      setInterval(() => void this.tick(), STATS_EVERY_MS),
      setInterval(() => this.showLive(), TIMELINE_EVERY_MS),
    ];
  }

  private end(): void {
    this.timers.forEach(clearInterval);
    clearTimeout(this.patience);
    const { ladder } = this;
    this.ladder = undefined;
    ladder?.stop();
    // Whoever played in it may still be letting go of it.
    if (ladder) this.controls.follow(this.view.renewVideo());
    this.past.forget();
    this.talk.plays(undefined);
    this.playState = 'idle';
    this.shown = this.hadPicture = false;
    this.note = { rung: undefined, reason: undefined, probing: false };
  }

  /** The first way plays in the video that is there, each further one in one behind it. */
  private open(rung: Rung, listener: Parameters<typeof openScreen>[0]['listener'], behindS: number): Screen {
    const first = !this.ladder?.current;
    const video = first ? this.video : this.view.addVideo();
    if (!first) {
      video.muted = true;
      video.autoplay = true;
      this.controls.follow(video);
    }
    const screen = openScreen({
      ...{ rung, video, behindS, listener, ...this.place },
      room: this.chat,
      onChoices: () => this.showQuality(),
      onViewers: (viewers) => this.view.showViewers(viewers),
      onAttach: (one) => this.onAttach(one),
    });
    this.screens.add(screen);
    const { stop } = screen;
    screen.stop = () => {
      stop.call(screen);
      this.screens.delete(screen);
      this.view.dropVideo(video);
    };
    return screen;
  }

  private onFront(screen: Screen, rung: Rung): void {
    const old = this.video;
    const { video } = screen;
    if (video !== old) {
      this.view.bring(video);
      void this.sound.carry(old, video).then(() => this.view.showSound(video.muted, video.volume));
      // A way that is still tried keeps its own: one that is taken out of the page stands still.
      if (![...this.screens].some((one) => one.video === old)) this.view.dropVideo(old);
    }
    this.wantedBehindS = undefined;
    this.view.showPlaying(!video.paused);
    this.talk.plays(rung === 'webrtc' ? undefined : protocolOf(rung));
    this.showQuality();
    this.showLive();
  }

  private onNote(note: Note): void {
    const { rung, reason } = this.note;
    this.note = note;
    this.say(quietly(note), note.probing);
    if (note.rung && (note.rung !== rung || note.reason !== reason))
      this.emit('via', { via: protocolOf(note.rung), reason: note.reason, detail: whyNotDirect(note) });
  }

  /** The quiet line goes by itself; that something is being tried is only there while the controls are. */
  private say(text: string, passing: boolean): void {
    clearTimeout(this.chipTimer);
    this.view.showChip(text, passing);
    if (text !== '') this.chipTimer = setTimeout(() => this.view.showChip(''), CHIP_MS);
  }

  private onState(state: PlayState, problem: Problem | undefined, shown: boolean): void {
    const same = state === this.playState && problem === this.problem;
    if (same && shown === this.shown) return;
    this.playState = state;
    this.problem = problem;
    this.shown = shown;
    if (shown) this.hadPicture = true;
    this.showLive();
    this.view.tokenForm.hidden = state !== 'unauthorized';
    clearTimeout(this.patience);
    const hiccup = this.hadPicture && !this.view.isVeiled && (state === 'ended' || state === 'reconnecting');
    if (hiccup) this.patience = setTimeout(() => this.showState(), PATIENCE_MS);
    else this.showState();
    if (same) return;
    this.emit('state', { state, via: this.protocol, ...words(state, problem) });
    if (problem) this.emit('error', { status: problem.status, title: problem.title, detail: problem.detail });
  }

  private showState(): void {
    const { state, shown } = this;
    if (state === 'live' && shown) return this.showPicture();
    // Live but not seen yet: say so until the first picture.
    const starting = state === 'live' && !this.hadPicture;
    if (state === 'live' && !starting) return;
    const busy = ['connecting', 'waiting', 'reconnecting', 'ended', 'live'].includes(state);
    this.view.showWords(starting ? { title: 'Starting', detail: '' } : words(state, this.problem), busy);
  }

  private showPicture(): void {
    const soundOnly = this.ladder?.current?.soundOnly === true;
    this.view.stage.classList.toggle('sound-only', soundOnly);
    this.view.showWords({ title: soundOnly ? 'Sound only' : '', detail: '' }, false);
  }

  private attach(): void {
    if (!this.ladder) return;
    this.ladder.current?.attach();
    void this.sound.play(this.video.muted || this.hasAttribute('muted'));
  }

  /** In front the browser's rules for sound hold; behind it plays muted until it comes to the front. */
  private onAttach(screen: Screen): void {
    screen.attach();
    if (screen.video === this.video) this.attach();
    else void screen.video.play().catch(() => undefined);
  }

  private async tick(): Promise<void> {
    const { ladder } = this;
    const screen = ladder?.current;
    if (!screen) return;
    // Tried beside another way: whether its media flows counts as well.
    if (ladder.directWay && ladder.directWay !== screen) void ladder.directWay.measure(false);
    const measured = await screen.measure(this.view.isOverlayShown);
    if (!measured || ladder !== this.ladder || screen !== ladder.current) return;
    const { stats } = measured;
    this.shownSide = Math.min(stats.width, stats.height);
    if (this.playState === 'live' && this.shown) this.showPicture();
    this.showQuality();
    this.view.showStats(measured.why || whyNotDirect(this.note), measured.figures);
    this.emit('stats', stats);
    // Only where there are controls to go back with, and somebody to see them.
    const curious = this.hasAttribute('controls') && document.visibilityState === 'visible';
    if (curious && screen.rung === 'webrtc' && this.playState === 'live') void this.past.look(this.place);
  }

  private showLive(): void {
    const live = this.playState === 'live' && this.ladder !== undefined;
    const timeline = live ? this.timeline : undefined;
    const wanted = timeline && this.wantedBehindS !== undefined ? this.wantedBehindS : undefined;
    this.view.showLive(
      live,
      wanted === undefined ? timeline : { windowS: timeline!.windowS, behindS: wanted },
    );
  }

  private showQuality(): void {
    const screen = this.ladder?.current;
    if (screen) this.view.showQuality(screen.choices(this.shownSide));
  }

  private async choose(key: string): Promise<void> {
    const agreed = await this.ladder?.current?.choose(key);
    // The menu shows what is, not what was asked for.
    if (!agreed) this.showQuality();
  }

  private jump(byS: number): void {
    const { timeline } = this;
    if (timeline) this.seekTo((this.wantedBehindS ?? timeline.behindS) - byS);
  }

  private toggleStats(): void {
    this.view.toggleOverlay();
    void this.tick();
  }

  private toggleFull(): void {
    const phone = this.video as HTMLVideoElement & { webkitEnterFullscreen?: () => void };
    if (document.fullscreenElement) void document.exitFullscreen();
    else if ('requestFullscreen' in this) void this.requestFullscreen().catch(() => undefined);
    else phone.webkitEnterFullscreen?.();
  }

  private showPoster(): void {
    this.view.bigPlay.hidden = false;
    if (this.getAttribute('stream')) this.video.poster = stillOf(this.place);
  }

  private readonly onLoad = (): void => this.attach();

  private readonly onPageHide = (): void => {
    this.ladder?.stop();
    this.talk.leave();
  };

  /** The page came back from the browser's cache, where it was frozen without a connection. */
  private readonly onPageShow = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.enterChat();
    if (this.ladder) this.connect();
  };

  private readonly onBack = (): void => {
    if (document.visibilityState !== 'visible') return;
    this.ladder?.retryNow();
    this.talk.retryNow();
  };

  private emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
