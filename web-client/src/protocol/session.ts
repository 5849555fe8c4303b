import { iceServers, parseLinks, type Link } from './link.ts';
import { iceCredentials, trickleFragment, withIceOf } from './fragment.ts';
import type { Platform } from './platform.ts';
import { Problem } from './problem.ts';

export interface SessionOptions {
  platform: Platform;
  endpoint: string;
  token: string | undefined;
  pc: RTCPeerConnection;
  editOffer?: ((sdp: string) => string) | undefined;
  editAnswer?: ((sdp: string) => string) | undefined;
  /** The server does not know this session any more. */
  onGone: () => void;
}

/** How long a peer connection waits for the answer to its DELETE. */
const DELETE_PATIENCE_MS = 500;
/** Candidates found within this time go in one PATCH. */
const TRICKLE_BATCH_MS = 30;

/**
 * One WebRTC session made by one HTTP POST: the part that WHIP (RFC 9725 section 4) and WHEP share.
 * It never tries again by itself; that is the connection's business.
 */
export class Session {
  readonly url: string;
  readonly links: Link[];
  private etag: string | null;
  private candidates: string[] = [];
  private gathered = false;
  private restarts = 0;
  private restarting = false;
  private trickling = true;
  private closed = false;
  private cancelBatch: (() => void) | undefined;

  private constructor(
    private readonly options: SessionOptions,
    response: Response,
    private answer: string,
  ) {
    const base = response.url || options.endpoint;
    this.url = new URL(response.headers.get('Location') ?? '', base).href;
    this.links = parseLinks(response.headers.get('Link'), base);
    this.etag = response.headers.get('ETag');
  }

  /** Offers, posts, and applies the answer. Candidates are sent once the session has an address. */
  static async open(options: SessionOptions): Promise<Session> {
    const { pc } = options;
    const early: (RTCIceCandidate | null)[] = [];
    pc.onicecandidate = (event) => early.push(event.candidate);
    const offer = await setOffer(pc, await pc.createOffer(), options.editOffer);
    const response = await send(options, options.endpoint, 'POST', {
      body: offer,
      headers: { 'Content-Type': 'application/sdp', Accept: 'application/sdp' },
    });
    if (response.status !== 201 || !response.headers.get('Location')) {
      throw response.ok ? notASession(response) : await Problem.of(response);
    }
    const session = new Session(options, response, await response.text());
    try {
      await session.accept(early);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  private async accept(early: (RTCIceCandidate | null)[]): Promise<void> {
    const { pc, editAnswer } = this.options;
    const servers = iceServers(this.links);
    if (servers.length > 0) pc.setConfiguration({ ...pc.getConfiguration(), iceServers: servers });
    if (editAnswer) this.answer = editAnswer(this.answer);
    await pc.setRemoteDescription({ type: 'answer', sdp: this.answer });
    early.forEach((candidate) => this.note(candidate));
    pc.onicecandidate = (event) => this.note(event.candidate);
  }

  /**
   * Exchanges fresh ICE credentials by PATCH (RFC 9725 section 4.3.3). Throws a Problem when the server will not;
   * of two restarts under way only the later counts.
   */
  async restartIce(): Promise<void> {
    const { pc } = this.options;
    const mine = ++this.restarts;
    this.restarting = true;
    this.candidates = [];
    this.gathered = false;
    try {
      await setOffer(pc, await pc.createOffer({ iceRestart: true }), this.options.editOffer);
      const response = await this.patch(trickleFragment(localSdp(pc), this.take(), this.gathered), '*');
      if (mine !== this.restarts || this.closed) return;
      if (response.status !== 200) throw await Problem.of(response);
      this.etag = response.headers.get('ETag') ?? this.etag;
      this.answer = withIceOf(this.answer, await response.text());
      await pc.setRemoteDescription({ type: 'answer', sdp: this.answer });
    } finally {
      if (mine === this.restarts) this.restarting = false;
    }
    this.schedule();
  }

  /**
   * Ends the session and its peer connection. The DELETE goes first, so that the server knows why, and outlives the
   * page; one that is `gone` needs none.
   */
  close(gone = false): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelBatch?.();
    const { pc, platform } = this.options;
    pc.onicecandidate = null;
    if (gone) return pc.close();
    const end = () => pc.close();
    const cancel = platform.after(DELETE_PATIENCE_MS, end);
    send(this.options, this.url, 'DELETE', { keepalive: true })
      .catch(() => undefined)
      .finally(() => {
        cancel();
        end();
      });
  }

  /** A request to an address of this session, with its token. */
  request(url: string, method: string, init: RequestInit = {}): Promise<Response> {
    return send(this.options, url, method, init);
  }

  private note(candidate: RTCIceCandidate | null): void {
    if (this.closed || !this.trickling) return;
    if (candidate === null) {
      this.gathered = true;
    } else if (candidate.candidate !== '' && this.isCurrent(candidate)) {
      this.candidates.push(candidate.candidate);
    }
    this.schedule();
  }

  private isCurrent(candidate: RTCIceCandidate): boolean {
    return (
      candidate.usernameFragment === null ||
      candidate.usernameFragment === undefined ||
      candidate.usernameFragment === iceCredentials(localSdp(this.options.pc)).ufrag
    );
  }

  private take(): string[] {
    return this.candidates.splice(0);
  }

  private schedule(): void {
    if (this.cancelBatch || this.closed) return;
    this.cancelBatch = this.options.platform.after(TRICKLE_BATCH_MS, () => {
      this.cancelBatch = undefined;
      void this.trickle();
    });
  }

  private async trickle(): Promise<void> {
    // During a restart the tag is not known yet; what is gathered meanwhile goes out after it.
    if (this.closed || this.restarting || !this.trickling) return;
    if (this.candidates.length === 0 && !this.gathered) return;
    const fragment = trickleFragment(localSdp(this.options.pc), this.take(), this.gathered);
    this.gathered = false;
    try {
      const response = await this.patch(fragment, this.etag);
      await response.arrayBuffer();
      if (response.status === 404 || response.status === 410) this.gone();
      // 412 is a restart that overtook us; anything else means that this server takes no candidates.
      else if (!response.ok && response.status !== 412 && response.status < 500) this.trickling = false;
    } catch {
      // The network is away: the answer holds all of the server's candidates, so ICE may still do without ours.
    }
  }

  private gone(): void {
    if (!this.closed) this.options.onGone();
  }

  private patch(fragment: string, ifMatch: string | null): Promise<Response> {
    const headers: Record<string, string> = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
    if (ifMatch !== null) headers['If-Match'] = ifMatch;
    return this.request(this.url, 'PATCH', { body: fragment, headers });
  }
}

async function send(
  options: { platform: Platform; token: string | undefined },
  url: string,
  method: string,
  init: RequestInit,
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (options.token) headers.set('Authorization', `Bearer ${options.token}`);
  try {
    return await options.platform.fetch(url, { ...init, method, headers });
  } catch (error) {
    throw Problem.unreachable(error);
  }
}

/** Sets the offer, edited when the browser lets us, and answers what was set. */
async function setOffer(
  pc: RTCPeerConnection,
  offer: RTCSessionDescriptionInit,
  edit: ((sdp: string) => string) | undefined,
): Promise<string> {
  const plain = offer.sdp ?? '';
  const edited = edit ? edit(plain) : plain;
  try {
    await pc.setLocalDescription({ type: 'offer', sdp: edited });
    return edited;
  } catch (error) {
    if (edited === plain) throw error;
    await pc.setLocalDescription({ type: 'offer', sdp: plain });
    return plain;
  }
}

function localSdp(pc: RTCPeerConnection): string {
  return pc.localDescription?.sdp ?? '';
}

function notASession(response: Response): Problem {
  const detail = `It answered ${response.status} without the address of a session; is this the right address?`;
  return new Problem(response.status, 'The server did not make a session', detail);
}
