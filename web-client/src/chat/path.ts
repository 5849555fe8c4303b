import { Backoff } from '../protocol/backoff.ts';
import type { Platform } from '../protocol/platform.ts';
import { ChannelLine } from './channels.ts';
import type { AppMessage } from './envelope.ts';
import { BROKEN, isRefusal, type Line, type LineEnd, type LineListener } from './line.ts';
import type { FromServer } from './messages.ts';
import { SocketLine, type SocketTarget } from './socket.ts';

export interface PathListener {
  /** The way to the room is now this one, or there is none for the moment. */
  onLine(line: Line | undefined): void;
  onMessage(message: FromServer): void;
  onApp(message: AppMessage): void;
  /** The server will not have us; trying again as before would not help. */
  onRefused(end: LineEnd): void;
}

/** How long a session's data channel may take before the room is entered by WebSocket. */
const CHANNEL_PATIENCE_MS = 3_000;
/** How long to wait when no session is under way: one that is being made anew is there at once. */
const NO_CHANNEL_PATIENCE_MS = 300;
/** A server that did not answer on a channel that stands is busy, or does not know of chats there. */
const SILENT_PAUSE_MS = 60_000;

/**
 * Which way to the room: the data channel of the session while there is one, else a WebSocket. A data channel that
 * opens takes over from a WebSocket; the room says hello again with its last number, so nothing is missed or doubled.
 */
export class Path implements LineListener {
  current: Line | undefined;
  private running = false;
  private pc: RTCPeerConnection | undefined;
  private channel: ChannelLine | undefined;
  private socket: SocketLine | undefined;
  private refused = false;
  private readonly socketBackoff: Backoff;
  private readonly channelBackoff: Backoff;
  /** After a WebSocket that failed. */
  private pauseMs = 0;
  private cancelSocket: (() => void) | undefined;
  private cancelChannel: (() => void) | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly target: () => SocketTarget,
    private readonly listener: PathListener,
  ) {
    this.socketBackoff = new Backoff(() => platform.random());
    this.channelBackoff = new Backoff(() => platform.random());
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.refused = false;
    this.socketBackoff.reset();
    this.pauseMs = 0;
    if (this.pc?.sctp && this.pc.connectionState === 'connected') this.openChannel(this.pc);
    this.search();
  }

  stop(): void {
    this.running = false;
    this.dropChannel();
    this.dropSocket();
    this.use(undefined);
  }

  /** A fresh connection of the session, not offered yet. */
  usePeer(pc: RTCPeerConnection): void {
    this.dropChannel();
    this.pc = pc;
    if (!this.running) return;
    this.channelBackoff.reset();
    this.openChannel(pc);
    pc.addEventListener('connectionstatechange', () => pc === this.pc && this.onPeerState(pc));
    this.searchAnew();
  }

  /** That connection is no more. */
  dropPeer(): void {
    if (!this.pc) return;
    this.pc = undefined;
    this.dropChannel();
    this.searchAnew();
  }

  /** The current line works: the next failure is tried again soon. */
  noteSteady(): void {
    this.socketBackoff.reset();
    this.channelBackoff.reset();
  }

  /** The current line stays silent. A data channel that did is left alone for a while. */
  giveUp(): void {
    const line = this.current;
    if (!line) return;
    line.close();
    this.end(line, BROKEN, SILENT_PAUSE_MS);
  }

  retryNow(): void {
    if (this.running && !this.current && !this.socket && this.cancelSocket) this.openSocket();
  }

  onOpen(line: Line): void {
    if (line === this.channel) {
      this.dropSocket();
      this.use(line);
    } else if (line === this.socket && !this.isChannelUsable) {
      this.use(line);
    }
  }

  onMessage(line: Line, message: FromServer): void {
    if (line === this.current) this.listener.onMessage(message);
  }

  onApp(line: Line, message: AppMessage): void {
    if (line === this.current) this.listener.onApp(message);
  }

  onClosed(line: Line, why: LineEnd): void {
    this.end(line, why, this.channelBackoff.next());
  }

  private end(line: Line, why: LineEnd, channelPauseMs: number): void {
    if (line === this.channel) {
      this.channel = undefined;
      this.reopenChannel(channelPauseMs);
    } else if (line === this.socket) {
      this.socket = undefined;
      this.pauseMs = this.socketBackoff.next(why.retryAfterMs);
      if (isRefusal(why)) {
        this.refused = true;
        this.listener.onRefused(why);
      }
    }
    if (line === this.current) this.use(undefined);
    this.search();
  }

  private onPeerState(pc: RTCPeerConnection): void {
    if (pc.connectionState === 'connected' && this.channel?.isOpen && this.current !== this.channel) {
      this.onOpen(this.channel);
    } else {
      this.search();
    }
  }

  private get isChannelUsable(): boolean {
    return this.channel?.isOpen === true && this.pc?.connectionState === 'connected';
  }

  /** Sees to it that a WebSocket is tried when the data channel does not come, or comes to a stop. */
  private search(): void {
    if (!this.running || this.refused) return;
    if (this.isChannelUsable) {
      this.cancelSocket?.();
      this.cancelSocket = undefined;
    } else if (!this.socket && !this.cancelSocket) {
      const patienceMs = this.channel ? CHANNEL_PATIENCE_MS : NO_CHANNEL_PATIENCE_MS;
      this.cancelSocket = this.platform.after(Math.max(patienceMs, this.pauseMs), () => this.openSocket());
    }
  }

  /** The same with the patience that fits what is under way now. */
  private searchAnew(): void {
    this.cancelSocket?.();
    this.cancelSocket = undefined;
    this.search();
  }

  private openSocket(): void {
    this.cancelSocket?.();
    this.cancelSocket = undefined;
    if (!this.running || this.isChannelUsable) return;
    this.socket = new SocketLine(this.platform, this.target(), this);
  }

  private openChannel(pc: RTCPeerConnection): void {
    try {
      this.channel = new ChannelLine(pc, this);
    } catch {
      // A browser without data channels, or a connection that was closed meanwhile.
      this.channel = undefined;
    }
  }

  /** The server closed the chat channel of a connection that stands: it is opened anew there. */
  private reopenChannel(pauseMs: number): void {
    const { pc } = this;
    if (!pc?.sctp || pc.connectionState !== 'connected') return;
    this.cancelChannel = this.platform.after(pauseMs, () => {
      if (pc === this.pc && this.running && pc.connectionState === 'connected') this.openChannel(pc);
    });
  }

  private dropChannel(): void {
    this.cancelChannel?.();
    const { channel } = this;
    this.channel = undefined;
    channel?.close();
    if (channel && channel === this.current) this.use(undefined);
  }

  private dropSocket(): void {
    this.cancelSocket?.();
    this.cancelSocket = undefined;
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }

  private use(line: Line | undefined): void {
    if (line === this.current) return;
    this.current = line;
    this.listener.onLine(line);
  }
}
