import { h } from '../page/dom.ts';

/** What can be sent up over the picture. */
export const REACTIONS: [string, string][] = [
  ['❤️', 'heart'],
  ['👏', 'clapping'],
  ['🔥', 'fire'],
  ['😂', 'tears of joy'],
  ['😮', 'astonished'],
  ['🎉', 'party'],
  ['👍', 'thumbs up'],
];

/** The usual ones, each with its name; whoever wants others has the system's own picker. */
const EMOJI =
  '😀 grinning,😄 smiling,😁 beaming,😂 tears of joy,🤣 rolling on the floor,😊 blushing,😉 winking,😍 heart eyes,' +
  '😘 kiss,😎 sunglasses,🤩 star-struck,🥳 partying,🤔 thinking,🤨 raised eyebrow,😐 neutral,🙄 rolling eyes,' +
  '😏 smirking,😴 sleeping,😅 sweat,😬 grimacing,😮 astonished,😱 screaming,😢 crying,😭 sobbing,' +
  '😡 angry,🤯 exploding head,🥺 pleading,😇 angel,🤗 hug,🤫 hush,🫡 salute,🙃 upside down,' +
  '👍 thumbs up,👎 thumbs down,👏 clapping,🙌 raised hands,🙏 folded hands,👋 waving,🤝 handshake,💪 strong,' +
  '✌️ victory,🤞 crossed fingers,👀 eyes,🧠 brain,❤️ heart,🧡 orange heart,💛 yellow heart,💚 green heart,' +
  '💙 blue heart,💜 purple heart,💔 broken heart,💯 hundred,🔥 fire,✨ sparkles,⭐ star,🎉 party,' +
  '🎶 music,🎤 microphone,🎮 game,🏆 trophy,⚽ football,🚀 rocket,💡 idea,☕ coffee,' +
  '🍕 pizza,🍿 popcorn,🐱 cat,🐶 dog,🌍 world,☀️ sun,🌈 rainbow,✅ check mark';
const COLUMNS = 8;

/** A grid of emoji to choose from by pointer or arrows. Escape closes it. */
export class EmojiPicker {
  readonly element = h('div', {
    class: 'emoji',
    role: 'dialog',
    'aria-label': 'Emoji',
    hidden: true,
    'data-testid': 'emoji-picker',
  });
  private buttons: HTMLButtonElement[] = [];

  constructor(
    private readonly opener: HTMLButtonElement,
    private readonly onPick: (emoji: string) => void,
  ) {
    opener.setAttribute('aria-haspopup', 'dialog');
    opener.setAttribute('aria-expanded', 'false');
    opener.addEventListener('click', () => this.toggle(this.element.hidden === true));
    this.element.addEventListener('keydown', (event) => this.onKey(event));
    document.addEventListener('pointerdown', ({ target }) => {
      const inside = target instanceof Node && (this.element.contains(target) || opener.contains(target));
      if (!inside) this.toggle(false);
    });
  }

  private toggle(shown: boolean): void {
    if (!this.element.hidden === shown) return;
    if (this.buttons.length === 0) this.fill();
    this.element.hidden = !shown;
    this.opener.setAttribute('aria-expanded', String(shown));
    if (shown) this.focus(0);
  }

  private fill(): void {
    this.buttons = EMOJI.split(',').map((entry) => {
      const at = entry.indexOf(' ');
      const name = entry.slice(at + 1);
      const emoji = entry.slice(0, at);
      const button = h('button', { type: 'button', tabindex: -1, 'aria-label': name, title: name }, emoji);
      button.addEventListener('click', () => {
        this.toggle(false);
        this.onPick(emoji);
      });
      return button;
    });
    this.element.append(...this.buttons);
  }

  private onKey(event: KeyboardEvent): void {
    const at = this.buttons.indexOf(document.activeElement as HTMLButtonElement);
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - COLUMNS,
      ArrowDown: at + COLUMNS,
      Home: 0,
      End: this.buttons.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) this.focus(next);
    else if (event.key === 'Escape') {
      this.toggle(false);
      this.opener.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private focus(index: number): void {
    const button = this.buttons[index];
    if (!button) return;
    this.buttons.forEach((one) => (one.tabIndex = -1));
    button.tabIndex = 0;
    button.focus();
  }
}
