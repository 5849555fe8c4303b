import { Problem } from '../protocol/problem.ts';
import { awaitPicture } from './picture.ts';
import type { Engine, EngineListener, EngineStats, Rendition, SeekRange } from './segments.ts';

/** HLS by the browser itself, where it has it and lacks Media Source Extensions (iPhones of some age). */
export class NativeEngine implements Engine {
  readonly chosen = undefined;
  private closed = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly listener: EngineListener,
  ) {
    const on = (name: string, run: () => void) => video.addEventListener(name, () => !this.closed && run());
    on('ended', () => listener.onEnd());
    on('error', () => listener.onError(problemOf(video.error)));
  }

  static isSupported(): boolean {
    return document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '';
  }

  load(address: string, behindS: number): Promise<void> {
    const { video, listener } = this;
    video.src = address;
    if (behindS > 0) {
      const back = () => (video.currentTime = Math.max(0, (this.seekRange()?.endS ?? 0) - behindS));
      video.addEventListener('loadedmetadata', back, { once: true });
    }
    listener.onSource();
    awaitPicture(video, () => !this.closed && listener.onShown());
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.video.removeAttribute('src');
    this.video.load();
  }

  seekRange(): SeekRange | undefined {
    const { seekable } = this.video;
    const last = seekable.length - 1;
    return last < 0 ? undefined : { startS: seekable.start(0), endS: seekable.end(last) };
  }

  positionS(): number | undefined {
    const { paused, seeking, currentTime } = this.video;
    return paused || seeking ? undefined : currentTime;
  }

  followLive(on: boolean): void {
    const range = this.seekRange();
    if (on && range) this.video.currentTime = range.endS;
  }

  renditions(): Rendition[] {
    return [];
  }

  choose(): void {
    // The browser chooses by itself.
  }

  stats(): EngineStats {
    const { video } = this;
    const quality = video.getVideoPlaybackQuality();
    return {
      width: video.videoWidth,
      height: video.videoHeight,
      bitrateBps: 0,
      estimateBps: 0,
      codecs: '',
      latencyMs: latencyOf(video),
      framesDecoded: quality.totalVideoFrames,
      framesDropped: quality.droppedVideoFrames,
      stalls: 0,
    };
  }
}

/** Safari tells the program date time of its clock's zero. */
function latencyOf(video: HTMLVideoElement): number | undefined {
  const startMs = (video as HTMLVideoElement & { getStartDate?: () => Date }).getStartDate?.().getTime();
  return startMs === undefined || Number.isNaN(startMs)
    ? undefined
    : Math.max(0, Date.now() - startMs - video.currentTime * 1000);
}

function problemOf(error: MediaError | null): Problem {
  const unplayable =
    error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED || error?.code === MediaError.MEDIA_ERR_DECODE;
  return new Problem(unplayable ? 415 : 0, 'The stream cannot be played this way', error?.message ?? '');
}
