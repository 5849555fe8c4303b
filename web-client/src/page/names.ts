/** Stream names: 1 to 64 of `A-Z a-z 0-9 . _ -`, no dot in front, none of the words that begin an address. */
const RESERVED = [
  'whip',
  'whep',
  'api',
  'live',
  'watch',
  'studio',
  'embed',
  'ws',
  'metrics',
  'healthz',
  'readyz',
  'assets',
];

/** What is wrong with a name, in words; undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'Type a name first.';
  if (name.length > 64) return 'A name has 64 characters at most.';
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return 'Only letters A to Z, digits, dots, hyphens and underscores.';
  if (name.startsWith('.')) return 'A name does not start with a dot.';
  if (RESERVED.includes(name.toLowerCase()))
    return `“${name}” is an address of the server. Choose another name.`;
  return undefined;
}

/** The stream that the page's address names: its last path segment. */
export function streamOfPath(path: string): string {
  const last = path.replace(/\/+$/, '').split('/').pop() ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
