import { h, say } from '../page/dom.ts';
import type { Presence, Viewers } from './messages.ts';
import { tidy } from './text.ts';

/** How long it is shown who came. */
const SHOWN_MS = 6_000;
const MOST_NAMES = 3;

/** How many watch, by what, and who came just now. */
export class People {
  readonly count = h('span', { class: 'count', 'data-testid': 'presence' });
  readonly news = h('span', { class: 'joined', 'data-testid': 'joined', 'aria-hidden': 'true' });
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(presence: Presence): void {
    say(this.count, watching(presence.viewers));
    this.count.title = byProtocol(presence.viewers);
    const news = joinedWords(presence);
    if (news === '') return;
    this.news.replaceChildren(h('bdi', { title: news }, news));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.news.replaceChildren(), SHOWN_MS);
  }
}

export function watching({ total }: Viewers): string {
  return `${total.toLocaleString()} watching`;
}

/** `WebRTC 3 · HLS 1`: only what somebody uses. */
export function byProtocol({ webrtc, hls, dash }: Viewers): string {
  return [['WebRTC', webrtc] as const, ['HLS', hls] as const, ['DASH', dash] as const]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count.toLocaleString()}`)
    .join(' · ');
}

/** `Ann, Bob and 3 more joined`; who left is not news when somebody came. */
export function joinedWords({ joined, left, more }: Presence): string {
  if (joined.length > 0) return `${someOf(joined, left.length > 0 ? 0 : more)} joined`;
  return left.length > 0 ? `${someOf(left, more)} left` : '';
}

function someOf(names: string[], more: number): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => tidy(name));
  const rest = names.length - shown.length + more;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}
