/**
 * What the WHIP, WHEP and chat clients need of the browser, so that tests can stand in for it.
 * Delays and times are in milliseconds.
 */
export interface Platform {
  fetch(url: string, init: RequestInit): Promise<Response>;
  peerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  eventSource(url: string): EventSource;
  webSocket(url: string, protocols: string[]): WebSocket;
  /** Runs once after the delay; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
  random(): number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

export const browser: Platform = {
  fetch: (url, init) => fetch(url, init),
  peerConnection: (configuration) => new RTCPeerConnection(configuration),
  eventSource: (url) => new EventSource(url),
  webSocket: (url, protocols) => new WebSocket(url, protocols),
  after: (delayMs, run) => {
    const id = setTimeout(run, delayMs);
    return () => clearTimeout(id);
  },
  random: () => Math.random(),
  now: () => performance.now(),
};
