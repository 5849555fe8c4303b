import { delay, stream as streamInfo, streamIfAny } from '../page/api.ts';
import { expose } from '../page/debug.ts';
import { byId, say } from '../page/dom.ts';
import { nameProblem } from '../page/names.ts';
import type { ChatRoom } from '../chat/room.ts';
import { Problem } from '../protocol/problem.ts';
import { StatsReader } from '../protocol/stats.ts';
import { WhipClient, type WhipState } from '../protocol/whip.ts';
import { Board } from './board.ts';
import { Capture, obstacle } from './capture.ts';
import { SettingsForm } from './form.ts';
import { Meter } from './meter.ts';
import { Rest, restWords } from './rest.ts';
import { addTracks, replaceTracks, videoSender } from './sender.ts';
import { load, save, type Settings } from './settings.ts';
import { enterChat } from './talk.ts';

const TICK_MS = 1_000;
/** The server is asked how the stream fares every so many ticks. */
const LOOK_EVERY = 3;

/** The studio page: captures, previews, goes live, stays live. */
export class Studio {
  private readonly board: Board;
  private readonly capture = new Capture((kind) => this.onTrackEnded(kind));
  private readonly meter = new Meter(byId('meter'), byId('level'));
  private readonly reader = new StatsReader();
  private readonly form: SettingsForm;
  private settings: Settings;
  private client: WhipClient | undefined;
  private readonly rest = new Rest();
  private chat: ChatRoom | undefined;
  private liveSinceMs = 0;
  private ticks = 0;

  constructor(
    private readonly stream: string,
    private readonly query: URLSearchParams,
    settingsForm: HTMLFormElement,
  ) {
    this.board = new Board(stream);
    this.settings = load(localStorage, query);
    this.form = new SettingsForm(
      settingsForm,
      (now, changed) => this.onSettings(now, changed),
      this.settings,
    );
    this.takeKeyFromAddress();
    this.wire();
    expose(
      () => this.client?.pc,
      () => this.client,
      () => this.chat,
    );
  }

  open(): void {
    const wrong = nameProblem(this.stream);
    const problem = wrong ? new Problem(400, 'This is no name for a stream', wrong) : obstacle();
    if (problem) {
      this.board.showProblem(problem);
      this.board.showBlank('No picture.', false);
      byId('settings').inert = true;
      byId<HTMLButtonElement>('mute').disabled = byId<HTMLButtonElement>('hide').disabled = true;
      return;
    }
    navigator.mediaDevices.addEventListener('devicechange', () => void this.listDevices());
    if (this.query.get('chat') !== '0') this.chat = enterChat(this.stream, this.key);
    void this.prepare();
  }

  /** Opens the devices; goes on with a broadcast that a reload interrupted. */
  private async prepare(): Promise<void> {
    const resume = sessionStorage.getItem(this.liveFlag) !== null || on(this.query.get('autostart'));
    const ready = await this.acquire();
    if (!resume) return;
    if (ready) this.goLive();
    else if (this.settings.video === 'screen') {
      const paused = new Problem(
        0,
        'You were live',
        'The browser wants a click before the screen is shared again.',
      );
      this.board.showProblem(paused, true, 'Share and go live', () => {
        void this.pickScreen().then((shared) => shared && this.goLive());
      });
    }
  }

  /** Answers whether there is something to send as chosen. */
  private async acquire(): Promise<boolean> {
    this.board.showBlank('Waiting for camera and microphone…', false);
    try {
      const missing = await this.capture.open(this.settings);
      this.board.showProblem(missing, true);
      const picked =
        this.settings.video !== 'screen' || (on(this.query.get('autostart')) && (await this.pickScreen()));
      return picked;
    } catch (error) {
      this.board.showProblem(Problem.wrap(error), false, 'Try again', () => void this.acquire());
      return false;
    } finally {
      this.showCapture();
      await this.listDevices();
    }
  }

  private async pickScreen(): Promise<boolean> {
    try {
      await this.capture.openScreen(this.settings);
      this.board.showProblem(undefined);
      return true;
    } catch (error) {
      this.board.showProblem(Problem.wrap(error), true);
      return false;
    } finally {
      await this.resend();
    }
  }

  private async start(): Promise<void> {
    if (this.settings.video !== 'screen' || this.capture.video || (await this.pickScreen())) this.goLive();
  }

  private goLive(): void {
    this.board.showProblem(undefined);
    byId('key-form').hidden = true;
    if (!this.capture.video && !this.capture.audio) return;
    this.client?.stop();
    this.client = new WhipClient({
      endpoint: new URL(`/whip/${encodeURIComponent(this.stream)}`, location.href).href,
      token: this.key,
      rider: this.chat,
      stereo: this.settings.stereo,
      setUp: (pc) => addTracks(pc, this.capture, this.settings),
      takenOver: (url, gone) => this.isTakenOver(url, gone),
      onDemand: (demand, pc) => this.rest.onDemand(demand, videoSender(pc)),
      onState: (state, problem) => this.onState(state, problem),
    });
    sessionStorage.setItem(this.liveFlag, '1');
    this.client.start();
  }

  private end(): void {
    sessionStorage.removeItem(this.liveFlag);
    this.client?.stop();
    this.client = undefined;
    this.board.showProblem(undefined);
  }

  private onState(state: WhipState, problem: Problem | undefined): void {
    this.board.showState(state);
    if (state === 'live' && this.liveSinceMs === 0) this.liveSinceMs = Date.now();
    if (state === 'idle' || state === 'failed') this.liveSinceMs = 0;
    if (state === 'failed') sessionStorage.removeItem(this.liveFlag);
    if (problem) this.board.showProblem(problem, state !== 'failed');
    else if (state === 'live' || state === 'idle') this.board.showProblem(undefined);
    if (problem && (problem.status === 401 || problem.status === 403)) {
      byId('key-form').hidden = false;
      byId('key').focus();
    }
  }

  /** Whether somebody else publishes on the stream that our session was lost on. */
  private async isTakenOver(sessionUrl: string, gone: boolean): Promise<boolean> {
    try {
      const { hasPublisher, publisherId } = await streamInfo(this.stream);
      if (publisherId !== undefined) return !sessionUrl.includes(publisherId);
      // A publisher on a stream that the server no longer knows our session of is not us.
      return gone && hasPublisher;
    } catch {
      return false;
    }
  }

  private onSettings(now: Settings, changed: keyof Settings): void {
    this.settings = now;
    save(localStorage, now);
    void this.apply(changed).catch((error: unknown) => {
      this.board.showProblem(Problem.wrap(error), false, 'Try again', () => void this.apply(changed));
      this.showCapture();
    });
  }

  private async apply(changed: keyof Settings): Promise<void> {
    this.board.showProblem(undefined);
    switch (changed) {
      case 'video':
      case 'cameraId':
      case 'height':
      case 'fps':
        await this.applyVideo(changed === 'video');
        break;
      case 'micId':
      case 'voice':
      case 'stereo':
        await this.capture.openMic(this.settings);
        break;
      case 'screenSound':
      case 'codec':
      case 'simulcast':
        return;
    }
    await this.resend();
    await this.listDevices();
  }

  private async applyVideo(sourceChanged: boolean): Promise<void> {
    const { video } = this.settings;
    if (video === 'camera') await this.capture.openCamera(this.settings);
    else if (video === 'screen') await this.capture.openScreen(this.settings);
    else if (sourceChanged) this.capture.stopVideo();
  }

  /** Sends what is captured now in place of what was. */
  private async resend(): Promise<void> {
    this.showCapture();
    const { client } = this;
    if (!client?.pc || (await replaceTracks(client.pc, this.capture))) return;
    if (this.capture.video || this.capture.audio) client.renew();
    else this.end();
  }

  private onTrackEnded(kind: 'video' | 'audio'): void {
    if (kind === 'video' && this.settings.video === 'screen') {
      this.board.showProblem(
        new Problem(0, 'Sharing ended', 'Choose what to share next, or another source.'),
        true,
      );
      this.capture.stopVideo();
      void this.resend();
    } else {
      const what = kind === 'video' ? 'camera' : 'microphone';
      const lost = new Problem(0, `The ${what} is gone`, 'Was it unplugged? Choose another, or try again.');
      this.board.showProblem(lost, false, 'Try again', () => void this.acquire().then(() => this.resend()));
    }
  }

  private showCapture(): void {
    const { video, audio } = this.capture;
    const { video: source } = this.settings;
    this.board.showPreview(video, source === 'camera' && video?.getSettings().facingMode !== 'environment');
    this.board.showBlank(source === 'none' ? 'Sound only.' : 'No picture.', source === 'screen');
    this.meter.show(audio);
    byId<HTMLButtonElement>('go-live').disabled = !video && !audio && source !== 'screen';
    byId<HTMLButtonElement>('mute').disabled = !audio;
    byId<HTMLButtonElement>('hide').disabled = !video;
    this.showMutes();
  }

  private showMutes(): void {
    const { muted, hidden, hasMic, audio } = this.capture;
    const what = hasMic || !audio ? 'microphone' : 'sound';
    press('mute', muted, `Unmute ${what}`, `Mute ${what}`);
    press('hide', hidden, 'Show picture', 'Hide picture');
  }

  private listDevices(): Promise<void> {
    const id = (track: MediaStreamTrack | undefined) => track?.getSettings().deviceId;
    const camera = this.settings.video === 'camera' ? id(this.capture.video) : undefined;
    return this.form.listDevices(camera, id(this.capture.audio));
  }

  private wire(): void {
    byId('go-live').addEventListener('click', () => void this.start());
    byId('stop').addEventListener('click', () => this.end());
    byId('pick-screen').addEventListener('click', () => void this.pickScreen());
    byId('mute').addEventListener('click', () => {
      this.capture.mute(!this.capture.muted);
      this.showMutes();
    });
    byId('hide').addEventListener('click', () => {
      this.capture.hide(!this.capture.hidden);
      this.showMutes();
    });
    byId('key-form').addEventListener('submit', (event) => {
      event.preventDefault();
      sessionStorage.setItem(this.keyName, byId<HTMLInputElement>('key').value.trim());
      this.chat?.useToken(this.key);
      void this.start();
    });
    addEventListener('pagehide', () => this.client?.stop());
    addEventListener('pageshow', (event) => event.persisted && this.client?.start());
    addEventListener('online', () => this.client?.retryNow());
    setInterval(() => void this.tick(), TICK_MS);
  }

  private async tick(): Promise<void> {
    const { client } = this;
    if (this.ticks++ % LOOK_EVERY === 0) void this.look();
    if (!client || this.liveSinceMs === 0) return;
    this.board.showTimer(Date.now() - this.liveSinceMs);
    if (client.state !== 'live' || !client.pc) return;
    const stats = await this.reader.publish(client.pc);
    if (client === this.client && client.state === 'live') {
      this.board.showStats(stats, this.restWords(client.pc));
    }
  }

  private restWords(pc: RTCPeerConnection | undefined): string {
    const { width = 0, height = 0 } = this.capture.video?.getSettings() ?? {};
    const encodings = (pc && videoSender(pc)?.getParameters().encodings) ?? [];
    return restWords(encodings, this.rest.rids, Math.min(width, height));
  }

  /** How the stream fares as the server sees it: viewers, and what it says of what comes in. */
  private async look(): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    try {
      const state = this.client?.state ?? 'idle';
      const away = state === 'idle' || state === 'failed';
      const seen = away ? await streamIfAny(this.stream) : await streamInfo(this.stream);
      const viewers = seen?.viewers ?? 0;
      this.board.showOthers(seen?.live && away ? seen.transport : undefined, seen?.warnings ?? []);
      const behind = viewers > 0 ? await delay(this.stream).catch(() => undefined) : undefined;
      if (this.liveSinceMs > 0) this.board.showViewers(viewers, behind);
    } catch {
      // It may be closed to broadcasters: it is a courtesy.
      this.board.showOthers(undefined, []);
    }
  }

  /** A key in the address is taken into this tab and out of sight (and out of copied links). */
  private takeKeyFromAddress(): void {
    const key = this.query.get('key');
    if (!key) return;
    sessionStorage.setItem(this.keyName, key);
    const clean = new URL(location.href);
    clean.searchParams.delete('key');
    history.replaceState(null, '', clean);
  }

  private get key(): string | undefined {
    return sessionStorage.getItem(this.keyName) ?? undefined;
  }

  private get keyName(): string {
    return `millrace.key.${this.stream}`;
  }

  /** Set while live: a reload of the page goes on broadcasting. */
  private get liveFlag(): string {
    return `millrace.live.${this.stream}`;
  }
}

function press(id: string, pressed: boolean, off: string, onLabel: string): void {
  const button = byId(id);
  button.setAttribute('aria-pressed', String(pressed));
  say(button, pressed ? off : onLabel);
}

function on(value: string | null): boolean {
  return value !== null && value !== '0' && value !== 'false';
}
