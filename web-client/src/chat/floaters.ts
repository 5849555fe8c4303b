import { h } from '../page/dom.ts';

/** Emoji in the air at once: enough for a storm, few enough for a phone. */
const MOST_IN_THE_AIR = 40;
/** Of one message of counts: twelve hearts and twelve thousand both look like many. */
const MOST_AT_ONCE = 14;
const FLIGHT_MS = 2_600;
const SPREAD_MS = 260;

/** Reactions that rise over the picture; where motion is not wanted, they appear and fade. */
export class Floaters {
  private readonly layer = h('div', { 'aria-hidden': 'true', 'data-testid': 'reactions' });
  private inTheAir = 0;
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(over: HTMLElement) {
    this.layer.style.cssText =
      'position:absolute;inset:0;overflow:hidden;pointer-events:none;container-type:size';
    over.append(this.layer);
  }

  show(counts: Record<string, number>): void {
    if (document.visibilityState === 'hidden') return;
    for (const [emoji, particles] of Object.entries(particlesFor(counts))) {
      if (this.calm.matches) this.appear(emoji, counts[emoji] ?? 1);
      else for (let i = 0; i < particles; i++) this.rise(emoji, i === 0 ? 0 : Math.random() * SPREAD_MS);
    }
  }

  private rise(emoji: string, delay: number): void {
    const sway = (Math.random() - 0.5) * 80;
    this.fly(
      emoji,
      [
        { transform: 'translate(0, 20%) scale(0.4)', opacity: 0 },
        { transform: `translate(${sway / 3}px, -20cqh) scale(1)`, opacity: 1, offset: 0.15 },
        { transform: `translate(${sway}px, -60cqh) scale(1.1)`, opacity: 0.95, offset: 0.7 },
        { transform: `translate(${sway / 2}px, -90cqh) scale(1.1)`, opacity: 0 },
      ],
      delay,
    );
  }

  private appear(emoji: string, count: number): void {
    const text = count > 1 ? `${emoji} ${count.toLocaleString()}` : emoji;
    this.fly(
      text,
      [{ opacity: 0 }, { opacity: 1, offset: 0.15 }, { opacity: 1, offset: 0.7 }, { opacity: 0 }],
      0,
    );
  }

  private fly(text: string, frames: Keyframe[], delay: number): void {
    if (this.inTheAir >= MOST_IN_THE_AIR) return;
    this.inTheAir++;
    const one = h('span', {}, text);
    const right = 3 + Math.random() * 22;
    one.style.cssText = `position:absolute;bottom:12%;right:${right}%;font-size:clamp(1.4rem,4.5cqw,2.6rem);line-height:1;will-change:transform,opacity;text-shadow:0 1px 6px rgb(0 0 0/45%);color:#fff`;
    this.layer.append(one);
    const flight = one.animate(frames, {
      duration: FLIGHT_MS * (0.85 + Math.random() * 0.3),
      delay,
      easing: 'ease-out',
      fill: 'both',
    });
    const land = () => {
      one.remove();
      this.inTheAir--;
    };
    flight.onfinish = land;
    flight.oncancel = land;
  }
}

/** How many of each are shown for what was counted: all of a few, growing ever more slowly. */
export function particlesFor(counts: Record<string, number>): Record<string, number> {
  const wanted = Object.entries(counts).map(
    ([emoji, count]) => [emoji, count <= 4 ? count : Math.round(4 + 2 * Math.log2(count / 4))] as const,
  );
  const sum = wanted.reduce((all, [, n]) => all + n, 0);
  const scale = Math.min(1, MOST_AT_ONCE / Math.max(1, sum));
  return Object.fromEntries(wanted.map(([emoji, n]) => [emoji, Math.max(1, Math.floor(n * scale))]));
}
