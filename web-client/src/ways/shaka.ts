import { Problem } from '../protocol/problem.ts';
import { SHAKA_DASH, SHAKA_HLS } from './chunks.ts';
import { awaitPicture } from './picture.ts';
import { RateGuess } from './rate.ts';
import type { Engine, EngineListener, EngineStats, Rendition, SeekRange } from './segments.ts';

/** What is used here of Shaka Player 5. */
interface ShakaModule {
  Player: { new (): ShakaPlayer; isBrowserSupported(): boolean };
  polyfill: { installAll(): void };
}

interface ShakaTrack {
  active: boolean;
  bandwidth: number;
  height: number | null;
  width: number | null;
  videoBandwidth: number | null;
}

interface ShakaPlayer extends EventTarget {
  attach(video: HTMLVideoElement): Promise<void>;
  configure(key: string, value: unknown): boolean;
  configure(config: object): boolean;
  load(address: string, startS?: number | null): Promise<void>;
  destroy(): Promise<void>;
  seekRange(): { start: number; end: number };
  goToLive(): void;
  getVariantTracks(): ShakaTrack[];
  selectVariantTrack(track: ShakaTrack, clearBuffer: boolean): void;
  getStats(): {
    width: number;
    height: number;
    streamBandwidth: number;
    estimatedBandwidth: number;
    currentCodecs: string;
    liveLatency: number;
    decodedFrames: number;
    droppedFrames: number;
    stallsDetected: number;
  };
  getNetworkingEngine(): {
    registerRequestFilter(filter: (type: number, request: { headers: Record<string, string> }) => void): void;
  } | null;
}

interface ShakaError {
  severity: number;
  category: number;
  code: number;
  data: unknown[];
}

/** Shaka's own numbers (shaka.util.Error). */
const CRITICAL = 2;
const BAD_HTTP_STATUS = 1001;
const NETWORK = 1;
const RATE_EVERY_MS = 500;
const UNPLAYABLE = new Set([4032, 4036, 4037, 3015, 3016]);

let tries = 0;

/** The player's code, fetched when it is first needed. */
async function shaka(dash: boolean): Promise<ShakaModule> {
  const chunk = dash ? SHAKA_DASH : SHAKA_HLS;
  // A browser remembers that a module could not be had: another address makes it ask again.
  const address = new URL(tries > 0 ? `${chunk}?${tries}` : chunk, import.meta.url).href;
  try {
    const module = (await import(address)) as { default: ShakaModule };
    return module.default;
  } catch (error) {
    tries++;
    throw Problem.unreachable(error);
  }
}

export interface ShakaOptions {
  video: HTMLVideoElement;
  dash: boolean;
  lowLatency: boolean;
  headers: Record<string, string>;
  listener: EngineListener;
}

/** LL-DASH, LL-HLS and HLS by Shaka Player and Media Source Extensions. */
export class ShakaEngine implements Engine {
  chosen: string | undefined;
  private player: ShakaPlayer | undefined;
  private closed = false;
  private following = true;
  private rateTimer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: ShakaOptions) {}

  async load(address: string, behindS: number): Promise<void> {
    const { video, dash, listener } = this.options;
    const module = await shaka(dash);
    if (this.closed) return;
    if (!module.Player.isBrowserSupported()) throw unplayable('This browser cannot play segments.');
    const player = new module.Player();
    this.player = player;
    try {
      await player.attach(video);
      player.configure(this.settings());
      this.watchRate();
      this.sendHeaders(player);
      this.listen(player);
      await player.load(address, behindS > 0 ? -behindS : null);
      if (this.closed) return;
      listener.onSource();
      if (behindS > 0) this.followLive(false);
      awaitPicture(video, () => !this.closed && listener.onShown());
    } catch (error) {
      if (!this.closed) throw problemOf(error);
    }
  }

  close(): void {
    this.closed = true;
    clearInterval(this.rateTimer);
    void this.player?.destroy();
    this.player = undefined;
  }

  seekRange(): SeekRange | undefined {
    if (!this.player) return undefined;
    const { start, end } = this.player.seekRange();
    return end > start ? { startS: start, endS: end } : undefined;
  }

  positionS(): number | undefined {
    const { paused, seeking, currentTime } = this.options.video;
    return paused || seeking ? undefined : currentTime;
  }

  followLive(on: boolean): void {
    this.following = on;
    this.player?.configure('streaming.liveSync.enabled', on && this.options.lowLatency);
    if (on) this.player?.goToLive();
    else this.options.video.playbackRate = 1;
  }

  renditions(): Rendition[] {
    const byHeight = new Map<number, Rendition>();
    for (const track of this.player?.getVariantTracks() ?? []) {
      const height = Math.min(track.height ?? 0, track.width ?? track.height ?? 0);
      const known = byHeight.get(height);
      if (height === 0 || (known && known.bitrateBps > track.bandwidth && !track.active)) continue;
      const active = track.active || known?.active === true;
      byHeight.set(height, { id: String(height), height, bitrateBps: track.bandwidth, active });
    }
    return [...byHeight.values()].sort((a, b) => b.height - a.height);
  }

  choose(id: string | undefined): void {
    const { player } = this;
    if (!player) return;
    this.chosen = id;
    player.configure('abr.enabled', id === undefined);
    if (id === undefined) return;
    const wanted = player
      .getVariantTracks()
      .filter((track) => String(Math.min(track.height ?? 0, track.width ?? track.height ?? 0)) === id)
      .sort((a, b) => b.bandwidth - a.bandwidth)[0];
    if (wanted) player.selectVariantTrack(wanted, false);
  }

  stats(): EngineStats {
    const stats = this.player?.getStats();
    const latencyS = stats?.liveLatency ?? 0;
    return {
      width: stats?.width || this.options.video.videoWidth,
      height: stats?.height || this.options.video.videoHeight,
      bitrateBps: finite(stats?.streamBandwidth),
      estimateBps: finite(stats?.estimatedBandwidth),
      codecs: stats?.currentCodecs ?? '',
      latencyMs: Number.isFinite(latencyS) && latencyS > 0 ? latencyS * 1000 : undefined,
      framesDecoded: finite(stats?.decodedFrames),
      framesDropped: finite(stats?.droppedFrames),
      stalls: finite(stats?.stallsDetected),
    };
  }

  private sendHeaders(player: ShakaPlayer): void {
    const { headers } = this.options;
    player.getNetworkingEngine()?.registerRequestFilter((_, request) => {
      Object.assign(request.headers, headers);
    });
  }

  private listen(player: ShakaPlayer): void {
    const { listener } = this.options;
    player.addEventListener('error', (event) => {
      const error = (event as Event & { detail: ShakaError }).detail;
      if (!this.closed && error.severity === CRITICAL) listener.onError(problemOf(error));
    });
    for (const name of ['trackschanged', 'adaptation', 'variantchanged'])
      player.addEventListener(name, () => listener.onRenditions());
    this.options.video.addEventListener('ended', () => !this.closed && listener.onEnd());
  }

  /** Low-latency DASH comes while it is made, so its speed tells nothing: the guess learns from trouble instead. */
  private watchRate(): void {
    const { video, dash, lowLatency } = this.options;
    if (!dash || !lowLatency) return;
    const guess = new RateGuess();
    let stalls = 0;
    video.addEventListener('waiting', () => (stalls += video.seeking ? 0 : 1));
    this.rateTimer = setInterval(() => {
      const renditions = this.renditions();
      const played = renditions.find((one) => one.active);
      const bps = guess.see({
        nowMs: performance.now(),
        stalls,
        latencyMs: this.following && !video.paused ? this.stats().latencyMs : undefined,
        playedBps: played?.bitrateBps ?? 0,
        hasBetter: played !== renditions[0],
      });
      if (bps !== undefined) this.player?.configure('abr.defaultBandwidthEstimate', bps);
    }, RATE_EVERY_MS);
  }

  /** As measured on the whole chain: 0.5 s behind by DASH and 0.75 s by HLS with parts of 200 ms, without a stall. */
  private settings(): object {
    const { lowLatency, dash } = this.options;
    const retryParameters = { maxAttempts: 3, baseDelay: 200, backoffFactor: 1.5, fuzzFactor: 0.5 };
    const guessed = dash && lowLatency;
    // Comes on top of what the format itself needs: the chunk of DASH, the hold-back of HLS.
    const targetLatency = dash ? 0.25 : 0.05;
    return {
      manifest: { retryParameters },
      streaming: {
        lowLatencyMode: lowLatency,
        retryParameters,
        bufferBehind: 30,
        bufferingGoal: lowLatency ? 4 : 12,
        rebufferingGoal: lowLatency ? 0.01 : 2,
        liveSync: {
          enabled: lowLatency,
          targetLatency,
          // Who keeps standing still is given more time, and gets it back when it was quiet for a minute.
          dynamicTargetLatency: {
            enabled: true,
            minLatency: targetLatency,
            maxLatency: 3,
            rebufferIncrement: 0.25,
            stabilityThreshold: 60,
            maxAttempts: 10,
          },
          targetLatencyTolerance: 0.05,
          maxPlaybackRate: 1.1,
          minPlaybackRate: 0.95,
        },
      },
      abr: {
        useNetworkInformation: false,
        ...(guessed
          ? {
              defaultBandwidthEstimate: new RateGuess().bps,
              switchInterval: 2,
              advanced: { minTotalBytes: 1e12 },
            }
          : {}),
      },
    };
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, category, data } = error as ShakaError;
  if (code === BAD_HTTP_STATUS)
    return new Problem(Number(data[1]) || 0, 'The server refused', `Shaka ${code}`);
  if (category === NETWORK) return Problem.unreachable(error);
  if (UNPLAYABLE.has(code)) return unplayable(`Shaka ${code}`);
  return new Problem(0, 'The stream cannot be played this way', `Shaka ${code ?? String(error)}`);
}

function unplayable(detail: string): Problem {
  return new Problem(415, 'This browser cannot play the stream', detail);
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
