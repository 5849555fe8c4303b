import { h, icon, say } from '../page/dom.ts';
import { span } from '../page/format.ts';
import { EmojiPicker } from './emoji.ts';
import type { ChatRoom } from './room.ts';
import { MOST_NAME_LENGTH } from './room.ts';
import { length, tidy } from './text.ts';

/** As many characters as the server takes unless it was told otherwise; a refusal then tells. */
const MOST_CHARACTERS = 2_000;
/** The counter shows when this few are left. */
const COUNTER_FROM = 200;
const TICK_MS = 250;

const SEND = ['M4 12l16-8-6 16-3-6.5z'];
const SMILE = ['M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z', 'M8.5 14a4.2 4.2 0 0 0 7 0', 'M9 9.5v.01M15 9.5v.01'];

/** Where one writes: text, emoji, name; says when one may not, and for how long. */
export class Composer {
  readonly element = h('form', { class: 'composer', novalidate: true });
  private readonly input = h('textarea', {
    rows: 1,
    placeholder: 'Say something',
    'aria-label': 'Message',
    'data-testid': 'chat-input',
    autocomplete: 'off',
    enterkeyhint: 'send',
  });
  private readonly send = h(
    'button',
    { class: 'send', 'aria-label': 'Send', title: 'Send', 'data-testid': 'chat-send' },
    icon(...SEND),
  );
  private readonly smile = h(
    'button',
    { type: 'button', class: 'smile', 'aria-label': 'Emoji', title: 'Emoji', 'data-testid': 'emoji-button' },
    icon(...SMILE),
  );
  private readonly name = h('input', {
    maxlength: MOST_NAME_LENGTH,
    placeholder: 'Your name',
    'aria-label': 'Your name in the chat',
    autocomplete: 'nickname',
    'data-testid': 'chat-name',
    class: 'name-field',
  });
  private readonly hint = h('p', { class: 'hint', 'aria-live': 'polite', 'data-testid': 'chat-hint' });
  private readonly picker = new EmojiPicker(this.smile, (emoji) => this.insert(emoji));
  /** What the name field held when it was last agreed with the room. */
  private knownName: string;
  private waitUntilMs = 0;
  private silencedUntilMs = 0;
  private banned = false;
  private ticker: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly room: ChatRoom) {
    this.name.value = this.knownName = room.memory.name;
    const line = h('div', { class: 'line' }, this.smile, this.input, this.send);
    this.element.append(this.picker.element, line, h('div', { class: 'below' }, this.name, this.hint));
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener('input', () => this.show());
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.name.addEventListener('change', () => this.rename());
    this.name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      this.rename();
      this.input.focus();
    });
    this.show();
  }

  /** The name that the room gave us, which a token may have decided. */
  showName(name: string): void {
    if (document.activeElement === this.name || this.room.memory.name === '') return;
    this.name.value = this.knownName = name;
  }

  /** Puts text back to be written differently. */
  edit(text: string): void {
    this.input.value = this.input.value === '' ? text : `${text} ${this.input.value}`;
    this.show();
    this.input.focus();
  }

  /** The server wants a pause before the next message. */
  pause(ms: number): void {
    this.waitUntilMs = Math.max(this.waitUntilMs, Date.now() + ms);
    this.tick();
  }

  /** @param seconds 0 for until further notice */
  mute(seconds: number): void {
    this.silencedUntilMs = seconds > 0 ? Date.now() + seconds * 1000 : Infinity;
    this.tick();
  }

  unmute(): void {
    this.silencedUntilMs = 0;
    this.tick();
  }

  ban(banned: boolean): void {
    this.banned = banned;
    this.tick();
  }

  /** The pause of slow mode, after something was said; nobody who moderates has one. */
  noteSaid(): void {
    if (this.room.slowS > 0 && !this.room.mayModerate) this.pause(this.room.slowS * 1000);
  }

  show(): void {
    const characters = length(this.input.value);
    const left = MOST_CHARACTERS - characters;
    const now = Date.now();
    const waitS = Math.ceil((this.waitUntilMs - now) / 1000);
    const silenced = this.banned || this.silencedUntilMs > now;
    this.input.disabled = silenced;
    this.smile.disabled = silenced;
    this.send.disabled = silenced || waitS > 0 || left < 0 || this.input.value.trim() === '';
    this.element.classList.toggle('over', left < 0);
    say(this.hint, this.words(left, waitS, now));
    this.grow();
  }

  private words(left: number, waitS: number, now: number): string {
    if (this.banned) return 'You are banned from this chat.';
    if (this.silencedUntilMs === Infinity) return 'You are muted.';
    if (this.silencedUntilMs > now)
      return `You are muted for ${span(Math.ceil((this.silencedUntilMs - now) / 1000))}.`;
    if (left < 0) return `${-left} characters too many`;
    if (waitS > 0) return `Slow mode: wait ${span(waitS)}`;
    if (left <= COUNTER_FROM) return `${left} characters left`;
    return this.room.slowS > 0 && !this.room.mayModerate
      ? `Slow mode: one every ${span(this.room.slowS)}`
      : '';
  }

  private submit(): void {
    this.show();
    const text = tidy(this.input.value).trim();
    if (this.send.disabled || text === '') return;
    this.rename();
    if (!this.room.say(text)) return say(this.hint, 'Too much is waiting to be sent.');
    this.input.value = '';
    this.noteSaid();
    this.show();
    this.input.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  private rename(): void {
    const name = tidy(this.name.value).trim();
    this.name.value = name;
    if (name === this.knownName) return;
    this.knownName = name;
    this.room.rename(name);
  }

  private insert(emoji: string): void {
    const { input } = this;
    input.setRangeText(emoji, input.selectionStart, input.selectionEnd, 'end');
    input.focus();
    this.show();
  }

  /** As high as its text, up to a few lines. */
  private grow(): void {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  /** Counts down while there is something to wait for. */
  private tick(): void {
    this.show();
    const now = Date.now();
    const counting =
      this.waitUntilMs > now || (this.silencedUntilMs > now && this.silencedUntilMs < Infinity);
    clearInterval(this.ticker);
    if (counting) this.ticker = setInterval(() => this.tick(), TICK_MS);
  }
}
