import { h, icon, say } from '../page/dom.ts';
import { bitrate, millis, percent } from '../page/format.ts';
import { layerName, type Layer } from '../protocol/layers.ts';
import type { PlayStats } from '../protocol/stats.ts';
import { ICONS } from './icons.ts';
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
  private readonly overlay = h('dl', { class: 'overlay', hidden: true, 'data-testid': 'stats' });

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

  showLayers(layers: Layer[], selected: Layer | undefined): void {
    this.quality.hidden = layers.length < 2;
    const options = layers.map((layer, i) =>
      h('option', { value: i, selected: layer === selected }, layerName(layer)),
    );
    this.quality.replaceChildren(h('option', { value: '', selected: !selected }, 'Auto'), ...options);
  }

  get isOverlayShown(): boolean {
    return !this.overlay.hidden;
  }

  toggleOverlay(): void {
    this.overlay.hidden = !this.overlay.hidden;
    this.statsButton.setAttribute('aria-pressed', String(this.isOverlayShown));
  }

  showStats(stats: PlayStats): void {
    if (this.overlay.hidden) return;
    const rows = statsRows(stats).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]);
    this.overlay.replaceChildren(...rows);
  }
}

function statsRows(s: PlayStats): [string, string][] {
  const codecs = [s.videoCodec, s.audioCodec].filter(Boolean).join(' · ');
  return [
    ['Picture', s.height ? `${s.width}×${s.height} at ${Math.round(s.framesPerSecond)} fps` : '–'],
    ['Bit rate', `${bitrate(s.videoBps)} + ${bitrate(s.audioBps)} sound`],
    ['Codecs', codecs || '–'],
    ['Round trip', millis(s.rttMs)],
    ['Jitter buffer', millis(s.jitterBufferMs)],
    ['Loss', `${percent(s.loss)} (${s.packetsLost} in all)`],
    ['Frames', `${s.framesDecoded} decoded, ${s.framesDropped} dropped`],
    ['Freezes', String(s.freezes)],
    ['Transport', s.transport || '–'],
  ];
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
