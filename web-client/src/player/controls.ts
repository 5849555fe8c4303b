import type { Sound } from './sound.ts';
import type { PlayerView } from './view.ts';

const HIDE_CONTROLS_MS = 2_500;
/** One press of an arrow key, or of the button. */
const JUMP_S = 10;

/** What the controls make the player do. */
export interface Deeds {
  play(): void;
  pause(): void;
  isPaused(): boolean;
  toggleStats(): void;
  choose(key: string): void;
  useToken(token: string): void;
  /** Goes by so many seconds, back when negative. */
  jump(byS: number): void;
  /** Goes to so many seconds from the start of what is kept. */
  seek(positionS: number): void;
  goLive(): void;
  isFull(): boolean;
  toggleFull(): void;
}

/** Turns presses and keys into deeds. */
export class Controls {
  private hideTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    host: HTMLElement,
    private readonly view: PlayerView,
    private readonly sound: Sound,
    private readonly deeds: Deeds,
  ) {
    this.wire(host);
    this.follow(view.video);
  }

  /** A video that was added: what happens in it shows while it is in front. */
  follow(video: HTMLVideoElement): void {
    const { view } = this;
    const front = (run: () => void) => () => video === view.video && run();
    const on = (name: string, run: () => void) => video.addEventListener(name, front(run));
    on('play', () => view.showPlaying(true));
    on('pause', () => view.showPlaying(false));
    on('volumechange', () => {
      if (!video.muted) view.tapForSound.hidden = true;
      view.showSound(video.muted, video.volume);
    });
  }

  /** A key pressed anywhere on a page that is all player. Answers whether it meant something. */
  key(key: string): boolean {
    const deed = this.deedOf(key.toLowerCase());
    deed?.();
    return deed !== undefined;
  }

  private deedOf(key: string): (() => void) | undefined {
    const { deeds } = this;
    const canSeek = !this.view.seek.hidden;
    switch (key) {
      case 's':
        return () => deeds.toggleStats();
      case 'm':
        return () => this.toggleSound();
      case 'f':
        return () => deeds.toggleFull();
      case 'k':
      case ' ':
        return () => this.togglePlay();
      case 'arrowleft':
      case 'j':
        return canSeek ? () => deeds.jump(-JUMP_S) : undefined;
      case 'arrowright':
        return canSeek ? () => deeds.jump(JUMP_S) : undefined;
      case 'l':
      case 'end':
        return canSeek ? () => deeds.goLive() : undefined;
      default:
        return undefined;
    }
  }

  private wire(host: HTMLElement): void {
    const { view, deeds } = this;
    const press = (button: HTMLElement, run: () => void) => button.addEventListener('click', run);
    press(view.bigPlay, () => deeds.play());
    press(view.playButton, () => this.togglePlay());
    press(view.backButton, () => deeds.jump(-JUMP_S));
    press(view.liveButton, () => deeds.goLive());
    press(view.soundButton, () => this.toggleSound());
    press(view.statsButton, () => deeds.toggleStats());
    press(view.closeStats, () => deeds.toggleStats());
    press(view.fullButton, () => deeds.toggleFull());
    press(view.pipButton, () => void this.togglePip());
    view.volume.addEventListener('input', () => {
      const { video } = view;
      video.volume = Number(view.volume.value);
      video.muted = video.volume === 0;
    });
    view.seek.addEventListener('change', () => deeds.seek(Number(view.seek.value)));
    view.seek.addEventListener('input', () => view.showHeld());
    view.quality.addEventListener('change', () => deeds.choose(view.quality.value));
    view.tokenForm.addEventListener('submit', (event) => {
      event.preventDefault();
      deeds.useToken(view.token.value);
    });
    host.addEventListener('fullscreenchange', () => view.showFull(deeds.isFull()));
    host.addEventListener('keydown', (event) => this.onKey(event));
    for (const name of ['pointermove', 'pointerdown', 'focusin'] as const)
      view.stage.addEventListener(name, () => this.wake());
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.composedPath()[0];
    const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    const pressing = target instanceof HTMLButtonElement && event.key === ' ';
    if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey) return;
    const closing = event.key === 'Escape' && this.view.isOverlayShown;
    if (closing) this.deeds.toggleStats();
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
    if (this.deeds.isPaused()) this.deeds.play();
    else this.deeds.pause();
  }

  private toggleSound(): void {
    const { video } = this.view;
    if (video.muted) this.sound.unmute();
    else video.muted = true;
  }

  private async togglePip(): Promise<void> {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.view.video.requestPictureInPicture();
    } catch {
      // Not before the first picture, or not in this browser.
    }
  }
}
