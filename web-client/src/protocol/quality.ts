import { array, number, object, text } from './json.ts';

export const QUALITY_REL = 'urn:millrace:whep:ext:quality';

/** What the server says it sends this viewer, and why. Numbers that it does not know are undefined. */
export interface Quality {
  estimateBps: number | undefined;
  rttMs: number | undefined;
  /** Of what was sent lately, 0 to 1. */
  loss: number | undefined;
  video: SentTrack | undefined;
  audio: SentTrack | undefined;
  delay: Delay | undefined;
}

/** What is between capture and this viewer's decoder, in milliseconds. */
export interface Delay {
  /** Name and value of what is known, in the order of the way. */
  parts: [name: string, ms: number][];
  totalMs: number;
  /** Whether some of it is not known, so that it is more in truth. */
  partial: boolean;
}

const WAY: [member: string, name: string][] = [
  ['captureMs', 'encoding'],
  ['ingestMs', 'up'],
  ['forwardMs', 'server'],
  ['paceMs', 'pacing'],
  ['networkMs', 'down'],
  ['bufferMs', 'buffer'],
];

export function parseDelay(value: unknown): Delay | undefined {
  const told = object(value);
  if (typeof told['totalMs'] !== 'number') return undefined;
  const parts = WAY.filter(([member]) => typeof told[member] === 'number').map(
    ([member, name]): [string, number] => [name, number(told[member])],
  );
  return { parts, totalMs: number(told['totalMs']), partial: array(told['unknown']).length > 0 };
}

/** One track as the server sends it. */
export interface SentTrack {
  /** The rid that flows, the one that is to flow, and the one chosen by hand. */
  current: string | undefined;
  wanted: string | undefined;
  selected: string | undefined;
  /** A stable code such as `bandwidth`. */
  reason: string;
  /** The reason as a sentence. */
  why: string;
  retransmitted: number;
  nacked: number;
  keyframeRequests: number;
  switches: number;
}

export function parseQuality(value: unknown): Quality {
  const link = object(object(value)['link']);
  const tracks = array(object(value)['sent']).map(object);
  const track = (kind: string) => {
    const found = tracks.find((one) => one['kind'] === kind);
    return found && sentTrack(found);
  };
  const estimateBps = known(link['estimateBps']);
  return {
    estimateBps,
    rttMs: known(link['rttMs']),
    loss: known(link['fractionLost']),
    video: track('video'),
    audio: track('audio'),
    delay: parseDelay(object(value)['latency']),
  };
}

function sentTrack(track: Record<string, unknown>): SentTrack {
  return {
    current: text(track['current']) || undefined,
    wanted: text(track['wanted']) || undefined,
    selected: text(track['selected']) || undefined,
    reason: text(track['reason']),
    why: text(track['why']),
    retransmitted: number(track['retransmitted']),
    nacked: number(track['nacked']),
    keyframeRequests: number(track['keyframeRequests']),
    switches: number(track['switches']),
  };
}

/** The server says -1 for what it does not know. */
function known(value: unknown): number | undefined {
  const given = number(value, -1);
  return given < 0 ? undefined : given;
}
