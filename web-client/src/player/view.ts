import { h, icon, say } from '../page/dom.ts';
import type { Figure } from './figures.ts';
import { ICONS } from './icons.ts';
import type { Choice } from './menu.ts';
import type { Words } from './words.ts';

/** The player's elements in its shadow tree, and how they show what they are told. No decisions here. */
export class PlayerView {
  readonly video = h('video', { playsinline: true, part: 'video', 'data-testid': 'player-video' });
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
  private readonly badge = h('span', { class: 'badge', hidden: true }, 'Live');
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
    this.bar = h(
      'div',
      { class: 'bar', hidden: true },
      this.playButton,
      sound,
      this.badge,
      this.viewers,
      gap,
      ...right,
    );
    this.pipButton.hidden = !document.pictureInPictureEnabled;
    this.stage = h(
      'div',
      { class: 'stage', part: 'stage' },
      this.video,
      this.veil,
      this.bigPlay,
      this.tapForSound,
      this.overlay,
      this.bar,
    );
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

  showLive(live: boolean): void {
    this.badge.hidden = !live;
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
