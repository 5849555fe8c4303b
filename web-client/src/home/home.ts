import { streams, type StreamSummary } from '../page/api.ts';
import { stillOf } from '../page/addresses.ts';
import { byId, h, say } from '../page/dom.ts';
import { roughly, viewers } from '../page/format.ts';
import { nameProblem } from '../page/names.ts';

const POLL_MS = 3_000;
const STILL_EVERY_MS = 12_000;

const name = byId<HTMLInputElement>('name');
byId('start').addEventListener('submit', (event) => {
  event.preventDefault();
  const problem = nameProblem(name.value.trim());
  say(byId('name-problem'), problem ?? '');
  name.setAttribute('aria-invalid', String(problem !== undefined));
  if (problem) name.focus();
  else location.assign(`/studio/${name.value.trim()}`);
});

let shown = '';
void poll();
document.addEventListener(
  'visibilitychange',
  () => void (document.visibilityState === 'visible' && refresh()),
);

async function poll(): Promise<void> {
  if (document.visibilityState === 'visible') await refresh();
  setTimeout(() => void poll(), POLL_MS);
}

async function refresh(): Promise<void> {
  const empty = byId('empty');
  try {
    const live = (await streams()).filter((stream) => stream.live).sort((a, b) => b.viewers - a.viewers);
    show(live);
    refreshStills();
    say(empty, 'Nobody is live at the moment. Be the first.');
    empty.hidden = live.length > 0;
  } catch {
    say(empty, 'The list of streams cannot be had at the moment.');
    empty.hidden = false;
  }
}

/** Cards are only built anew when something on them changed, so that focus stays where it is. */
function show(live: StreamSummary[]): void {
  const cards = live.map((stream) => ({ stream, about: about(stream) }));
  const now = JSON.stringify(cards.map(({ stream, about }) => [stream.name, about]));
  if (now === shown) return;
  shown = now;
  const focused = document.activeElement?.getAttribute('href');
  byId('streams').replaceChildren(...cards.map(({ stream, about }) => card(stream, about)));
  if (focused) document.querySelector<HTMLElement>(`.stream[href="${CSS.escape(focused)}"]`)?.focus();
}

function card(stream: StreamSummary, about: string): HTMLElement {
  const badge = h('span', { class: 'badge' }, 'Live');
  const still = h('div', { class: 'still' }, stream.name.slice(0, 2), picture(stream.name), badge);
  still.style.background = gradient(stream.name);
  const href = `/watch/${encodeURIComponent(stream.name)}`;
  const text = h(
    'div',
    { class: 'about' },
    h('strong', {}, stream.name),
    h('span', { class: 'muted' }, about),
  );
  return h('li', {}, h('a', { class: 'stream card', href, 'data-testid': 'stream-card' }, still, text));
}

/** The stream's still, once there is one; before that, and without one, its colours and letters show. */
function picture(stream: string): HTMLElement {
  const img = h('img', { alt: '', hidden: true, 'data-stream': stream });
  img.addEventListener('load', () => (img.hidden = false));
  img.src = stillOf(stream, turn());
  return img;
}

/** Stills change every few seconds; each is fetched behind the one that is shown. */
function refreshStills(): void {
  for (const img of document.querySelectorAll<HTMLImageElement>('.still img')) {
    const src = stillOf(img.dataset['stream'] ?? '', turn());
    if (img.getAttribute('src') !== src) img.src = src;
  }
}

function turn(): number {
  return Math.floor(Date.now() / STILL_EVERY_MS);
}

function about(stream: StreamSummary): string {
  const since = stream.liveSinceMs > 0 ? roughly(Date.now() - stream.liveSinceMs) : '';
  const height = stream.height > 0 ? `${stream.height}p` : '';
  return [viewers(stream.viewers), since, height].filter(Boolean).join(' · ');
}

/** A stream's own colours, from its name. */
function gradient(name: string): string {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + char.charCodeAt(0)) % 360;
  return `linear-gradient(135deg, hsl(${hash} 45% 34%), hsl(${(hash + 55) % 360} 55% 22%))`;
}
