import { ChatPane } from '../chat/pane.ts';
import { streamOfPath } from '../page/names.ts';
import type { MillracePlayer } from '../player/player.ts';

// The iframe player: /embed/{stream}?controls&muted&autoplay&chat, each as on a video element (and `=0` for no);
// `via=webrtc|dash|hls` for one way to play and no other.
const query = new URLSearchParams(location.search);
const player = document.createElement('millrace-player') as MillracePlayer;
const stream = streamOfPath(location.pathname);
player.setAttribute('stream', stream);
const token = query.get('token');
if (token) player.setAttribute('token', token);
const via = query.get('via');
if (via) player.setAttribute('via', via);
for (const name of ['controls', 'muted', 'autoplay']) player.toggleAttribute(name, isOn(name));
document.title = `${stream} · Millrace`;
document.body.append(player);
if (isOn('chat')) {
  void customElements.whenDefined('millrace-player').then(() => {
    document.body.append(new ChatPane(player.chat).element);
    player.setAttribute('chat', '');
  });
}

function isOn(name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value !== 'false';
}
