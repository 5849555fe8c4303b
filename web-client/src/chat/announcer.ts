import { h } from '../page/dom.ts';

/** How long messages are gathered before they are read out, so that a busy room does not talk without end. */
const BATCH_MS = 2_500;
/** More than these at once are counted instead of read. */
const MOST_READ = 3;
/** What was read out already is of no use to anybody. */
const KEPT = 6;

/** Says new messages to screen readers: a polite log that nobody sees. */
export class Announcer {
  readonly element = h('div', {
    class: 'unseen',
    role: 'log',
    'aria-live': 'polite',
    'aria-relevant': 'additions',
    'aria-label': 'New messages',
  });
  private waiting: { name: string; text: string }[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private more = 0;

  add(name: string, text: string): void {
    if (this.waiting.length >= MOST_READ) this.more++;
    else this.waiting.push({ name, text });
    this.timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  private flush(): void {
    this.timer = undefined;
    const count = this.waiting.length + this.more;
    const lines =
      this.more > 0 ? [`${count} new messages`] : this.waiting.map(({ name, text }) => `${name}: ${text}`);
    this.waiting = [];
    this.more = 0;
    this.element.append(...lines.map((line) => h('p', {}, line)));
    while (this.element.childElementCount > KEPT) this.element.firstElementChild?.remove();
  }
}
