import { h, icon, say } from '../page/dom.ts';
import type { Figure } from './figures.ts';
import { ICONS } from './icons.ts';
import type { Choice } from './menu.ts';
import { behindSpoken, behindText, isLive, isSeekable, type Timeline } from './timeline.ts';
import type { Words } from './words.ts';

/** The player's elements in its shadow tree, and how they show what they are told. No decisions here. */
export class PlayerView {
  readonly playButton = button('play', 'Play', ICONS.play);
  readonly soundButton = button('mute', 'Mute', ICONS.sound);
  readonly volume = h('input', {
    type: 'range',
    min: 0,
    max: 1,
    step: 0.05,
    'aria-label': 'Volume',
    class: 'volume',
  });
  readonly statsButton = button('stats', 'Statistics (s)', ICONS.stats);
  readonly pipButton = button('pip', 'Picture in picture', ICONS.pip);
  readonly fullButton = button('full', 'Full screen (f)', ICONS.full);
  readonly quality = h('select', { 'aria-label': 'Quality', 'data-testid': 'quality', hidden: true });
  readonly bigPlay = h('button', { type: 'button', class: 'big', 'aria-label': 'Play' }, icon(...ICONS.play));
  readonly tapForSound = h(
    'button',
    { type: 'button', class: 'tap', hidden: true, 'data-testid': 'tap-for-sound' },
    icon(...ICONS.muted),
    'Tap for sound',
  );
  readonly tokenForm = h('form', { hidden: true, class: 'token' });
  readonly token = h('input', {
    type: 'password',
    autocomplete: 'off',
    'aria-label': 'Token',
    placeholder: 'Token',
  });
  readonly stage: HTMLElement;
  private readonly title = h('strong');
  private readonly detail = h('span');
  private readonly veil: HTMLElement;
  readonly liveButton = h(
    'button',
    { type: 'button', class: 'badge', hidden: true, 'data-testid': 'live' },
    'Live',
  );
  readonly backButton = button('back', 'Back 10 seconds (←)', ICONS.back);
  readonly seek = h('input', {
    type: 'range',
    class: 'seek',
    min: 0,
    max: 0,
    step: 'any',
    hidden: true,
    'aria-label': 'Position',
    'data-testid': 'seek',
  });
  private readonly behind = h('span', { class: 'behind', hidden: true, 'data-testid': 'behind' });
  private readonly chip = h('p', {
    class: 'chip',
    role: 'status',
    'aria-live': 'polite',
    'data-testid': 'chip',
  });
  private readonly videos = h('div', { class: 'videos' });
  private front: HTMLVideoElement;
  private readonly viewers = h('span', { class: 'viewers', hidden: true });
  private readonly bar: HTMLElement;
  readonly closeStats = button('close', 'Close statistics', ICONS.close);
  private readonly why = h('p', { class: 'why', hidden: true, 'data-testid': 'why' });
  private readonly rows = h('dl');
  private readonly overlay = h('section', {
    class: 'overlay',
    id: 'statistics',
    tabindex: 0,
    hidden: true,
    'aria-label': 'Statistics',
    'data-testid': 'stats',
  });

  constructor() {
    this.tokenForm.append(this.token, h('button', { type: 'submit' }, 'Watch'));
    this.veil = h(
      'div',
      { class: 'veil', hidden: true },
      h('span', { class: 'spinner' }),
      h(
        'p',
        { role: 'status', 'aria-live': 'polite', 'data-testid': 'player-state' },
        this.title,
        this.detail,
      ),
      this.tokenForm,
    );
    const sound = h('span', { class: 'group' }, this.soundButton, this.volume);
    this.overlay.append(this.closeStats, this.why, this.rows);
    this.statsButton.setAttribute('aria-controls', 'statistics');
    this.statsButton.setAttribute('aria-expanded', 'false');
    const gap = h('span', { class: 'gap' });
    const right = [this.quality, this.statsButton, this.pipButton, this.fullButton];
    const left = [this.playButton, this.backButton, sound, this.liveButton, this.behind, this.viewers];
    this.backButton.hidden = true;
    const row = h('div', { class: 'row' }, ...left, gap, ...right);
    this.bar = h('div', { class: 'bar', hidden: true }, this.seek, row);
    this.front = this.addVideo();
    this.front.classList.add('front');
    this.pipButton.hidden = !document.pictureInPictureEnabled;
    this.stage = h(
      'div',
      { class: 'stage', part: 'stage' },
      this.videos,
      this.chip,
      this.veil,
      this.bigPlay,
      this.tapForSound,
      this.overlay,
      this.bar,
    );
  }

  /** The video that is in front. */
  get video(): HTMLVideoElement {
    return this.front;
  }

  /** Another one, behind the one in front. */
  addVideo(): HTMLVideoElement {
    const video = h('video', { playsinline: true, part: 'video', 'data-testid': 'player-video' });
    this.videos.append(video);
    return video;
  }

  /** Brings it to the front. */
  bring(video: HTMLVideoElement): void {
    this.front.classList.remove('front');
    this.front = video;
    video.classList.add('front');
  }

  /** A fresh one in front in place of all others, with the sound as it was. */
  renewVideo(): HTMLVideoElement {
    const { muted, volume } = this.front;
    const video = this.addVideo();
    this.bring(video);
    video.muted = muted;
    video.volume = volume;
    for (const old of this.videos.querySelectorAll('video')) this.dropVideo(old);
    return video;
  }

  /** Takes one away that is no longer needed; the last one in front stays. */
  dropVideo(video: HTMLVideoElement): void {
    if (video !== this.front) video.remove();
  }

  /** The quiet line; empty hides it. */
  showChip(text: string, passing = false): void {
    this.chip.classList.toggle('passing', passing);
    say(this.chip, text);
  }

  /** Where the thumb is being held. */
  showHeld(): void {
    const { seek } = this;
    const windowS = Number(seek.max);
    const positionS = Number(seek.value);
    const held = { windowS, behindS: windowS - positionS };
    seek.setAttribute('aria-valuetext', behindSpoken(held));
    seek.style.setProperty('--played', `${((positionS / windowS) * 100).toFixed(1)}%`);
    this.behind.hidden = false;
    say(this.behind, behindText(held));
  }

  showWords(words: Words, busy: boolean): void {
    say(this.title, words.title);
    say(this.detail, words.detail);
    this.veil.classList.toggle('busy', busy);
    this.veil.hidden = words.title === '';
  }

  get isVeiled(): boolean {
    return !this.veil.hidden;
  }

  showControls(shown: boolean): void {
    this.bar.hidden = !shown;
  }

  /** @param live whether there is something live to go to */
  showLive(live: boolean, timeline: Timeline | undefined): void {
    const now = !timeline || isLive(timeline);
    this.liveButton.hidden = !live;
    this.liveButton.setAttribute('aria-pressed', String(now));
    this.liveButton.title = now ? 'You are watching live' : 'Go to live';
    this.behind.hidden = !live || now || !isSeekable(timeline);
    if (timeline) say(this.behind, behindText(timeline));
    this.seek.hidden = this.backButton.hidden = !live || !isSeekable(timeline);
    if (isSeekable(timeline)) this.showPosition(timeline);
  }

  private showPosition(timeline: Timeline): void {
    const { seek } = this;
    const { windowS } = timeline;
    seek.setAttribute('aria-valuetext', behindSpoken(timeline));
    // Whoever holds the thumb decides where it is.
    if (seek.matches(':active')) return;
    const positionS = isLive(timeline) ? windowS : windowS - timeline.behindS;
    seek.max = windowS.toFixed(1);
    seek.value = positionS.toFixed(1);
    seek.style.setProperty('--played', `${((positionS / windowS) * 100).toFixed(1)}%`);
  }

  showViewers(count: number | undefined): void {
    this.viewers.hidden = count === undefined;
    if (count === undefined) return;
    this.viewers.replaceChildren(icon(...ICONS.viewers), count.toLocaleString());
    this.viewers.title = count === 1 ? '1 viewer' : `${count} viewers`;
  }

  showPlaying(playing: boolean): void {
    swap(this.playButton, playing ? 'Pause' : 'Play', playing ? ICONS.pause : ICONS.play);
  }

  showSound(muted: boolean, volume: number): void {
    const silent = muted || volume === 0;
    swap(this.soundButton, silent ? 'Unmute (m)' : 'Mute (m)', silent ? ICONS.muted : ICONS.sound);
    this.volume.value = String(silent ? 0 : volume);
  }

  showFull(full: boolean): void {
    swap(
      this.fullButton,
      full ? 'Leave full screen (f)' : 'Full screen (f)',
      full ? ICONS.shrink : ICONS.full,
    );
  }

  /** The quality menu; nothing to choose from hides it. What did not change stays, so that an open menu stays open. */
  showQuality(choices: Choice[]): void {
    this.quality.hidden = choices.length === 0;
    const { options } = this.quality;
    while (options.length > choices.length) this.quality.remove(options.length - 1);
    choices.forEach(({ value, label, chosen }, i) => {
      const option = options[i] ?? this.quality.appendChild(h('option'));
      if (option.value !== value || !option.hasAttribute('value')) option.value = value;
      say(option, label);
      if (option.selected !== chosen && chosen) option.selected = true;
    });
  }

  get isOverlayShown(): boolean {
    return !this.overlay.hidden;
  }

  toggleOverlay(): void {
    const focused = this.overlay.matches(':focus-within');
    this.overlay.hidden = !this.overlay.hidden;
    this.statsButton.setAttribute('aria-expanded', String(this.isOverlayShown));
    if (focused && !this.isOverlayShown) this.statsButton.focus();
  }

  /** @param why the reason as a sentence, empty when unknown */
  showStats(why: string, figures: Figure[]): void {
    if (this.overlay.hidden) return;
    this.why.hidden = why === '';
    say(this.why, why);
    const cells = figures.flat();
    // The cells stay while only their text changes, so that whoever reads them is not interrupted.
    if (this.rows.childElementCount !== cells.length) {
      this.rows.replaceChildren(...cells.map((_, i) => h(i % 2 === 0 ? 'dt' : 'dd')));
    }
    cells.forEach((text, i) => say(this.rows.children[i] as HTMLElement, text));
  }
}

function button(name: string, label: string, paths: readonly string[]): HTMLButtonElement {
  return h('button', { type: 'button', class: name, title: label, 'aria-label': label }, icon(...paths));
}

function swap(target: HTMLButtonElement, label: string, paths: readonly string[]): void {
  if (target.title === label) return;
  target.title = label;
  target.setAttribute('aria-label', label);
  target.replaceChildren(icon(...paths));
}
