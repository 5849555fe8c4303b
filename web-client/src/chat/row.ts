import { timeOfDay } from '../page/format.ts';
import { h, icon } from '../page/dom.ts';
import type { Participant, Role, Said } from './messages.ts';
import { isEmojiOnly, parts, tidy } from './text.ts';

const BADGES: Record<Role, string> = { broadcaster: 'Host', moderator: 'Mod', viewer: '' };
const MORE = ['M12 5.5v.01M12 12v.01M12 18.5v.01'];
const LONGEST_LABEL = 72;

/** What a participant is called here; names may be empty. */
export function nameOf({ name }: Participant): string {
  return tidy(name).trim() || 'Guest';
}

/** The same inside a sentence: whatever its script, it does not reorder what stands around it. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

/** One message as a list item. All of it is text nodes: nothing that somebody wrote is read as markup. */
export function row(said: Said, own: boolean, actions: boolean): HTMLLIElement {
  const name = nameOf(said.from);
  const time = timeOfDay(said.atMs);
  const text = tidy(said.text);
  const item = h(
    'li',
    {
      class: `msg ${said.from.role}${own ? ' own' : ''}`,
      tabindex: -1,
      'data-seq': said.seq,
      'data-testid': 'message',
      'aria-label': `${name}, ${time}: ${text}`,
    },
    head(said, name, time),
    body(text),
  );
  if (actions) item.append(moreButton(name));
  return item;
}

function head(said: Said, name: string, time: string): HTMLElement {
  const who = h('bdi', { class: 'name' }, name);
  who.style.setProperty('--hue', String(hueOf(said.from.id)));
  const badge = BADGES[said.from.role];
  return h(
    'div',
    { class: 'who' },
    who,
    ...(badge ? [h('span', { class: 'role' }, badge)] : []),
    h('time', { datetime: new Date(said.atMs).toISOString() }, time),
  );
}

export function body(text: string): HTMLElement {
  return h('p', { class: isEmojiOnly(text) ? 'text large' : 'text', dir: 'auto' }, ...content(text));
}

/** The message's place stays, so that what was said around it keeps its sense. */
export function showRemoved(item: HTMLLIElement): void {
  item.classList.add('gone');
  item.querySelector('.more')?.remove();
  item.querySelector('.text')?.replaceWith(h('p', { class: 'text' }, 'Message removed'));
  const name = item.querySelector('.name')?.textContent ?? '';
  item.setAttribute('aria-label', `${name}: message removed`);
}

function content(text: string): (Node | string)[] {
  return parts(text).map((part) =>
    typeof part === 'string'
      ? part
      : h(
          'a',
          { href: part.href, title: part.href, target: '_blank', rel: 'noopener noreferrer nofollow ugc' },
          h(
            'bdi',
            {},
            part.label.length > LONGEST_LABEL ? `${part.label.slice(0, LONGEST_LABEL)}…` : part.label,
          ),
        ),
  );
}

function moreButton(name: string): HTMLButtonElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'more',
      tabindex: -1,
      'aria-haspopup': 'menu',
      'aria-label': `What to do with the message of ${name}`,
      'data-testid': 'message-menu',
    },
    icon(...MORE),
  );
}

/** A colour for each participant that is theirs everywhere. */
function hueOf(id: string): number {
  let hash = 7;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return (hash * 137) % 360;
}
