/** What the chat remembers in the browser: the display name for good, its place in a room for the tab. */
export interface Memory {
  name: string;
  /** Proves to the server who we were, after a reload too. */
  resume: string;
  /** What the server had not acknowledged. */
  outbox: string | null;
  /** The newest message that was on the screen while the page was looked at. */
  read: number;
}

const NAME = 'millrace.name';

/** Storage that forgets when the browser gives none (private windows, sandboxed frames). */
export function remember(room: string): Memory {
  const key = (what: string) => `millrace.chat.${room}.${what}`;
  return {
    get name() {
      return get(() => localStorage, NAME) ?? '';
    },
    set name(name) {
      set(() => localStorage, NAME, name);
    },
    get resume() {
      return get(() => sessionStorage, key('resume')) ?? '';
    },
    set resume(secret) {
      set(() => sessionStorage, key('resume'), secret);
    },
    get outbox() {
      return get(() => sessionStorage, key('outbox'));
    },
    set outbox(pending) {
      set(() => sessionStorage, key('outbox'), pending ?? '');
    },
    get read() {
      return Number(get(() => sessionStorage, key('read'))) || 0;
    },
    set read(seq) {
      set(() => sessionStorage, key('read'), String(seq));
    },
  };
}

/** For a page without storage, and for tests. */
export function forgetful(): Memory {
  return { name: '', resume: '', outbox: null, read: 0 };
}

function get(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function set(storage: () => Storage, key: string, value: string): void {
  try {
    storage().setItem(key, value);
  } catch {
    // Kept as long as the page, by whoever set it.
  }
}
