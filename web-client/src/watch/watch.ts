import { copy } from '../page/clipboard.ts';
import { expose } from '../page/debug.ts';
import { byId, say } from '../page/dom.ts';
import { viewers } from '../page/format.ts';
import { streamOfPath } from '../page/names.ts';
import type { MillracePlayer } from '../player/player.ts';
import type { WhepState } from '../protocol/whep.ts';

/** What the pill under the picture says. */
const PILL: Record<WhepState, string> = {
  idle: 'Stopped',
  connecting: 'Connecting',
  waiting: 'Waiting for the broadcaster',
  live: 'Live',
  ended: 'The broadcaster left',
  reconnecting: 'Reconnecting',
  unsupported: 'Codec not supported here',
  unauthorized: 'Token needed',
  failed: 'Not working',
};

const stream = streamOfPath(location.pathname);
const query = new URLSearchParams(location.search);

document.title = `${stream} · Millrace`;
say(byId('title'), stream);
const share = byId<HTMLButtonElement>('share');
share.addEventListener('click', () => void copy(share, location.origin + location.pathname));
void customElements.whenDefined('millrace-player').then(start);

function start(): void {
  const player = byId<MillracePlayer>('player');
  expose(
    () => player.client?.pc,
    () => player.client,
  );
  player.addEventListener('state', (event) =>
    showState((event as CustomEvent<{ state: WhepState }>).detail.state),
  );
  player.addEventListener('stats', () => {
    const count = player.client?.viewers;
    say(byId('viewers'), count === undefined ? '' : viewers(count));
  });
  document.addEventListener('keydown', (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && event.target === document.body && player.key(event.key)) event.preventDefault();
  });
  const token = query.get('token');
  if (token) player.setAttribute('token', token);
  player.toggleAttribute('muted', query.has('muted') && query.get('muted') !== '0');
  player.setAttribute('stream', stream);
  player.setAttribute('autoplay', '');
  player.play();
}

function showState(state: WhepState): void {
  const pill = byId('state');
  pill.dataset['state'] = state;
  say(pill, PILL[state]);
}
