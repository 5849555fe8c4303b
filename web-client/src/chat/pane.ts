import { h, say } from '../page/dom.ts';
import { span } from '../page/format.ts';
import { Actions } from './actions.ts';
import { Announcer } from './announcer.ts';
import { Composer } from './composer.ts';
import { REACTIONS } from './emoji.ts';
import { MessageList } from './list.ts';
import { Menu } from './menu.ts';
import type { Said } from './messages.ts';
import type { Pending } from './outbox.ts';
import { People } from './people.ts';
import type { ChatState, Moderation } from './listener.ts';
import type { ChatRoom } from './room.ts';
import { body, nameOf } from './row.ts';
import { tidy } from './text.ts';

/** What the slow mode menu offers, in seconds. */
const SLOW_S = [0, 3, 5, 10, 30, 60, 300];
const NOTICE_MS = 6_000;
/** Moderators are told right after the welcome who is muted or banned, which is no news. */
const LISTED_WITHIN_MS = 1_000;

/** The chat beside the picture: what was said, who is there, a place to write, and moderation for those who may. */
export class ChatPane {
  readonly element = h('section', {
    class: 'chat',
    'aria-label': 'Chat',
    'data-testid': 'chat',
    hidden: true,
  });
  private readonly notice = h('p', { class: 'chat-notice', role: 'status', 'data-testid': 'chat-notice' });
  private readonly again = h('button', { type: 'button', hidden: true }, 'Enter again');
  private readonly pending = h('ol', { class: 'rows pending', 'aria-label': 'Not sent yet', hidden: true });
  private readonly empty = h('p', { class: 'empty' }, 'Nothing said yet.');
  private readonly slow = h('select', {
    'aria-label': 'Slow mode',
    'data-testid': 'slow-mode',
    hidden: true,
  });
  private readonly people = new People();
  private readonly announcer = new Announcer();
  private readonly list: MessageList;
  private readonly composer: Composer;
  private readonly actions: Actions;
  private readonly menu: Menu;
  /** The newest of the log when the room was entered: all up to there is history, which nobody reads out. */
  private historyEnd = Infinity;
  private couldModerate = false;
  private welcomedMs = 0;
  private wanted = true;
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param onUnread how many messages nobody has seen, for the page's title */
  constructor(
    private readonly room: ChatRoom,
    onUnread: (unread: number) => void = () => undefined,
  ) {
    this.actions = new Actions(room, ({ detail, code }) => this.tell(detail || code));
    this.composer = new Composer(room);
    this.menu = new Menu(this.element);
    this.list = new MessageList(
      {
        isOwn: (said) => this.isOwn(said),
        hasActions: (said) => this.actions.isAllowed(said),
        onMenu: (said, item) => this.showMenu(said, item),
        onUnread: (unread, read) => {
          room.memory.read = read;
          onUnread(unread);
        },
      },
      room.memory.read,
      this.pending,
    );
    this.build();
    this.listen();
  }

  private build(): void {
    for (const seconds of SLOW_S) {
      const label = seconds === 0 ? 'Slow mode off' : `Slow: ${span(seconds)}`;
      this.slow.append(h('option', { value: seconds }, label));
    }
    const title = h('h2', {}, 'Chat');
    const head = h('header', {}, title, this.people.count, this.people.news, this.slow);
    const stage = h('div', { class: 'talk' }, this.empty, this.list.scroller, this.list.jump);
    const notice = h('div', { class: 'chat-state' }, this.notice, this.again);
    this.element.append(head, stage, notice, this.reactions(), this.composer.element, this.announcer.element);
    this.slow.addEventListener('change', () => this.setSlow(Number(this.slow.value)));
    this.again.addEventListener('click', () => this.room.join());
  }

  private reactions(): HTMLElement {
    const bar = h('div', { class: 'react', role: 'group', 'aria-label': 'Reactions' });
    for (const [emoji, name] of REACTIONS) {
      const button = h(
        'button',
        { type: 'button', 'aria-label': `React: ${name}`, title: name, 'data-testid': 'react' },
        emoji,
      );
      button.addEventListener('click', () => this.room.react(emoji));
      bar.append(button);
    }
    return bar;
  }

  private listen(): void {
    this.room.listen({
      onState: (state, why) => this.onState(state, why),
      onWelcome: ({ name }, last) => this.onWelcome(name, last),
      onSaid: (said) => this.onSaid(said),
      onGap: (missed) => this.list.note(`${missed.toLocaleString()} older messages are not kept any more`),
      onReset: () => this.list.reset(),
      onPending: (pending) => this.showPending(pending),
      onRemoved: (seq) => this.list.remove(seq),
      onModeration: (news) => this.onModeration(news),
      onSlow: (seconds) => this.showSlow(seconds),
      onPresence: (presence) => this.people.show(presence),
    });
    this.onState(this.room.state, '');
  }

  private onState(state: ChatState, why: string): void {
    this.element.dataset['state'] = state;
    this.element.dataset['via'] = this.room.via ?? '';
    this.showIfWanted();
    this.again.hidden = state !== 'refused';
    clearTimeout(this.noticeTimer);
    if (state === 'connecting') say(this.notice, 'Entering the chat…');
    else if (state === 'reconnecting') say(this.notice, 'Reconnecting to the chat…');
    else if (state === 'refused') say(this.notice, why || 'The chat did not let you in.');
    else say(this.notice, '');
  }

  /** Whether it is to be seen; the room goes on being listened to. */
  show(wanted: boolean): void {
    this.wanted = wanted;
    this.showIfWanted();
    if (wanted) this.list.resized();
  }

  get isShown(): boolean {
    return this.wanted;
  }

  private showIfWanted(): void {
    const { state } = this.room;
    this.element.hidden = !this.wanted || state === 'off' || state === 'idle';
  }

  private onWelcome(name: string, last: number): void {
    this.welcomedMs = Date.now();
    if (this.historyEnd === Infinity) this.historyEnd = last;
    this.element.dataset['via'] = this.room.via ?? '';
    this.composer.showName(name);
    this.slow.hidden = !this.room.mayModerate;
    if (this.couldModerate !== this.room.mayModerate) this.list.redraw();
    this.couldModerate = this.room.mayModerate;
    this.composer.show();
  }

  private onSaid(said: Said): void {
    this.empty.hidden = true;
    this.actions.noteName(said.from);
    this.list.add(said);
    if (said.seq > this.historyEnd && !this.isOwn(said)) {
      this.announcer.add(nameOf(said.from), tidy(said.text));
    }
  }

  private onModeration(news: Moderation): void {
    const words = this.actions.note(news);
    const you = news.who === this.room.you?.id;
    if (words && (you || Date.now() - this.welcomedMs > LISTED_WITHIN_MS)) this.list.note(words);
    if (!you) return;
    if (news.type === 'muted') this.composer.mute(news.seconds);
    else if (news.type === 'unmuted') this.composer.unmute();
    else this.composer.ban(news.type === 'banned');
  }

  private showSlow(seconds: number): void {
    if (![...this.slow.options].some(({ value }) => Number(value) === seconds)) {
      this.slow.append(h('option', { value: seconds }, `Slow: ${span(seconds)}`));
    }
    this.slow.value = String(seconds);
    this.composer.show();
  }

  private setSlow(seconds: number): void {
    void this.room.slow(seconds).then((refusal) => {
      if (!refusal) return;
      this.tell(refusal.detail);
      this.showSlow(this.room.slowS);
    });
  }

  private showMenu(said: Said, item: HTMLLIElement): void {
    this.menu.show(this.actions.for(said), `Message of ${nameOf(said.from)}`, item, item);
  }

  /** What was said and is not in the log yet, below it; what was refused, with the reason and what to do. */
  private showPending(pending: readonly Pending[]): void {
    const shown = pending.filter((one) => !one.echoed);
    const refusal = shown.at(-1)?.refusal;
    if (
      refusal &&
      refusal.retryMs > 0 &&
      !this.pending.querySelector(`[data-id="${CSS.escape(refusal.id)}"].bad`)
    ) {
      this.composer.pause(refusal.retryMs);
    }
    this.pending.replaceChildren(...shown.map((one) => this.pendingRow(one)));
    this.pending.hidden = shown.length === 0;
    if (shown.length > 0) this.empty.hidden = true;
    this.list.resized();
  }

  private pendingRow(one: Pending): HTMLElement {
    const item = h(
      'li',
      { class: 'msg own waiting', 'data-id': one.id, 'data-testid': 'pending' },
      body(tidy(one.text)),
    );
    if (!one.refusal) return item;
    item.classList.add('bad');
    const act = (label: string, run: () => void) => {
      const button = h('button', { type: 'button' }, label);
      button.addEventListener('click', run);
      return button;
    };
    const edit = () => {
      const text = this.room.discard(one.id);
      if (text) this.composer.edit(text);
    };
    item.append(
      h('p', { class: 'reason', role: 'alert' }, one.refusal.detail || 'The server refused it.'),
      h(
        'div',
        { class: 'ways' },
        act('Send again', () => this.room.retry(one.id)),
        act('Edit', edit),
        act('Discard', () => this.room.discard(one.id)),
      ),
    );
    return item;
  }

  private tell(text: string): void {
    say(this.notice, text);
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => this.onState(this.room.state, ''), NOTICE_MS);
  }

  private isOwn(said: Said): boolean {
    return said.from.id !== '' && said.from.id === this.room.you?.id;
  }
}
