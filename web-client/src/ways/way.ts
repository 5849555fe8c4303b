import type { Problem } from '../protocol/problem.ts';

/**
 * The ways to play, best first: WebRTC; LL-DASH; LL-HLS; and HLS as any player does it, further behind but undemanding.
 */
export const RUNGS = ['webrtc', 'dash', 'hls', 'plain'] as const;
export type Rung = (typeof RUNGS)[number];

/** What an embedding page may ask for: one way and no other, or whatever works. */
export type Via = 'auto' | 'webrtc' | 'dash' | 'hls';

/**
 * - `connecting`: nothing yet.
 * - `waiting`: the way stands, the broadcaster was not there yet.
 * - `live`: the broadcaster's media flows.
 * - `ended`: the broadcaster left; when they come back it is `live` again.
 * - `reconnecting`: the way to the server broke.
 * - `unsupported`: this browser cannot play what is published; tried again now and then.
 * - `unauthorized`: a token is needed. `failed`: see the problem.
 */
export type PlayState =
  | 'idle'
  | 'connecting'
  | 'waiting'
  | 'live'
  | 'ended'
  | 'reconnecting'
  | 'unsupported'
  | 'unauthorized'
  | 'failed';

/** One way to play one stream: keeps at it by itself until it is stopped. */
export interface Way {
  start(): void;
  stop(): void;
  /** Now is a good time (the network came back, the page is seen again). */
  retryNow(): void;
}

/** What a way tells of itself. */
export interface WayListener {
  onState(state: PlayState, problem: Problem | undefined): void;
  /** The first picture (or sound, where there is no picture) is there, or the first after a silence. */
  onShown(): void;
  /** It says `live`, but nothing arrives any more. */
  onSilent(): void;
}

/** The protocol as people and the API call it. */
export function protocolOf(rung: Rung): 'webrtc' | 'dash' | 'hls' {
  return rung === 'plain' ? 'hls' : rung;
}

/** Which ways a page that asked for `via` is given, in their order. */
export function rungsFor(via: Via, can: { webrtc: boolean; segments: boolean; native: boolean }): Rung[] {
  const wanted = RUNGS.filter((rung) => via === 'auto' || protocolOf(rung) === via);
  return wanted.filter((rung) => {
    if (rung === 'webrtc') return can.webrtc;
    return can.segments || (rung === 'plain' && can.native);
  });
}
