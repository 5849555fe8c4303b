import type { Platform } from '../protocol/platform.ts';
import { browser } from '../protocol/platform.ts';
import { type AppChannel, AppChannels } from './app.ts';
import { isOff, type Line, type LineEnd } from './line.ts';
import { forgetful, type Memory } from './memory.ts';
import type { ChatListener, ChatState } from './listener.ts';
import type { FromServer, Participant, Presence, Protocol, Refusal, Said, ToServer } from './messages.ts';
import { OwnReactions } from './own.ts';
import { Outbox, type Pending } from './outbox.ts';
import { Path } from './path.ts';
import { Requests } from './requests.ts';
import { socketTarget } from './socket.ts';

export interface ChatOptions {
  stream: string;
  /** Any address of the server. */
  base: string;
  token?: string | undefined;
  platform?: Platform;
  memory?: Memory;
}

/** How long the server may take for its welcome. */
const WELCOME_PATIENCE_MS = 10_000;
/** How long an acknowledgement may take before the way to the server is taken to be broken. */
const ACK_PATIENCE_MS = 10_000;
/** A name's characters that the room takes. */
export const MOST_NAME_LENGTH = 64;

/**
 * One stream's chat room: says hello and comes back by itself, with nothing missed and nothing twice; keeps what was
 * said until the server acknowledged it. Which way messages go is the path's business.
 */
export class ChatRoom {
  state: ChatState = 'idle';
  /** Whether the room was entered by the session's data channel or by WebSocket; undefined while neither. */
  get via(): Line['kind'] | undefined {
    return this.path.current?.kind;
  }
  you: Participant | undefined;
  presence: Presence | undefined;
  /** Seconds between two messages of one viewer, 0 for no such limit. */
  slowS = 0;
  readonly memory: Memory;
  private readonly platform: Platform;
  private readonly path: Path;
  private readonly outbox: Outbox;
  private readonly listeners = new Set<ChatListener>();
  private readonly channels: AppChannels;
  private readonly own: OwnReactions;
  private readonly requests = new Requests();
  private entered = false;
  private protocol: Protocol = 'none';
  private token: string | undefined;
  /** The newest number of the log that was seen, undefined before the first welcome. */
  private seen: number | undefined;
  /** The name of the last hello. */
  private toldName = '';
  /** Whether the current line was welcomed: before that nothing but the hello goes out. */
  private welcomed = false;
  private cancelWelcome: (() => void) | undefined;
  private cancelAck: (() => void) | undefined;

  constructor(options: ChatOptions) {
    this.platform = options.platform ?? browser;
    this.own = new OwnReactions(this.platform);
    this.memory = options.memory ?? forgetful();
    this.token = options.token;
    const prefix = Math.floor(this.platform.random() * 36 ** 8).toString(36);
    this.outbox = new Outbox(prefix, this.memory.outbox);
    this.path = new Path(this.platform, () => socketTarget(options.base, options.stream, this.token), {
      onLine: (line) => this.onLine(line),
      onMessage: (message) => this.onMessage(message),
      onApp: (message) => this.channels.take(message),
      onRefused: (end) => this.onTurnedAway(end),
    });
    this.channels = new AppChannels(() => this.path.current);
  }

  /** Answers how to stop listening. */
  listen(listener: ChatListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Enters the room, with a name if one is known. */
  join(): void {
    if (this.entered && this.state !== 'refused' && this.state !== 'off') return;
    this.entered = true;
    this.become(this.seen === undefined ? 'connecting' : 'reconnecting');
    this.tell((one) => one.onPending?.(this.outbox.pending));
    this.path.stop();
    this.path.start();
    if (this.path.current) this.hello();
  }

  leave(): void {
    this.entered = false;
    this.clearTimers();
    this.path.stop();
    this.requests.fail();
    this.become('idle');
  }

  /** Another token: who we are may change, so the room is entered anew. */
  useToken(token: string | undefined): void {
    if (token === this.token) return;
    this.token = token;
    if (!this.entered) return;
    this.leave();
    this.join();
  }

  /** A fresh connection of the session, before its offer is made. */
  usePeer(pc: RTCPeerConnection): void {
    if (!this.channels.isEmpty && !this.entered) this.path.start();
    this.path.usePeer(pc);
  }

  /** The session's connection is no more. */
  dropPeer(): void {
    this.path.dropPeer();
  }

  /** Now is a good time (the network came back, the page is seen again). */
  retryNow(): void {
    this.path.retryNow();
  }

  /** Tells what is played beside the room, so that presence counts it; said again after each hello. */
  plays(protocol: Protocol): void {
    if (protocol === this.protocol) return;
    this.protocol = protocol;
    if (this.welcomed) this.path.current?.send({ type: 'watching', protocol });
  }

  /** The display name; the room hears of it at once. */
  rename(name: string): void {
    this.memory.name = name.slice(0, MOST_NAME_LENGTH);
    if (this.welcomed) this.hello();
  }

  /**
   * Says something to all. It stays pending until the server acknowledged it, through reconnects and reloads.
   *
   * @returns false when too much is pending already
   */
  say(text: string): boolean {
    const one = this.outbox.add(text);
    if (one) this.post(one);
    return one !== undefined;
  }

  /** Says again what was refused, in its place at the end. */
  retry(id: string): void {
    const one = this.outbox.drop(id);
    if (one) this.say(one.text);
  }

  /** Forgets what was refused, and answers its text. */
  discard(id: string): string | undefined {
    const one = this.outbox.drop(id);
    this.pendingChanged();
    return one?.text;
  }

  /** A single emoji for all to see, shown here at once; lost when the connection is away. */
  react(emoji: string): boolean {
    const sent = this.welcomed && this.path.current?.sendLossy({ type: 'react', emoji }) === true;
    if (sent) {
      this.own.note(emoji);
      this.tell((one) => one.onReactions?.({ [emoji]: 1 }));
    }
    return sent;
  }

  get mayModerate(): boolean {
    return this.you?.role === 'moderator' || this.you?.role === 'broadcaster';
  }

  /** Takes a message out of the log; authors may do so with their own. Answers why not, if not. */
  remove(seq: number): Promise<Refusal | undefined> {
    return this.ask((id) => ({ type: 'remove', id, seq }));
  }

  /** @param seconds until further notice when left out */
  mute(who: string, seconds?: number): Promise<Refusal | undefined> {
    return this.ask((id) => ({ type: 'mute', id, who, ...(seconds === undefined ? {} : { seconds }) }));
  }

  unmute(who: string): Promise<Refusal | undefined> {
    return this.ask((id) => ({ type: 'unmute', id, who }));
  }

  ban(who: string): Promise<Refusal | undefined> {
    return this.ask((id) => ({ type: 'ban', id, who }));
  }

  unban(who: string): Promise<Refusal | undefined> {
    return this.ask((id) => ({ type: 'unban', id, who }));
  }

  /** @param seconds 0 for no such limit */
  slow(seconds: number): Promise<Refusal | undefined> {
    return this.ask((id) => ({ type: 'slow', id, seconds }));
  }

  /**
   * An application's own channel: what the broadcaster sends there goes to all who opened it, what they send goes to
   * the broadcaster. Open it before the session begins to have it by data channel from the start.
   *
   * @param options as of RTCPeerConnection.createDataChannel; without a data channel they mean nothing
   */
  channel(label: string, options: RTCDataChannelInit = {}): AppChannel {
    const channel = this.channels.open(label, options);
    this.path.start();
    return channel;
  }

  private onLine(line: Line | undefined): void {
    this.clearTimers();
    this.welcomed = false;
    this.requests.fail();
    if (!line) {
      if (this.entered && this.state === 'joined') this.become('reconnecting');
      return;
    }
    this.channels.subscribe(line);
    if (this.entered) this.hello();
  }

  private hello(): void {
    const { name, resume } = this.memory;
    this.toldName = name;
    const after = this.seen;
    this.path.current?.send({
      type: 'hello',
      ...(name === '' ? {} : { name }),
      ...(after === undefined ? {} : { after }),
      ...(resume === '' ? {} : { resume }),
    });
    this.cancelWelcome?.();
    this.cancelWelcome = this.platform.after(WELCOME_PATIENCE_MS, () => this.path.giveUp());
  }

  private onMessage(message: FromServer): void {
    switch (message.type) {
      case 'welcome':
        return this.onWelcome(message);
      case 'said':
        return this.onSaid(message);
      case 'ack':
        return this.onAck(message.id, message.seq);
      case 'refused':
        return this.onRefused(message);
      case 'removed':
        return this.tell((one) => one.onRemoved?.(message.seq));
      case 'muted':
      case 'unmuted':
      case 'banned':
      case 'unbanned':
        return this.tell((one) => one.onModeration?.(message));
      case 'slow':
        this.slowS = message.seconds;
        return this.tell((one) => one.onSlow?.(message.seconds));
      case 'reactions':
        return this.onReactions(message.counts);
      case 'presence':
        this.presence = message;
        return this.tell((one) => one.onPresence?.(message));
      case 'stream':
        return this.tell((one) => one.onStream?.(message.live));
      case 'app':
        return;
    }
  }

  private onWelcome(welcome: Extract<FromServer, { type: 'welcome' }>): void {
    if (!this.entered) return;
    this.cancelWelcome?.();
    if (this.seen !== undefined && welcome.last < this.seen) this.beginAnew();
    const { seen } = this;
    this.path.noteSteady();
    this.you = welcome.you;
    this.slowS = welcome.slowS;
    if (welcome.resume !== '') this.memory.resume = welcome.resume;
    if (seen === undefined) this.seen = Math.max(0, welcome.last - welcome.history);
    else if (welcome.first > seen + 1) this.tell((one) => one.onGap?.(welcome.first - seen - 1));
    const again = this.welcomed;
    this.welcomed = true;
    this.become('joined');
    if (!again && this.protocol !== 'none')
      this.path.current?.send({ type: 'watching', protocol: this.protocol });
    this.tell((one) => one.onWelcome?.(welcome.you, welcome.last));
    this.tell((one) => one.onSlow?.(welcome.slowS));
    if (!again) this.outbox.unanswered.forEach((one) => this.transmit(one));
    this.watchAck();
    // Chosen while the hello was under way.
    if (this.memory.name !== this.toldName) this.hello();
  }

  /**
   * The log is younger than what was seen of it: a server that keeps its history in memory was restarted. It goes on as
   * with somebody new.
   */
  private beginAnew(): void {
    this.seen = undefined;
    this.outbox.forgetAcknowledged();
    this.tell((one) => one.onReset?.());
    this.pendingChanged();
  }

  private onSaid(said: Said): void {
    if (said.seq <= (this.seen ?? 0)) return;
    this.seen = said.seq;
    if (said.from.id === this.you?.id) this.outbox.noteSaid(said.seq, said.text);
    this.tell((one) => one.onSaid?.(said));
    if (said.from.id === this.you?.id) this.pendingChanged();
  }

  private onReactions(counts: Record<string, number>): void {
    const others = this.own.others(counts);
    if (Object.keys(others).length > 0) this.tell((one) => one.onReactions?.(others));
  }

  private onAck(id: string, seq: number): void {
    this.requests.answer(id, undefined);
    this.outbox.acknowledge(id, seq, this.seen ?? 0);
    this.pendingChanged();
    this.watchAck();
  }

  private onRefused({ id, code, detail, retryMs }: Refusal): void {
    const refusal = { id, code, detail, retryMs };
    this.requests.answer(refusal.id, refusal);
    if (this.outbox.refuse(refusal.id, refusal)) this.pendingChanged();
    this.watchAck();
  }

  private onTurnedAway(end: LineEnd): void {
    if (!this.entered) return;
    this.clearTimers();
    this.become(isOff(end) ? 'off' : 'refused', end.reason);
  }

  private post(one: Pending): void {
    this.pendingChanged();
    if (!this.welcomed) return;
    this.transmit(one);
    this.watchAck();
  }

  private transmit({ id, text }: Pending): void {
    this.path.current?.send({ type: 'say', id, text });
  }

  /** Gives the line up when what was said stays unanswered: whatever did not get through is said again on the next. */
  private watchAck(): void {
    this.cancelAck?.();
    const [first] = this.outbox.unanswered;
    this.cancelAck =
      first && this.welcomed ? this.platform.after(ACK_PATIENCE_MS, () => this.path.giveUp()) : undefined;
  }

  private ask(message: (id: string) => ToServer): Promise<Refusal | undefined> {
    return this.requests.ask((id) => this.welcomed && this.path.current?.send(message(id)) === true);
  }

  private pendingChanged(): void {
    this.memory.outbox = this.outbox.serialize();
    this.tell((one) => one.onPending?.(this.outbox.pending));
  }

  private become(state: ChatState, why = ''): void {
    if (state === this.state && why === '') return;
    this.state = state;
    this.tell((one) => one.onState?.(state, why));
  }

  private tell(what: (listener: ChatListener) => void): void {
    this.listeners.forEach(what);
  }

  private clearTimers(): void {
    this.cancelWelcome?.();
    this.cancelAck?.();
    this.cancelWelcome = this.cancelAck = undefined;
  }
}
