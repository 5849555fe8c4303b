/** `window.millrace`: what is going on, for a look from the browser's console and for tests. */
export interface Debug {
  readonly pc: RTCPeerConnection | undefined;
  readonly client: unknown;
  readonly chat: unknown;
}

declare global {
  interface Window {
    millrace?: Debug;
  }
}

export function expose(
  pc: () => RTCPeerConnection | undefined,
  client: () => unknown,
  chat: () => unknown = () => undefined,
): void {
  window.millrace = {
    get pc() {
      return pc();
    },
    get client() {
      return client();
    },
    get chat() {
      return chat();
    },
  };
}
