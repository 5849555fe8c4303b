import { streamOfPath } from '../page/names.ts';

// The iframe player: /embed/{stream}?controls&muted&autoplay, each as on a video element (and `=0` for no).
const query = new URLSearchParams(location.search);
const player = document.createElement('millrace-player');
const stream = streamOfPath(location.pathname);
player.setAttribute('stream', stream);
const token = query.get('token');
if (token) player.setAttribute('token', token);
for (const name of ['controls', 'muted', 'autoplay']) {
  const value = query.get(name);
  player.toggleAttribute(name, value !== null && value !== '0' && value !== 'false');
}
document.title = `${stream} · Millrace`;
document.body.append(player);
