import { h } from '../page/dom.ts';

export interface MenuItem {
  label: string;
  danger?: boolean;
  run(): void;
}

/** A small menu beside what it is about: arrows, Home, End, Escape; closed by whatever happens elsewhere. */
export class Menu {
  private open: HTMLElement | undefined;
  private opener: HTMLElement | undefined;

  constructor(private readonly within: HTMLElement) {
    within.addEventListener('focusout', ({ relatedTarget }) => {
      if (this.open && !(relatedTarget instanceof Node && this.open.contains(relatedTarget)))
        this.close(false);
    });
    document.addEventListener('pointerdown', ({ target }) => {
      if (this.open && !(target instanceof Node && this.open.contains(target))) this.close(false);
    });
  }

  /** @param opener gets the focus back */
  show(items: MenuItem[], label: string, beside: HTMLElement, opener: HTMLElement): void {
    this.close(false);
    const menu = h('div', { class: 'menu', role: 'menu', 'aria-label': label, 'data-testid': 'menu' });
    for (const item of items) menu.append(this.button(item));
    menu.addEventListener('keydown', (event) => this.onKey(event));
    this.within.append(menu);
    this.place(menu, beside);
    this.open = menu;
    this.opener = opener;
    (menu.firstElementChild as HTMLElement | null)?.focus();
  }

  private button({ label, danger, run }: MenuItem): HTMLButtonElement {
    const button = h(
      'button',
      { type: 'button', role: 'menuitem', tabindex: -1, class: danger ? 'danger' : undefined },
      label,
    );
    button.addEventListener('click', () => {
      this.close(true);
      run();
    });
    return button;
  }

  /** Under it, or above where there is no room below. */
  private place(menu: HTMLElement, beside: HTMLElement): void {
    const frame = this.within.getBoundingClientRect();
    const anchor = beside.getBoundingClientRect();
    const height = menu.offsetHeight;
    const below = anchor.bottom - frame.top;
    const above = anchor.top - frame.top - height;
    const top = below + height <= frame.height ? below : Math.max(0, above);
    menu.style.top = `${Math.max(0, Math.min(top, frame.height - height))}px`;
  }

  private onKey(event: KeyboardEvent): void {
    const items = [...(this.open?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const count = items.length;
    const next = {
      ArrowDown: (at + 1) % count,
      ArrowUp: (at - 1 + count) % count,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (next !== undefined) items[next]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') this.close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private close(back: boolean): void {
    const { open, opener } = this;
    this.open = this.opener = undefined;
    open?.remove();
    if (back) opener?.focus();
  }
}
