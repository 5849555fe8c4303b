import { browser } from '../protocol/platform.ts';
import type { WhepClient } from '../protocol/whep.ts';
import type { PlayStats } from '../protocol/stats.ts';
import { DirectWay } from '../ways/direct.ts';
import { NativeEngine } from '../ways/native.ts';
import { SegmentWay } from '../ways/segments.ts';
import { ShakaEngine } from '../ways/shaka.ts';
import { protocolOf, type Rung, type Way, type WayListener } from '../ways/way.ts';
import { figures, reason, segmentFigures, type Figure } from './figures.ts';
import { choices, layerKey, renditionChoices, type Choice } from './menu.ts';
import { timelineOf, type Timeline } from './timeline.ts';
import type { ChatRoom } from '../chat/room.ts';

/** What the player shows in its statistics, and tells the page by its `stats` event. */
export interface Measured {
  stats: PlayStats & { via: 'webrtc' | 'dash' | 'hls'; latencyMs: number | undefined };
  why: string;
  figures: Figure[];
}

/** One way to play with the video element it plays in: what the player's controls act on. */
export interface Screen extends Way {
  readonly rung: Rung;
  readonly video: HTMLVideoElement;
  /** The WHEP client, where it is one. */
  readonly client: WhepClient | undefined;
  readonly soundOnly: boolean;
  /** Gives the element its source where that waits for the page to load. */
  attach(): void;
  choices(shownSide: number): Choice[];
  /** Answers whether it was done. */
  choose(key: string): Promise<boolean>;
  /** @param close whether somebody looks at the figures: only then the server is asked for its own */
  measure(close: boolean): Promise<Measured | undefined>;
  timeline(): Timeline | undefined;
  /** Back by so many seconds from live; 0 is live, and stays so. */
  seek(behindS: number): void;
}

export interface ScreenOptions {
  rung: Rung;
  video: HTMLVideoElement;
  base: string;
  stream: string;
  token: string | undefined;
  behindS: number;
  room: ChatRoom;
  listener: WayListener;
  onChoices(): void;
  onViewers(viewers: number): void;
  onAttach(screen: Screen): void;
}

export function openScreen(options: ScreenOptions): Screen {
  return options.rung === 'webrtc' ? new DirectScreen(options) : new SegmentScreen(options);
}

class DirectScreen implements Screen {
  readonly rung = 'webrtc';
  readonly video: HTMLVideoElement;
  private readonly way: DirectWay;

  constructor(options: ScreenOptions) {
    const { base, stream, token, listener, room } = options;
    this.video = options.video;
    this.way = new DirectWay({
      video: options.video,
      endpoint: new URL(`/whep/${encodeURIComponent(stream)}`, base).href,
      token,
      rider: room,
      listener,
      onLayers: () => options.onChoices(),
      onViewers: (viewers) => options.onViewers(viewers),
      onAttach: () => options.onAttach(this),
    });
  }

  get client(): WhepClient {
    return this.way.client;
  }

  get soundOnly(): boolean {
    return this.way.soundOnly;
  }

  start(): void {
    this.way.start();
  }

  stop(): void {
    this.way.stop();
  }

  retryNow(): void {
    this.way.retryNow();
  }

  attach(): void {
    this.way.attach();
  }

  choices(shownSide: number): Choice[] {
    return choices(this.client.layers, this.client.selected, shownSide);
  }

  choose(key: string): Promise<boolean> {
    return this.client.selectLayer(this.client.layers.find((one) => layerKey(one) === key));
  }

  async measure(close: boolean): Promise<Measured | undefined> {
    const stats = await this.way.stats();
    if (!stats) return undefined;
    const quality = close ? await this.client.quality() : undefined;
    return {
      stats: { ...stats, via: 'webrtc', latencyMs: undefined },
      why: reason(quality),
      figures: figures(stats, quality),
    };
  }

  timeline(): undefined {
    return undefined;
  }

  seek(): void {
    // There is no past here.
  }
}

class SegmentScreen implements Screen {
  readonly rung: Rung;
  readonly video: HTMLVideoElement;
  readonly client = undefined;
  private readonly way: SegmentWay;
  private before = { framesDecoded: 0, atMs: 0 };

  constructor(options: ScreenOptions) {
    const { rung, video, listener, onChoices } = options;
    this.rung = rung;
    this.video = video;
    const native = rung === 'plain' && NativeEngine.isSupported() && !('MediaSource' in globalThis);
    const { address, headers } = manifestOf(options, native);
    const { base, stream } = options;
    this.way = new SegmentWay({
      platform: browser,
      address,
      status: new URL(`/api/v1/streams/${encodeURIComponent(stream)}`, base).href,
      headers,
      behindS: options.behindS,
      listener,
      onRenditions: onChoices,
      onSource: () => options.onAttach(this),
      engine: (engineListener) =>
        native
          ? new NativeEngine(video, engineListener)
          : new ShakaEngine({
              video,
              dash: rung === 'dash',
              lowLatency: rung !== 'plain',
              headers,
              listener: engineListener,
            }),
    });
  }

  get soundOnly(): boolean {
    return this.way.state === 'live' && this.video.readyState >= 2 && this.video.videoWidth === 0;
  }

  start(): void {
    this.way.start();
  }

  stop(): void {
    this.way.stop();
  }

  retryNow(): void {
    this.way.retryNow();
  }

  attach(): void {
    // Its engine has given the element a source already.
  }

  choices(): Choice[] {
    const { player } = this.way;
    return player ? renditionChoices(player.renditions(), player.chosen) : [];
  }

  choose(key: string): Promise<boolean> {
    this.way.player?.choose(key === '' ? undefined : key);
    return Promise.resolve(true);
  }

  measure(): Promise<Measured | undefined> {
    const { player } = this.way;
    if (!player || this.way.state !== 'live') return Promise.resolve(undefined);
    const now = player.stats();
    const atMs = performance.now();
    const elapsedS = Math.max(0.001, (atMs - this.before.atMs) / 1000);
    const framesPerSecond = Math.round(Math.max(0, now.framesDecoded - this.before.framesDecoded) / elapsedS);
    this.before = { framesDecoded: now.framesDecoded, atMs };
    const via = protocolOf(this.rung);
    const [videoCodec = '', audioCodec = ''] = now.codecs.split(',').map((codec) => codec.trim());
    const { width, height, latencyMs, framesDecoded, framesDropped } = now;
    const stats = {
      ...{ via, width, height, framesPerSecond, latencyMs, framesDecoded, framesDropped },
      videoBps: now.bitrateBps,
      audioBps: 0,
      rttMs: undefined,
      jitterBufferMs: undefined,
      loss: 0,
      packetsLost: 0,
      freezes: now.stalls,
      videoCodec,
      audioCodec,
      transport: '',
    } as const;
    const buffered = bufferedS(this.video);
    return Promise.resolve({
      stats,
      why: '',
      figures: segmentFigures(this.rung, now, framesPerSecond, buffered),
    });
  }

  timeline(): Timeline | undefined {
    return timelineOf(this.way.player?.seekRange(), this.video.currentTime);
  }

  seek(behindS: number): void {
    const { player } = this.way;
    const range = player?.seekRange();
    if (!player || !range) return;
    player.followLive(behindS <= 0);
    if (behindS > 0) this.video.currentTime = Math.max(range.startS, range.endS - behindS);
  }
}

/**
 * Where the manifest is, and how a token is shown there: in a header on the server's own pages; elsewhere in the address,
 * as each address with a header of its own would cost a preflight, and where the browser fetches by itself.
 */
function manifestOf({ rung, base, stream, token }: ScreenOptions, native: boolean) {
  const file = rung === 'dash' ? 'manifest.mpd' : 'index.m3u8';
  const url = new URL(`/live/${encodeURIComponent(stream)}/${file}`, base);
  if (token === undefined) return { address: url.href, headers: {} };
  if (url.origin === location.origin && !native)
    return { address: url.href, headers: { Authorization: `Bearer ${token}` } };
  url.searchParams.set('token', token);
  return { address: url.href, headers: {} };
}

/** The address of the stream's still. */
export function stillOf({ base, stream, token }: Pick<ScreenOptions, 'base' | 'stream' | 'token'>): string {
  const url = new URL(`/live/${encodeURIComponent(stream)}/thumb.jpg`, base);
  if (token !== undefined) url.searchParams.set('token', token);
  return url.href;
}

function bufferedS({ buffered, currentTime }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; i++) {
    if (buffered.start(i) <= currentTime + 0.1 && currentTime <= buffered.end(i))
      return buffered.end(i) - currentTime;
  }
  return 0;
}
