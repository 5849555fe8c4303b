import { array, number, object, parse, text } from '../protocol/json.ts';

/** What goes over the chat's wire (docs/chat.md), read so that a newer or older server does no harm. */

export type Role = 'viewer' | 'moderator' | 'broadcaster';

export interface Participant {
  id: string;
  /** May be empty. */
  name: string;
  role: Role;
}

/** A message of the room's log, which counts them from 1. */
export interface Said {
  seq: number;
  atMs: number;
  from: Participant;
  text: string;
}

/** Connected players by protocol; `total` is the server's, with the same definition. */
export interface Viewers {
  webrtc: number;
  hls: number;
  dash: number;
  total: number;
}

export interface Presence {
  viewers: Viewers;
  /** Names only of those who gave one, a few each time. */
  joined: string[];
  left: string[];
  /** How many came or went besides. */
  more: number;
}

export interface Refusal {
  /** Of the request, when it had one. */
  id: string;
  /** `bad-message`, `too-long`, `rate`, `muted`, `banned`, `not-allowed`, or one of a newer server. */
  code: string;
  detail: string;
  /** When it makes sense to try again, 0 when nothing is known. */
  retryMs: number;
}

export type FromServer =
  | {
      type: 'welcome';
      you: Participant;
      /** The log's newest number and the oldest that is kept. */
      last: number;
      first: number;
      resume: string;
      slowS: number;
      /** How many messages somebody new is shown. */
      history: number;
    }
  | ({ type: 'said' } & Said)
  | { type: 'ack'; id: string; seq: number }
  | ({ type: 'refused' } & Refusal)
  | { type: 'removed'; seq: number }
  | { type: 'muted' | 'unmuted' | 'banned' | 'unbanned'; who: string; name: string; seconds: number }
  | { type: 'slow'; seconds: number }
  | { type: 'reactions'; counts: Record<string, number> }
  | ({ type: 'presence' } & Presence)
  | { type: 'stream'; live: boolean }
  | { type: 'app'; label: string; from: Participant; text: string };

/** What a guest of the room plays beside it; what comes by WebRTC the server knows by itself. */
export type Protocol = 'webrtc' | 'dash' | 'hls' | 'none';

export type ToServer =
  | { type: 'hello'; name?: string; after?: number; resume?: string }
  | { type: 'watching'; protocol: Protocol }
  | { type: 'say'; id: string; text: string }
  | { type: 'react'; emoji: string }
  | { type: 'remove'; id: string; seq: number }
  | { type: 'mute'; id: string; who: string; seconds?: number }
  | { type: 'unmute' | 'ban' | 'unban'; id: string; who: string }
  | { type: 'slow'; id: string; seconds: number }
  | { type: 'subscribe' | 'unsubscribe'; label: string }
  | { type: 'app'; label: string; text: string };

/** Longer ones the server itself does not let through. */
const MOST_NAME = 64;
const MOST_TEXT = 8_000;
/** A reactions message names each emoji once; this many more than there are. */
const MOST_EMOJI = 64;

/** One message of the server's; undefined when it is none that is known here. */
export function fromServer(data: string): FromServer | undefined {
  const message = object(parse(data));
  const type = text(message['type']);
  switch (type) {
    case 'welcome':
      return {
        type,
        you: participant(message['you']),
        last: count(message['last']),
        first: count(message['first']),
        resume: text(message['resume']),
        slowS: count(message['slow']),
        history: number(message['history'], 50),
      };
    case 'said':
      return said(message);
    case 'ack':
      return { type, id: text(message['id']), seq: count(message['seq']) };
    case 'refused':
      return { type, ...refusal(message) };
    case 'removed':
      return { type, seq: count(message['seq']) };
    case 'muted':
    case 'unmuted':
    case 'banned':
    case 'unbanned':
      return {
        type,
        who: text(message['who']),
        name: name(message['name']),
        seconds: count(message['seconds']),
      };
    case 'slow':
      return { type, seconds: count(message['seconds']) };
    case 'reactions':
      return { type, counts: counts(message['counts']) };
    case 'presence':
      return { type, ...presence(message) };
    case 'stream':
      return { type, live: message['state'] === 'live' };
    case 'app':
      return {
        type,
        label: text(message['label']),
        from: participant(message['from']),
        text: text(message['text']),
      };
    default:
      return undefined;
  }
}

export function participant(value: unknown): Participant {
  const { id, name: given, role } = object(value);
  return {
    id: text(id),
    name: name(given),
    role: role === 'broadcaster' || role === 'moderator' ? role : 'viewer',
  };
}

function said(message: Record<string, unknown>): FromServer | undefined {
  const seq = count(message['seq']);
  if (seq === 0) return undefined;
  return {
    type: 'said',
    seq,
    atMs: number(message['at']),
    from: participant(message['from']),
    text: text(message['text']).slice(0, MOST_TEXT),
  };
}

function refusal(message: Record<string, unknown>): Refusal {
  return {
    id: text(message['id']),
    code: text(message['code']),
    detail: text(message['detail']).slice(0, MOST_TEXT),
    retryMs: count(message['retry']),
  };
}

function presence(message: Record<string, unknown>): Presence {
  const viewers = object(message['viewers']);
  const one = (protocol: string) => count(viewers[protocol]);
  return {
    viewers: { webrtc: one('webrtc'), hls: one('hls'), dash: one('dash'), total: one('total') },
    joined: names(message['joined']),
    left: names(message['left']),
    more: count(message['more']),
  };
}

function counts(value: unknown): Record<string, number> {
  const entries = Object.entries(object(value)).slice(0, MOST_EMOJI);
  return Object.fromEntries(entries.map(([emoji, n]) => [emoji, count(n)] as const).filter(([, n]) => n > 0));
}

function names(value: unknown): string[] {
  return array(value)
    .map(name)
    .filter((one) => one !== '');
}

function name(value: unknown): string {
  return text(value).slice(0, MOST_NAME);
}

function count(value: unknown): number {
  return Math.max(0, Math.floor(number(value)));
}
