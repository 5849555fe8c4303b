import { parseDelay, type Delay } from '../protocol/quality.ts';

/** The part of `/api/v1/streams` that the pages read. Unknown members are ignored, missing ones have a default. */
export interface StreamSummary {
  name: string;
  live: boolean;
  liveSinceMs: number;
  viewers: number;
  /** Whether anybody publishes, connected or connecting; who it is only operators are told. */
  hasPublisher: boolean;
  publisherId: string | undefined;
  /** How it comes in, such as `udp` or `rtmp`; empty when unknown. */
  transport: string;
  /** What the broadcaster should set otherwise. */
  warnings: Warning[];
  /** Such as `H264 · Opus`. */
  codecs: string;
  /** Height of the highest layer, 0 when unknown. */
  height: number;
}

/** A stable code, and a sentence that says what to set otherwise. */
export interface Warning {
  code: string;
  detail: string;
}

export async function streams(): Promise<StreamSummary[]> {
  const body = await get('/api/v1/streams');
  const list = Array.isArray(body) ? body : member(body, 'streams');
  return (Array.isArray(list) ? (list as unknown[]) : []).map(summary).filter((stream) => stream.name !== '');
}

export async function stream(name: string): Promise<StreamSummary> {
  return summary(await get(`/api/v1/streams/${encodeURIComponent(name)}`));
}

/** The same where there may be nobody: out of the list, for a 404 stands in every browser's console. */
export async function streamIfAny(name: string): Promise<StreamSummary | undefined> {
  return (await streams()).find((one) => one.name === name);
}

/** What is between the camera and the viewer in the middle, in milliseconds; undefined while nobody watches. */
export async function delay(name: string): Promise<Delay | undefined> {
  const told = await get(`/api/v1/streams/${encodeURIComponent(name)}/latency`);
  const viewers = array(member(told, 'viewers'))
    .map(parseDelay)
    .filter((one) => one !== undefined)
    .sort((a, b) => a.totalMs - b.totalMs);
  return viewers[Math.floor(viewers.length / 2)];
}

export function summary(value: unknown): StreamSummary {
  const tracks = array(member(value, 'tracks'));
  const layers = tracks.flatMap((track) => array(member(track, 'layers')));
  const name = member(value, 'name') ?? member(value, 'stream');
  const publisher = member(value, 'publisher');
  const id = member(publisher, 'id');
  return {
    name: text(name),
    live: member(value, 'live') === true || member(value, 'state') === 'live',
    liveSinceMs: number(member(value, 'liveSinceMs')),
    viewers: count(member(value, 'viewers')),
    hasPublisher: typeof publisher === 'object' && publisher !== null,
    publisherId: text(id) || undefined,
    transport: text(member(publisher, 'transport')),
    warnings: array(member(value, 'warnings'))
      .map((one) => ({ code: text(member(one, 'code')), detail: text(member(one, 'detail')) }))
      .filter((warning) => warning.detail !== ''),
    codecs: tracks
      .map((track) => member(track, 'codec'))
      .filter((codec) => typeof codec === 'string')
      .map((codec) => (codec.toLowerCase() === 'opus' ? 'Opus' : codec))
      .join(' · '),
    height: Math.max(0, ...layers.map((layer) => number(member(layer, 'height')))),
  };
}

async function get(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

/** Viewers come as sessions, as a number, or as counts by protocol with a total. */
function count(viewers: unknown): number {
  if (Array.isArray(viewers)) return viewers.length;
  return number(viewers) || number(member(viewers, 'total'));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function array(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
