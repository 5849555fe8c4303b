import type { ChatRoom } from '../chat/room.ts';
import { Floaters } from '../chat/floaters.ts';
import { Problem } from '../protocol/problem.ts';
import { StatsReader } from '../protocol/stats.ts';
import { WhepClient, type WhepState } from '../protocol/whep.ts';
import { figures, reason } from './figures.ts';
import { choices, layerKey } from './menu.ts';
import css from './player.css';
import { Sound } from './sound.ts';
import { Talk } from './talk.ts';
import { PlayerView } from './view.ts';
import { words } from './words.ts';

/** How long a hiccup may last before it is talked about: the last picture stays meanwhile. */
const PATIENCE_MS = 1_200;
const STATS_EVERY_MS = 1_000;
/** Seconds of sound without any picture after which the stream is taken to be sound only. */
const SOUND_ONLY_AFTER_S = 2;
const HIDE_CONTROLS_MS = 2_500;

/**
 * `<millrace-player stream="…">`: plays a stream of a Millrace server over WHEP.
 *
 * Attributes: `stream`; `src` (the server's base URL, by default where this script came from); `token`; `muted`,
 * `autoplay`, `controls` as those of a video element; `chat` to enter the stream's chat room. Events: `state`, `error`,
 * `stats`, `chat`, `reactions`, `presence`, `chatstate` with a detail each.
 */
export class MillracePlayer extends HTMLElement {
  static readonly observedAttributes = ['stream', 'src', 'token', 'muted', 'controls', 'chat'];

  private readonly view = new PlayerView();
  private readonly sound = new Sound(this.view.video, this.view.tapForSound, this.view.bigPlay);
  private readonly reader = new StatsReader();
  private readonly media = new MediaStream();
  private readonly talk = new Talk((name, detail) => this.emit(name, detail), new Floaters(this.view.stage));
  private whep: WhepClient | undefined;
  private problem: Problem | undefined;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private hideTimer: ReturnType<typeof setTimeout> | undefined;
  private picturelessS = 0;
  private hadPicture = false;
  /** The lesser side of the picture that is shown, in pixels. */
  private shownSide = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.append(this.view.stage);
    this.wire();
  }

  /** The video element inside. */
  get video(): HTMLVideoElement {
    return this.view.video;
  }

  /** The WHEP client under way, undefined before play(). */
  get client(): WhepClient | undefined {
    return this.whep;
  }

  get state(): WhepState {
    return this.whep?.state ?? 'idle';
  }

  /** The stream's chat room, for pages and applications: say, react, own channels. */
  get chat(): ChatRoom {
    return this.talk.room(this.base, this.getAttribute('stream') ?? '', this.token);
  }

  /** Connects and plays. */
  play(): void {
    if (!this.whep) this.connect();
    this.view.bigPlay.hidden = true;
    // A video element without data yet would hold the page's load event back until the broadcaster comes.
    if (this.video.srcObject || document.readyState === 'complete') this.attach();
    else addEventListener('load', this.onLoad, { once: true });
  }

  /** Ends the session. */
  stop(): void {
    clearInterval(this.ticker);
    clearTimeout(this.patience);
    this.whep?.stop();
    this.whep = undefined;
    this.view.showLive(false);
    this.view.showWords({ title: '', detail: '' }, false);
    this.view.bigPlay.hidden = false;
  }

  /** A key pressed anywhere on a page that is all player. Answers whether it meant something. */
  key(key: string): boolean {
    switch (key.toLowerCase()) {
      case 's':
        this.toggleStats();
        return true;
      case 'm':
        this.toggleSound();
        return true;
      case 'f':
        this.toggleFull();
        return true;
      case 'k':
      case ' ':
        this.togglePlay();
        return true;
      default:
        return false;
    }
  }

  protected connectedCallback(): void {
    this.view.showControls(this.hasAttribute('controls'));
    addEventListener('pagehide', this.onPageHide);
    addEventListener('pageshow', this.onPageShow);
    addEventListener('online', this.onBack);
    document.addEventListener('visibilitychange', this.onBack);
    this.enterChat();
    if (this.hasAttribute('autoplay')) this.play();
    else this.view.bigPlay.hidden = false;
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
      if (this.whep && name !== 'chat') this.connect();
    }
  }

  private get base(): string {
    return new URL(this.getAttribute('src') ?? import.meta.url, location.href).href;
  }

  private get token(): string | undefined {
    return this.getAttribute('token') ?? undefined;
  }

  private enterChat(): void {
    if (this.getAttribute('stream') && this.hasAttribute('chat')) this.chat.join();
  }

  private connect(): void {
    this.whep?.stop();
    clearInterval(this.ticker);
    const stream = this.getAttribute('stream') ?? '';
    this.whep = new WhepClient({
      endpoint: new URL(`/whep/${encodeURIComponent(stream)}`, this.base).href,
      token: this.token,
      rider: this.chat,
      listener: {
        onState: (state, problem) => this.onState(state, problem),
        onTrack: (track) => this.onTrack(track),
        onLayers: () => this.showQuality(),
        onViewers: (viewers) => this.view.showViewers(viewers),
      },
    });
    this.whep.start();
    this.ticker = setInterval(() => void this.tick(), STATS_EVERY_MS);
  }

  private onState(state: WhepState, problem: Problem | undefined): void {
    this.problem = problem;
    this.view.showLive(state === 'live');
    this.view.tokenForm.hidden = state !== 'unauthorized';
    clearTimeout(this.patience);
    const hiccup = this.hadPicture && !this.view.isVeiled && (state === 'ended' || state === 'reconnecting');
    if (hiccup) this.patience = setTimeout(() => this.showState(), PATIENCE_MS);
    else this.showState();
    this.emit('state', { state, ...words(state, problem) });
    if (problem) this.emit('error', { status: problem.status, title: problem.title, detail: problem.detail });
  }

  private showState(): void {
    const { state } = this;
    // Live but not seen yet: say so until the first picture.
    const shown =
      state === 'live' && !this.hadPicture ? { title: 'Starting', detail: '' } : words(state, this.problem);
    if (state === 'live' && this.hadPicture && this.view.isVeiled) return this.awaitPicture();
    if (state === 'live') this.awaitPicture();
    const busy = ['connecting', 'waiting', 'reconnecting', 'ended', 'live'].includes(state);
    this.view.showWords(shown, busy);
  }

  /** Lifts the veil with the next picture that is shown. */
  private awaitPicture(): void {
    const seen = () => {
      this.hadPicture = true;
      if (this.state === 'live') this.showPicture();
    };
    if ('requestVideoFrameCallback' in this.video) this.video.requestVideoFrameCallback(seen);
    else (this.video as HTMLVideoElement).addEventListener('timeupdate', seen, { once: true });
  }

  private showPicture(): void {
    this.view.showWords({ title: '', detail: '' }, false);
  }

  private onTrack(track: MediaStreamTrack): void {
    this.picturelessS = 0;
    this.hadPicture = false;
    if (this.isSoundOnly) this.showSoundOnly(false);
    for (const old of this.media.getTracks()) if (old.kind === track.kind) this.media.removeTrack(old);
    this.media.addTrack(track);
    track.addEventListener('unmute', () => {
      if (!this.video.srcObject) this.attach();
    });
  }

  private attach(): void {
    if (!this.whep) return;
    this.video.srcObject ??= this.media;
    void this.sound.play(this.video.muted || this.hasAttribute('muted'));
  }

  private async tick(): Promise<void> {
    const pc = this.whep?.pc;
    if (!pc || pc.connectionState !== 'connected') return;
    const stats = await this.reader.play(pc);
    this.whep?.noteFlow(stats.videoBps + stats.audioBps > 0);
    this.noteSoundOnly(stats.framesDecoded > 0, stats.audioBps > 0);
    this.shownSide = Math.min(stats.width, stats.height);
    this.showQuality();
    // Asked only while somebody looks.
    const quality = this.view.isOverlayShown ? await this.whep?.quality() : undefined;
    this.view.showStats(reason(quality), figures(stats, quality));
    this.emit('stats', stats);
  }

  private showQuality(): void {
    if (this.whep) this.view.showQuality(choices(this.whep.layers, this.whep.selected, this.shownSide));
  }

  private async choose(key: string): Promise<void> {
    const layer = this.whep?.layers.find((one) => layerKey(one) === key);
    const agreed = await this.whep?.selectLayer(layer);
    // The menu shows what is, not what was asked for.
    if (!agreed) this.showQuality();
  }

  /** Browsers wait for the picture before they play sound: a stream without one is played without its empty track. */
  private noteSoundOnly(picture: boolean, sound: boolean): void {
    this.picturelessS = !picture && sound ? this.picturelessS + 1 : 0;
    if (picture && this.isSoundOnly) this.showSoundOnly(false);
    else if (this.picturelessS >= SOUND_ONLY_AFTER_S && !this.isSoundOnly) this.showSoundOnly(true);
    if (this.isSoundOnly && this.state === 'live')
      this.view.showWords({ title: 'Sound only', detail: '' }, false);
  }

  private get isSoundOnly(): boolean {
    return this.video.srcObject !== null && this.video.srcObject !== this.media;
  }

  private showSoundOnly(soundOnly: boolean): void {
    this.view.stage.classList.toggle('sound-only', soundOnly);
    this.video.srcObject = soundOnly ? new MediaStream(this.media.getAudioTracks()) : this.media;
    this.attach();
    if (!soundOnly) this.awaitPicture();
  }

  private wire(): void {
    const { view, video } = this;
    view.bigPlay.addEventListener('click', () => this.play());
    view.playButton.addEventListener('click', () => this.togglePlay());
    view.soundButton.addEventListener('click', () => this.toggleSound());
    view.statsButton.addEventListener('click', () => this.toggleStats());
    view.fullButton.addEventListener('click', () => this.toggleFull());
    view.pipButton.addEventListener('click', () => void this.togglePip());
    view.volume.addEventListener('input', () => {
      video.volume = Number(view.volume.value);
      video.muted = video.volume === 0;
    });
    view.quality.addEventListener('change', () => void this.choose(view.quality.value));
    view.closeStats.addEventListener('click', () => this.toggleStats());
    view.tokenForm.addEventListener('submit', (event) => {
      event.preventDefault();
      this.setAttribute('token', view.token.value);
    });
    video.addEventListener('play', () => view.showPlaying(true));
    video.addEventListener('pause', () => view.showPlaying(false));
    video.addEventListener('volumechange', () => view.showSound(video.muted, video.volume));
    this.addEventListener('fullscreenchange', () => view.showFull(document.fullscreenElement === this));
    this.addEventListener('keydown', (event) => this.onKey(event));
    for (const name of ['pointermove', 'pointerdown', 'focusin'] as const)
      view.stage.addEventListener(name, () => this.wake());
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.composedPath()[0];
    const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    const pressing = target instanceof HTMLButtonElement && event.key === ' ';
    if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey) return;
    const closing = event.key === 'Escape' && this.view.isOverlayShown;
    if (closing) this.toggleStats();
    if (closing || this.key(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Shows the controls and hides them again when nothing moves. */
  private wake(): void {
    this.view.stage.classList.remove('asleep');
    clearTimeout(this.hideTimer);
    this.hideTimer = setTimeout(() => this.view.stage.classList.add('asleep'), HIDE_CONTROLS_MS);
  }

  private togglePlay(): void {
    if (!this.whep || this.video.paused) this.play();
    else this.video.pause();
  }

  private toggleSound(): void {
    if (this.video.muted) this.sound.unmute();
    else this.video.muted = true;
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

  private async togglePip(): Promise<void> {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.video.requestPictureInPicture();
    } catch {
      // Not before the first picture, or not in this browser.
    }
  }

  private readonly onLoad = (): void => this.attach();

  private readonly onPageHide = (): void => {
    this.whep?.stop();
    this.talk.leave();
  };

  /** The page came back from the browser's cache, where it was frozen without a connection. */
  private readonly onPageShow = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.enterChat();
    if (this.whep) this.connect();
  };

  private readonly onBack = (): void => {
    if (document.visibilityState !== 'visible') return;
    this.whep?.retryNow();
    this.talk.retryNow();
  };

  private emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
