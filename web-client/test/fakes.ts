import type { Platform } from '../src/protocol/platform.ts';

/** One HTTP request that a client made. */
export interface Call {
  method: string;
  url: string;
  headers: Headers;
  body: string;
  keepalive: boolean;
}

type Answer = Response | Promise<Response> | Error;

/** A browser whose time, randomness, network and peer connections the test holds. */
export class FakePlatform implements Platform {
  nowMs = 0;
  calls: Call[] = [];
  peers: FakePeer[] = [];
  sources: FakeEventSource[] = [];
  sockets: FakeSocket[] = [];
  answer: (call: Call) => Answer = () => new Response(null, { status: 500 });
  private timers: { atMs: number; run: () => void }[] = [];

  fetch(url: string, init: RequestInit): Promise<Response> {
    const call: Call = {
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? init.body : '',
      keepalive: init.keepalive === true,
    };
    this.calls.push(call);
    const answer = this.answer(call);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  peerConnection(): RTCPeerConnection {
    const peer = new FakePeer(this.peers.length);
    this.peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  }

  eventSource(url: string): EventSource {
    const source = new FakeEventSource(url);
    this.sources.push(source);
    return source as unknown as EventSource;
  }

  webSocket(url: string, protocols: string[]): WebSocket {
    const socket = new FakeSocket(url, protocols);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  random(): number {
    return 1;
  }

  now(): number {
    return this.nowMs;
  }

  /** Lets time pass, timer by timer, with the promises between them. */
  async pass(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter((t) => t.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      await settle();
    }
    this.nowMs = end;
  }

  get last(): FakePeer {
    return this.peers[this.peers.length - 1]!;
  }

  /** Requests as `METHOD path`. */
  get log(): string[] {
    return this.calls.map((call) => `${call.method} ${new URL(call.url).pathname}`);
  }

  count(line: string): number {
    return this.log.filter((other) => other === line).length;
  }
}

class FakeTransport extends EventTarget {
  state = 'connected';
}

export class FakePeer extends EventTarget {
  readonly transport = new FakeTransport();
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { sdp: string } | null = null;
  remote: string[] = [];
  configuration: RTCConfiguration = {};
  onicecandidate: ((event: { candidate: object | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: object) => void) | null = null;
  transceivers: string[] = [];
  closed = false;
  channels: FakeChannel[] = [];
  sctp: object | null = {};
  private offers = 0;

  constructor(private readonly id: number) {
    super();
  }

  createDataChannel(label: string, options: RTCDataChannelInit = {}): FakeChannel {
    const channel = new FakeChannel(label, options);
    this.channels.push(channel);
    return channel;
  }

  /** The newest channel of that label. */
  channel(label: string): FakeChannel {
    return this.channels.findLast((one) => one.label === label)!;
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: 'offer', sdp: offerSdp(`u${this.id}x${this.offers++}`) });
  }

  setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
    return Promise.resolve();
  }

  setRemoteDescription(description: { sdp: string }): Promise<void> {
    this.remote.push(description.sdp);
    return Promise.resolve();
  }

  addTransceiver(kind: string): void {
    this.transceivers.push(kind);
  }

  getTransceivers(): object[] {
    return [{ sender: { transport: this.transport } }];
  }

  /** The server ended DTLS. */
  closeTransport(): void {
    this.transport.state = 'closed';
    this.transport.dispatchEvent(new Event('statechange'));
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  close(): void {
    this.closed = true;
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  candidate(line: string | null): void {
    this.onicecandidate?.({ candidate: line === null ? null : { candidate: line, usernameFragment: null } });
  }
}

export class FakeEventSource {
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  private listeners = new Map<string, (event: { data: string }) => void>();

  constructor(readonly url: string) {}

  addEventListener(name: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(name, listener);
  }

  close(): void {
    this.readyState = 2;
  }

  emit(name: string, data: unknown = {}): void {
    this.listeners.get(name)?.({ data: JSON.stringify(data) });
  }
}

/** What a WebSocket and a data channel have in common, with the other end in the test's hands. */
class FakePipe {
  binaryType = 'blob';
  sent: (string | ArrayBuffer)[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  send(data: string | ArrayBuffer): void {
    this.sent.push(data);
  }

  /** The messages that were sent, of one type or all. */
  messages(type?: string): Record<string, unknown>[] {
    return this.sent
      .filter((data) => typeof data === 'string')
      .map((data) => JSON.parse(data) as Record<string, unknown>)
      .filter((message) => type === undefined || message['type'] === type);
  }

  receive(message: unknown): void {
    const data = message instanceof ArrayBuffer ? message : JSON.stringify(message);
    this.onmessage?.({ data });
  }
}

export class FakeSocket extends FakePipe {
  readyState = 0;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    super();
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  close(): void {
    this.readyState = 3;
  }

  /** The other end closes it, or was never there. */
  end(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

export class FakeChannel extends FakePipe {
  readyState = 'connecting';
  bufferedAmount = 0;
  onerror: (() => void) | null = null;

  constructor(
    readonly label: string,
    readonly options: RTCDataChannelInit,
  ) {
    super();
  }

  open(): void {
    this.readyState = 'open';
    this.onopen?.();
  }

  close(): void {
    this.readyState = 'closed';
  }

  end(): void {
    this.readyState = 'closed';
    this.onclose?.({ code: 0, reason: '' });
  }
}

export function offerSdp(ufrag: string): string {
  return [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=mid:0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${ufrag}-password-password`,
    'a=ice-options:trickle',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'a=mid:1',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${ufrag}-password-password`,
    '',
  ].join('\r\n');
}

export function answerSdp(ufrag: string): string {
  return offerSdp(ufrag).replace('a=mid:0', 'a=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 10000 typ host');
}

/** The server's 201. */
export function created(id: string, headers: Record<string, string> = {}): Response {
  return new Response(answerSdp(`server-${id}`), {
    status: 201,
    headers: {
      Location: `/sessions/${id}`,
      ETag: `"tag-${id}"`,
      'Content-Type': 'application/sdp',
      ...headers,
    },
  });
}

export function problem(status: number, title: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ type: 'urn:x', title, detail: `${title} in detail` }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/** Lets every promise that can settle do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 25; i++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
