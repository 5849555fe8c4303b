import { dayName } from '../page/format.ts';
import { h, say } from '../page/dom.ts';
import type { Said } from './messages.ts';
import { row, showRemoved } from './row.ts';

/** Rows in the page: enough to scroll back over, few enough that a busy room stays smooth. */
const MOST_ROWS = 500;
/** While somebody reads further up, nothing is taken from under their eyes before there are this many. */
const MOST_ROWS_READING = 1_000;
/** Messages of one person that follow each other this closely share one name. */
const GROUP_WITHIN_MS = 5 * 60_000;
/** This close to the end counts as at the end. */
const NEAR_PX = 48;
/** How often a page that is not seen takes up what came; a page that is seen does so with each frame. */
const HIDDEN_EVERY_MS = 500;

export interface ListOptions {
  isOwn(said: Said): boolean;
  hasActions(said: Said): boolean;
  /** The menu of a message is wanted. */
  onMenu(said: Said, item: HTMLLIElement): void;
  /** How many nobody has seen, and the newest that somebody has. */
  onUnread(unread: number, read: number): void;
}

type Change = { said: Said } | { removed: number } | { note: string } | { reset: true };

/**
 * The messages: sticks to the end unless somebody scrolled up, marks days and what is new, keeps the page small.
 * Changes wait for the next frame, so that a burst costs one layout.
 */
export class MessageList {
  readonly scroller = h('div', { class: 'scroller' });
  readonly jump = h('button', { type: 'button', class: 'jump', hidden: true, 'data-testid': 'jump' });
  private readonly rows = h('ol', { class: 'rows', 'aria-label': 'Messages', 'data-testid': 'messages' });
  private readonly bySeq = new Map<number, { said: Said; item: HTMLLIElement }>();
  private changes: Change[] = [];
  private scheduled = false;
  /** What the next row may be grouped with. */
  private last: Said | undefined;
  private lastDay = '';
  private newest = 0;
  private unread = 0;
  private read: number;
  /** Back after a reload, and not shown yet what came meanwhile. */
  private returning: boolean;
  /** The one row that the Tab key reaches; arrows go on from there. */
  private reachable: HTMLElement | undefined;
  private marker: HTMLLIElement | undefined;
  private sticking = true;

  /** @param read what was seen before the page was reloaded, 0 for nothing */
  constructor(
    private readonly options: ListOptions,
    read: number,
    after: HTMLElement,
  ) {
    this.read = read;
    this.returning = read > 0;
    this.scroller.append(this.rows, after);
    this.scroller.addEventListener('scroll', () => this.onScroll(), { passive: true });
    this.jump.addEventListener('click', () => this.toEnd());
    this.rows.addEventListener('keydown', (event) => this.onKey(event));
    this.rows.addEventListener('focusin', ({ target }) => this.onFocus(target));
    this.rows.addEventListener('click', ({ target }) => {
      const item = target instanceof Element && target.closest('.more') ? target.closest('li') : null;
      if (item) this.openMenu(item);
    });
    this.rows.addEventListener('contextmenu', (event) => {
      const item = event.target instanceof Element ? event.target.closest('li') : null;
      const elsewhere = event.target instanceof Element && event.target.closest('a');
      if (item && !elsewhere && getSelection()?.isCollapsed !== false && this.openMenu(item))
        event.preventDefault();
    });
    document.addEventListener('visibilitychange', () => this.attend());
    new ResizeObserver(() => this.sticking && this.stick()).observe(this.scroller);
  }

  add(said: Said): void {
    this.change({ said });
  }

  remove(seq: number): void {
    this.change({ removed: seq });
  }

  /** A line of the room itself. */
  note(text: string): void {
    this.change({ note: text });
  }

  reset(): void {
    this.changes = [];
    this.change({ reset: true });
  }

  /** Scrolls to the newest and follows it from there. */
  toEnd(): void {
    this.sticking = true;
    this.stick();
    this.attend();
  }

  /** What stands after the rows changed its size. */
  resized(): void {
    if (this.sticking) this.stick();
  }

  /** Messages that may be acted upon differ with who we are. */
  redraw(): void {
    for (const { said, item } of this.bySeq.values()) {
      if (item.classList.contains('gone')) continue;
      const fresh = this.draw(said);
      fresh.classList.toggle('grouped', item.classList.contains('grouped'));
      if (item === this.reachable) this.reach(fresh);
      item.replaceWith(fresh);
      this.bySeq.set(said.seq, { said, item: fresh });
    }
  }

  private change(change: Change): void {
    this.changes.push(change);
    // A page in the background takes up what is new now and then; what would be cut off at once is not drawn at all.
    if (this.changes.length > MOST_ROWS_READING) this.changes = this.changes.slice(-MOST_ROWS);
    if (this.scheduled) return;
    this.scheduled = true;
    const flush = () => this.flush();
    if (document.visibilityState === 'visible') requestAnimationFrame(flush);
    else setTimeout(flush, HIDDEN_EVERY_MS);
  }

  private flush(): void {
    this.scheduled = false;
    const { changes } = this;
    this.changes = [];
    const fragment = document.createDocumentFragment();
    for (const change of changes) {
      if ('said' in change) this.append(change.said, fragment);
      else if ('removed' in change) this.takeOut(change.removed);
      else if ('note' in change) this.mark(fragment, 'note', change.note);
      else this.empty(fragment);
    }
    this.rows.append(fragment);
    this.trim();
    if (this.sticking) this.stick();
    this.attend();
  }

  private append(said: Said, to: DocumentFragment): void {
    const day = dayName(said.atMs, Date.now());
    if (day !== this.lastDay) this.mark(to, 'day', day);
    this.lastDay = day;
    if (this.options.isOwn(said)) this.sticking = true;
    else this.countUnread(said, to);
    const item = this.draw(said);
    const { last } = this;
    const grouped = last !== undefined && last.from.id === said.from.id && last.from.name === said.from.name;
    item.classList.toggle('grouped', grouped && said.atMs - last.atMs < GROUP_WITHIN_MS);
    to.append(item);
    this.bySeq.set(said.seq, { said, item });
    this.last = said;
    this.newest = said.seq;
    if (!this.rows.contains(document.activeElement)) this.reach(item);
  }

  private draw(said: Said): HTMLLIElement {
    return row(said, this.options.isOwn(said), this.options.hasActions(said));
  }

  /** The first that comes while nobody looks gets the marker above it. */
  private countUnread(said: Said, to: DocumentFragment): void {
    if (said.seq <= this.read || (this.isAttended && !this.returning)) return;
    if (this.unread++ > 0) return;
    this.marker?.remove();
    this.marker = this.mark(to, 'new', 'New messages');
  }

  private mark(to: DocumentFragment, kind: string, text: string): HTMLLIElement {
    const item = h('li', { class: `mark ${kind}`, 'data-testid': `mark-${kind}` }, h('span', {}, text));
    to.append(item);
    this.last = undefined;
    return item;
  }

  private takeOut(seq: number): void {
    const known = this.bySeq.get(seq);
    if (known) showRemoved(known.item);
  }

  private empty(fragment: DocumentFragment): void {
    fragment.replaceChildren();
    this.rows.replaceChildren();
    this.bySeq.clear();
    this.last = this.marker = undefined;
    this.lastDay = '';
    this.unread = this.read = this.newest = 0;
  }

  private trim(): void {
    const most = this.sticking ? MOST_ROWS : MOST_ROWS_READING;
    while (this.rows.childElementCount > most) {
      const first = this.rows.firstElementChild as HTMLLIElement;
      const seq = Number(first.dataset['seq']);
      if (seq) this.bySeq.delete(seq);
      if (first.contains(document.activeElement)) (first.nextElementSibling as HTMLElement | null)?.focus();
      first.remove();
    }
    this.rows.firstElementChild?.classList.remove('grouped');
  }

  private get isAttended(): boolean {
    return this.sticking && document.visibilityState === 'visible';
  }

  /** Whoever looks at the end has seen it all. */
  private attend(): void {
    if (this.isAttended) {
      this.unread = 0;
      this.returning &&= this.newest === 0;
      this.read = Math.max(this.read, this.newest);
    }
    say(this.jump, this.unread > 0 ? `${this.unread} new ↓` : 'Newest ↓');
    this.jump.hidden = this.sticking;
    this.options.onUnread(this.unread, this.read);
  }

  private stick(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const sticking = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (sticking === this.sticking) return;
    this.sticking = sticking;
    this.attend();
  }

  private reach(item: HTMLElement): void {
    if (this.reachable) this.reachable.tabIndex = -1;
    this.reachable = item;
    item.tabIndex = 0;
  }

  private onFocus(target: EventTarget | null): void {
    const item = target instanceof Element ? target.closest<HTMLElement>('li.msg') : null;
    if (item) this.reach(item);
  }

  private onKey(event: KeyboardEvent): void {
    const item = event.target instanceof Element ? event.target.closest('li') : null;
    if (!item) return;
    const rows = [...this.rows.querySelectorAll<HTMLLIElement>('.msg')];
    const at = rows.indexOf(item);
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next !== undefined) rows[Math.max(0, Math.min(next, rows.length - 1))]?.focus();
    else if (event.key !== 'Enter' || event.target !== item || !this.openMenu(item)) return;
    event.preventDefault();
  }

  private openMenu(item: HTMLLIElement): boolean {
    const known = this.bySeq.get(Number(item.dataset['seq']));
    if (!known || !this.options.hasActions(known.said) || item.classList.contains('gone')) return false;
    this.options.onMenu(known.said, item);
    return true;
  }
}
