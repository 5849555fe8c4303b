import { byId, say } from './dom.ts';

/** Copies text and says so on the button for a moment; insecure pages have no clipboard, so the text is selectable there. */
export async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  const label = (button.dataset['label'] ??= button.textContent ?? '');
  try {
    await navigator.clipboard.writeText(text);
    say(button, 'Copied');
  } catch {
    prompt('Copy this:', text);
  }
  setTimeout(() => say(button, label), 1_500);
}

/** A field of the page that shows an address, selected when it is entered, with its button beside it. */
export function copyable(field: string, button: string, text: string): void {
  const input = byId<HTMLInputElement>(field);
  input.value = text;
  input.addEventListener('focus', () => input.select());
  byId(button).addEventListener('click', () => void copy(byId<HTMLButtonElement>(button), text));
}
