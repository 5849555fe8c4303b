/** What strangers wrote, made ready to be shown: as text and links, never as markup. */

/** A run of text, or a link with what it shows. */
export type Part = string | { href: string; label: string };

// Controls, and the marks that reorder text around them: the server takes them out, and so do we.
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;
const LINK = /\bhttps?:\/\/[^\s<>"'`\u2018-\u201f]+/gi;

/** Without control characters and bidirectional overrides; line breaks become spaces. */
export function tidy(text: string): string {
  return text.replace(/[\n\t\u2028\u2029]/g, ' ').replace(HARMFUL, '');
}

/** Finds links to http and https; all else is text. */
export function parts(text: string): Part[] {
  const found: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const label = withoutPunctuation(match[0]);
    const href = safeHref(label);
    if (href === undefined) continue;
    if (match.index > at) found.push(text.slice(at, match.index));
    found.push({ href, label });
    at = match.index + label.length;
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}

/** Characters as the server counts them. */
export function length(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

const PICTURE = '\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]*';
const EMOJI = `(?:\\p{RI}\\p{RI}|${PICTURE}(?:\\u200d${PICTURE})*)`;
const EMOJI_ONLY = new RegExp(`^(?:\\s*${EMOJI}){1,6}\\s*$`, 'u');

/** One to six emoji and nothing else are shown large. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 80 && EMOJI_ONLY.test(text);
}

/** What ends a sentence after a link is not part of it; a bracket is when it was opened inside. */
function withoutPunctuation(link: string): string {
  // How many more of each closing bracket there are than were opened.
  const surplus: Record<string, number> = { ')': 0, ']': 0, '}': 0 };
  const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
  for (const one of link) {
    const opened = closing[one];
    if (opened) surplus[opened]!--;
    else if (one in surplus) surplus[one]!++;
  }
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1]!;
    if ((surplus[last] ?? 0) > 0) surplus[last]!--;
    else if (!'.,;:!?*_~'.includes(last)) break;
  }
  return link.slice(0, end);
}

/** Undefined for what is no address, or one that pretends to be another by a user name in front. */
function safeHref(link: string): string | undefined {
  try {
    const url = new URL(link);
    const plain = url.username === '' && url.password === '';
    return plain && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
