/**
 * Plays a video element by the browser's autoplay rules: with sound if it may, muted with a button if it may not, and
 * by a press on the big button when not even that is allowed.
 */
export class Sound {
  constructor(
    private readonly front: () => HTMLVideoElement,
    private readonly tapForSound: HTMLElement,
    private readonly bigPlay: HTMLElement,
  ) {
    tapForSound.addEventListener('click', () => this.unmute());
  }

  private get video(): HTMLVideoElement {
    return this.front();
  }

  /** Starts, muted only if asked to be or forced to be. */
  async play(muted: boolean): Promise<void> {
    this.bigPlay.hidden = true;
    this.video.muted = muted;
    if (await this.tryPlay()) return;
    if (!this.video.muted) {
      this.video.muted = true;
      this.tapForSound.hidden = false;
      if (await this.tryPlay()) return;
      this.tapForSound.hidden = true;
    }
    this.bigPlay.hidden = false;
  }

  /** Another element is in front: it sounds as the one before did, if the browser lets it. */
  async carry(from: HTMLVideoElement, to: HTMLVideoElement): Promise<void> {
    const { muted, volume, paused } = from;
    to.volume = volume;
    from.muted = true;
    if (paused && from.readyState > 0) to.pause();
    else await this.play(muted);
  }

  /** By a person's gesture. */
  unmute(): void {
    this.video.muted = false;
    if (this.video.volume === 0) this.video.volume = 1;
    this.tapForSound.hidden = true;
    void this.video.play().catch(() => undefined);
  }

  /** False only when the browser forbids it; that a newer load interrupted it is no refusal. */
  private async tryPlay(): Promise<boolean> {
    try {
      await this.video.play();
      return true;
    } catch (error) {
      return !(error instanceof DOMException && error.name === 'NotAllowedError');
    }
  }
}
