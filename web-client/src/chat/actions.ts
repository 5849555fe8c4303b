import { span } from '../page/format.ts';
import type { MenuItem } from './menu.ts';
import type { Participant, Refusal, Said } from './messages.ts';
import type { Moderation } from './listener.ts';
import type { ChatRoom } from './room.ts';
import { isolated, nameOf } from './row.ts';
import { tidy } from './text.ts';

/** How long a mute from the menu lasts, besides one until further notice. */
const MUTE_S = 600;
/** Names of those who were heard of, for news that only have ids. */
const MOST_KNOWN = 2_000;

/** What may be done about somebody or something said, and who is known to be muted or banned. */
export class Actions {
  private readonly names = new Map<string, string>();
  private readonly muted = new Set<string>();
  private readonly banned = new Set<string>();

  /** @param onRefused the server did not agree */
  constructor(
    private readonly room: ChatRoom,
    private readonly onRefused: (refusal: Refusal) => void,
  ) {}

  /** Whether there is anything to do about it. */
  isAllowed(said: Said): boolean {
    return this.isOwn(said.from) || this.maySilence(said.from);
  }

  for(said: Said): MenuItem[] {
    const { from, seq } = said;
    const name = isolated(nameOf(from));
    const { room } = this;
    const items: MenuItem[] = [this.item('Remove message', () => room.remove(seq), true)];
    if (!this.maySilence(from)) return items;
    if (this.muted.has(from.id)) items.push(this.item(`Unmute ${name}`, () => room.unmute(from.id)));
    else {
      items.push(this.item(`Mute ${name} for ${span(MUTE_S)}`, () => room.mute(from.id, MUTE_S)));
      items.push(this.item(`Mute ${name}`, () => room.mute(from.id)));
    }
    if (this.banned.has(from.id)) items.push(this.item(`Let ${name} back in`, () => room.unban(from.id)));
    else items.push(this.item(`Ban ${name}`, () => room.ban(from.id), true));
    return items;
  }

  noteName({ id, name }: Participant): void {
    if (name === '' || this.names.get(id) === name) return;
    this.names.delete(id);
    this.names.set(id, name);
    if (this.names.size > MOST_KNOWN) this.names.delete(this.names.keys().next().value!);
  }

  /** What the room says about it, empty when it is nobody's business here. */
  note({ type, who, name, seconds }: Moderation): string {
    if (!this.remember(type, who)) return '';
    const you = who === this.room.you?.id;
    const whom = you ? 'You were' : `${isolated(tidy(name || this.names.get(who) || 'A guest'))} was`;
    if (!you && !this.room.mayModerate) return '';
    switch (type) {
      case 'muted':
        return `${whom} muted${seconds > 0 ? ` for ${span(seconds)}` : ''}.`;
      case 'unmuted':
        return `${whom} unmuted.`;
      case 'banned':
        return `${whom} banned from the chat.`;
      case 'unbanned':
        return `${whom} let back in.`;
    }
  }

  /** False when it was known: the server tells again after a reconnect. */
  private remember(type: Moderation['type'], who: string): boolean {
    const set = type.endsWith('muted') ? this.muted : this.banned;
    const known = set.has(who);
    if (type.startsWith('un')) set.delete(who);
    else set.add(who);
    return known === type.startsWith('un');
  }

  private isOwn(from: Participant): boolean {
    return from.id !== '' && from.id === this.room.you?.id;
  }

  /** Nobody silences the broadcaster, themselves or an equal. */
  private maySilence(from: Participant): boolean {
    const rank = { viewer: 0, moderator: 1, broadcaster: 2 };
    const mine = this.room.you ? rank[this.room.you.role] : 0;
    return this.room.mayModerate && !this.isOwn(from) && mine > rank[from.role];
  }

  private item(label: string, ask: () => Promise<Refusal | undefined>, danger = false): MenuItem {
    const run = () => void ask().then((refusal) => refusal && this.onRefused(refusal));
    return { label, danger, run };
  }
}
