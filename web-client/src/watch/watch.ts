import { ChatPane } from '../chat/pane.ts';
import { dashOf, hlsOf } from '../page/addresses.ts';
import { copy, copyable } from '../page/clipboard.ts';
import { expose } from '../page/debug.ts';
import { byId, say } from '../page/dom.ts';
import { viewers } from '../page/format.ts';
import { streamOfPath } from '../page/names.ts';
import type { MillracePlayer } from '../player/player.ts';
import type { ChatState } from '../chat/listener.ts';
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
copyable('hls', 'copy-hls', hlsOf(stream));
copyable('dash', 'copy-dash', dashOf(stream));
share.addEventListener('click', () => void copy(share, location.origin + location.pathname));
void customElements.whenDefined('millrace-player').then(start);

function start(): void {
  const player = byId<MillracePlayer>('player');
  expose(
    () => player.client?.pc,
    () => player.client,
    () => player.chat,
  );
  player.addEventListener('state', (event) =>
    showState((event as CustomEvent<{ state: WhepState }>).detail.state),
  );
  // The room knows of all who watch, WebRTC's own count is there without a room as well.
  const showViewers = () => {
    const count = player.chat.presence?.viewers.total ?? player.client?.viewers;
    say(byId('viewers'), count === undefined ? '' : viewers(count));
  };
  player.addEventListener('stats', showViewers);
  player.addEventListener('presence', showViewers);
  document.addEventListener('keydown', (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && event.target === document.body && player.key(event.key)) event.preventDefault();
  });
  const token = query.get('token');
  if (token) player.setAttribute('token', token);
  const via = query.get('via');
  if (via) player.setAttribute('via', via);
  player.setAttribute('stream', stream);
  if (query.get('chat') !== '0') showChat(player);
  player.toggleAttribute('muted', query.has('muted') && query.get('muted') !== '0');
  player.setAttribute('autoplay', '');
  player.play();
}

/** The chat beside the picture; whoever wants only the picture hides it, and the browser remembers. */
function showChat(player: MillracePlayer): void {
  const pane = new ChatPane(player.chat, (unread) => {
    const title = `${unread > 0 ? `(${unread}) ` : ''}${stream} · Millrace`;
    if (document.title !== title) document.title = title;
  });
  const toggle = byId<HTMLButtonElement>('toggle-chat');
  const show = (shown: boolean) => {
    pane.show(shown);
    say(toggle, shown ? 'Hide chat' : 'Show chat');
    setHidden(!shown);
  };
  toggle.addEventListener('click', () => show(!pane.isShown));
  player.addEventListener('chatstate', (event) => {
    const { state } = (event as CustomEvent<{ state: ChatState }>).detail;
    toggle.hidden = state === 'off' || state === 'idle';
  });
  byId('theatre').append(pane.element);
  show(!isHidden());
  player.setAttribute('chat', '');
}

const HIDDEN_KEY = 'millrace.chat.hidden';

function isHidden(): boolean {
  try {
    return localStorage.getItem(HIDDEN_KEY) === '1';
  } catch {
    return false;
  }
}

function setHidden(hidden: boolean): void {
  try {
    if (hidden) localStorage.setItem(HIDDEN_KEY, '1');
    else localStorage.removeItem(HIDDEN_KEY);
  } catch {
    // Without storage it lasts as long as the page.
  }
}

function showState(state: WhepState): void {
  const pill = byId('state');
  pill.dataset['state'] = state;
  say(pill, PILL[state]);
}
