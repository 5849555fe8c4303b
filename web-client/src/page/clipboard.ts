import { say } from './dom.ts';

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
