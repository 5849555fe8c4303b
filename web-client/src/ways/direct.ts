import type { Rider } from '../protocol/connection.ts';
import type { Layer } from '../protocol/layers.ts';
import { browser, type Platform } from '../protocol/platform.ts';
import type { Problem } from '../protocol/problem.ts';
import { StatsReader, type PlayStats } from '../protocol/stats.ts';
import { WhepClient } from '../protocol/whep.ts';
import { awaitPicture } from './picture.ts';
import type { PlayState, Way, WayListener } from './way.ts';

export interface DirectOptions {
  video: HTMLVideoElement;
  endpoint: string;
  token: string | undefined;
  rider: Rider;
  listener: WayListener;
  onLayers(): void;
  onViewers(viewers: number): void;
  /** The video element's source changed and wants to be played. */
  onAttach(): void;
}

/** Seconds of sound without any picture after which the stream is taken to be sound only. */
const SOUND_ONLY_AFTER_S = 2;
/** Nothing arrived for so long although the broadcaster is there: the path is broken, whatever ICE still hopes. */
const SILENT_MS = 1_600;
const LOOK_EVERY_MS = 400;
/** The server is told how long pictures wait here, once that has settled, and then so often. */
const FIRST_REPORT_MS = 3_000;
const REPORT_EVERY_MS = 10_000;

/** Plays by WebRTC: a WHEP client and the video element its tracks go to. */
export class DirectWay implements Way {
  readonly client: WhepClient;
  soundOnly = false;
  private readonly media = new MediaStream();
  private readonly reader = new StatsReader();
  private readonly platform: Platform = browser;
  private picturelessS = 0;
  private shown = false;
  private silent = false;
  /** Told apart: pictures awaited before a silence count no more after it. */
  private waits = 0;
  private cancelLook: (() => void) | undefined;
  private reportAtMs = 0;

  constructor(private readonly options: DirectOptions) {
    const { endpoint, token, rider } = options;
    this.client = new WhepClient({
      endpoint,
      token,
      rider,
      listener: {
        onState: (state, problem) => this.onState(state, problem),
        onTrack: (track) => this.onTrack(track),
        onLayers: () => options.onLayers(),
        onViewers: (viewers) => options.onViewers(viewers),
      },
    });
  }

  start(): void {
    this.client.start();
    this.look();
  }

  stop(): void {
    this.waits++;
    this.cancelLook?.();
    this.client.stop();
    this.options.video.srcObject = null;
  }

  retryNow(): void {
    this.client.retryNow();
  }

  /** Gives the element its source; asked for again whenever that changes. */
  attach(): void {
    const { video } = this.options;
    video.srcObject ??= this.media;
  }

  /** Once a second: what arrives, and whether there is a picture in it. */
  async stats(): Promise<PlayStats | undefined> {
    const { pc } = this.client;
    if (!pc || pc.connectionState !== 'connected') return undefined;
    const stats = await this.reader.play(pc);
    this.client.noteFlow(stats.videoBps + stats.audioBps > 0);
    this.noteSoundOnly(stats.framesDecoded > 0, stats.audioBps > 0);
    this.report(stats.jitterBufferMs);
    return stats;
  }

  private report(bufferMs: number | undefined): void {
    const nowMs = this.platform.now();
    if (bufferMs === undefined || nowMs < this.reportAtMs) return;
    this.reportAtMs = nowMs + REPORT_EVERY_MS;
    void this.client.report(bufferMs);
  }

  get layers(): Layer[] {
    return this.client.layers;
  }

  private onState(state: PlayState, problem: Problem | undefined): void {
    if (state !== 'live') {
      this.shown = this.silent = false;
      this.reportAtMs = this.platform.now() + FIRST_REPORT_MS;
    }
    this.options.listener.onState(state, problem);
    if (state === 'live') this.await();
  }

  private onTrack(track: MediaStreamTrack): void {
    this.picturelessS = 0;
    this.shown = false;
    if (this.soundOnly) this.setSoundOnly(false);
    for (const old of this.media.getTracks()) if (old.kind === track.kind) this.media.removeTrack(old);
    this.media.addTrack(track);
    track.addEventListener('unmute', () => {
      if (!this.options.video.srcObject) this.options.onAttach();
    });
  }

  private await(): void {
    const wait = ++this.waits;
    awaitPicture(this.options.video, () => {
      if (wait !== this.waits || this.client.state !== 'live') return;
      this.shown = true;
      this.silent = false;
      this.options.listener.onShown();
    });
  }

  /** ICE needs seconds to notice a dead path; the arriving media tells at once. */
  private look(): void {
    this.cancelLook = this.platform.after(LOOK_EVERY_MS, () => this.look());
    if (this.client.state !== 'live' || !this.shown || this.options.video.paused) return;
    const silent = this.sinceLastPacketMs() > SILENT_MS;
    if (silent === this.silent) return;
    this.silent = silent;
    if (silent) {
      this.options.listener.onSilent();
      this.shown = true;
    } else {
      this.await();
    }
  }

  private sinceLastPacketMs(): number {
    const sources = this.client.pc?.getReceivers().flatMap((one) => one.getSynchronizationSources()) ?? [];
    if (sources.length === 0) return 0;
    return performance.timeOrigin + performance.now() - Math.max(...sources.map((one) => one.timestamp));
  }

  /** Browsers wait for the picture before they play sound: a stream without one is played without its empty track. */
  private noteSoundOnly(picture: boolean, sound: boolean): void {
    this.picturelessS = !picture && sound ? this.picturelessS + 1 : 0;
    if (picture && this.soundOnly) this.setSoundOnly(false);
    else if (this.picturelessS >= SOUND_ONLY_AFTER_S && !this.soundOnly) this.setSoundOnly(true);
  }

  private setSoundOnly(soundOnly: boolean): void {
    this.soundOnly = soundOnly;
    this.options.video.srcObject = soundOnly ? new MediaStream(this.media.getAudioTracks()) : this.media;
    this.options.onAttach();
    this.await();
  }
}
