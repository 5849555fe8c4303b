import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENTS_REL } from '../src/protocol/events.ts';
import type { Layer } from '../src/protocol/layers.ts';
import { LAYER_REL, WhepClient, type WhepState } from '../src/protocol/whep.ts';
import { type Call, created, FakePlatform, noContent, problem } from './fakes.ts';

const LINK = `</s/1/sse>; rel="${EVENTS_REL}"; events="active,inactive,layers,viewercount,reconnect", </s/1/layer>; rel="${LAYER_REL}"`;

/** A server with events and layers; `more` may answer first. */
function serve(platform: FakePlatform, more: (call: Call) => Response | undefined = () => undefined): void {
  let sessions = 0;
  platform.answer = (call) => {
    const other = more(call);
    if (other) return other;
    const { pathname } = new URL(call.url);
    if (call.method !== 'POST') return noContent();
    if (pathname === '/s/1/sse')
      return new Response(null, { status: 201, headers: { Location: '/s/1/sse/a' } });
    if (pathname === '/s/1/layer') return new Response(null, { status: 200 });
    return created(`s${++sessions}`, { Link: LINK });
  };
}

function viewer(platform: FakePlatform) {
  const states: WhepState[] = [];
  const seen: { layers: Layer[]; viewers: number[]; details: string[] } = {
    layers: [],
    viewers: [],
    details: [],
  };
  const client = new WhepClient({
    endpoint: 'https://live.example/whep/demo',
    platform,
    listener: {
      onState: (state, why) => {
        states.push(state);
        if (why) seen.details.push(why.detail);
      },
      onLayers: (layers) => (seen.layers = layers),
      onViewers: (viewers) => seen.viewers.push(viewers),
    },
  });
  return { client, states, seen };
}

test('comes before the broadcaster, sees them come, leave and come back in one session', async () => {
  const platform = new FakePlatform();
  serve(platform);
  const { client, states, seen } = viewer(platform);
  client.start();
  await platform.pass(0);
  assert.deepEqual(platform.last.transceivers, ['audio', 'video']);
  assert.equal(platform.calls[0]?.headers.has('Authorization'), false, 'no token, no header');
  const wanted = JSON.parse(platform.calls[1]?.body ?? '[]') as unknown;
  assert.deepEqual(wanted, ['active', 'inactive', 'layers', 'viewercount', 'reconnect']);
  platform.last.become('connected');
  const [source] = platform.sources;
  assert.equal(source?.url, 'https://live.example/s/1/sse/a');
  source?.emit('active');
  source?.emit('viewercount', { viewercount: 3 });
  source?.emit('inactive');
  source?.emit('active');
  assert.deepEqual(states, ['connecting', 'waiting', 'live', 'ended', 'live']);
  assert.deepEqual(seen.viewers, [3]);
  assert.equal(platform.count('POST /whep/demo'), 1);
});

test('an active event before the path stands counts', async () => {
  const platform = new FakePlatform();
  serve(platform);
  const { client, states } = viewer(platform);
  client.start();
  await platform.pass(0);
  platform.sources[0]?.emit('active');
  platform.last.become('connected');
  assert.deepEqual(states, ['connecting', 'live']);
});

test('the reconnect event makes a new session where it says, and ends the old one', async () => {
  const platform = new FakePlatform();
  serve(platform);
  const { client, states } = viewer(platform);
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  platform.sources[0]?.emit('active');
  await platform.pass(6_000);
  platform.sources[0]?.emit('reconnect', { url: '/whep/elsewhere' });
  await platform.pass(0);
  assert.equal(platform.count('DELETE /sessions/s1'), 1);
  assert.equal(platform.count('POST /whep/elsewhere'), 1);
  assert.equal(platform.sources[0]?.readyState, 2);
  platform.last.become('connected');
  assert.equal(states.at(-1), 'waiting');
  platform.sources[1]?.emit('active');
  assert.equal(client.state, 'live');
});

test('a codec this browser lacks is said in words and tried again later', async () => {
  const platform = new FakePlatform();
  serve(platform, ({ method }) => (method === 'POST' ? problem(422, 'No codec in common') : undefined));
  const { client, seen } = viewer(platform);
  client.start();
  await platform.pass(0);
  assert.equal(client.state, 'unsupported');
  assert.deepEqual(seen.details, ['No codec in common in detail']);
  await platform.pass(9_000);
  assert.equal(platform.calls.length, 1);
  serve(platform);
  await platform.pass(2_000);
  platform.last.become('connected');
  assert.equal(client.state, 'waiting');
});

test('a token is asked for', async () => {
  const platform = new FakePlatform();
  serve(platform, () => problem(401, 'Token'));
  const { client } = viewer(platform);
  client.start();
  await platform.pass(60_000);
  assert.equal(client.state, 'unauthorized');
  assert.equal(platform.calls.length, 1);
});

test('servers that know no waiting answer 404 or 409: the viewer waits all the same', async () => {
  const platform = new FakePlatform();
  let tries = 0;
  serve(platform, ({ method }) =>
    method === 'POST' && ++tries < 4 ? problem(tries % 2 ? 404 : 409, 'No') : undefined,
  );
  const { client, states } = viewer(platform);
  client.start();
  await platform.pass(100);
  assert.equal(client.state, 'waiting');
  await platform.pass(5_000);
  platform.last.become('connected');
  assert.equal(states.includes('failed'), false);
  client.stop();
});

test('layers are listed high to low and chosen by name', async () => {
  const platform = new FakePlatform();
  serve(platform);
  const { client, seen } = viewer(platform);
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  platform.sources[0]?.emit('layers', {
    '1': [
      { rid: 'l', width: 320, height: 180, bitrate: 150_000 },
      { rid: 'h', width: 1280, height: 720, bitrate: 2_500_000 },
    ],
  });
  assert.deepEqual(
    seen.layers.map((layer) => layer.encodingId),
    ['h', 'l'],
  );
  assert.equal(await client.selectLayer(seen.layers[1]), true);
  assert.deepEqual(JSON.parse(platform.calls.at(-1)?.body ?? ''), {
    mediaId: '1',
    encodingId: 'l',
    rid: 'l',
  });
  assert.equal(client.selected?.encodingId, 'l');
  await client.selectLayer(undefined);
  assert.deepEqual(JSON.parse(platform.calls.at(-1)?.body ?? ''), { mediaId: '1' });
});

test('events break and their session is unknown: the server was restarted, so begin anew', async () => {
  const platform = new FakePlatform();
  let restarted = false;
  serve(platform, ({ url }) => (restarted && url.endsWith('/sse') ? problem(404, 'Gone') : undefined));
  const { client } = viewer(platform);
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  await platform.pass(6_000);
  restarted = true;
  platform.sources[0]?.onerror?.();
  await platform.pass(300);
  assert.equal(platform.count('POST /whep/demo'), 2);
  client.stop();
});

test('without events the media itself tells', async () => {
  const platform = new FakePlatform();
  platform.answer = ({ method }) => (method === 'POST' ? created('s1') : noContent());
  const { client, states } = viewer(platform);
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  for (const flowing of [false, true, true, true]) client.noteFlow(flowing);
  assert.equal(client.state, 'live');
  for (let i = 0; i < 3; i++) client.noteFlow(false);
  assert.equal(client.state, 'ended');
  for (let i = 0; i < 2; i++) client.noteFlow(true);
  assert.deepEqual(states, ['connecting', 'waiting', 'live', 'ended', 'live']);
});

test('ICE restart keeps the session and its events', async () => {
  const platform = new FakePlatform();
  const fragment = 'a=ice-ufrag:fresh\r\na=ice-pwd:fresh-password-password1\r\n';
  serve(platform, ({ method, headers }) =>
    method === 'PATCH' && headers.get('If-Match') === '*'
      ? new Response(fragment, { headers: { ETag: '"2"' } })
      : undefined,
  );
  const { client, states } = viewer(platform);
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  platform.sources[0]?.emit('active');
  await platform.pass(6_000);
  platform.last.become('failed');
  await platform.pass(0);
  platform.last.become('connected');
  assert.deepEqual(states, ['connecting', 'waiting', 'live', 'reconnecting', 'live']);
  assert.equal(platform.sources.length, 1);
  assert.equal(platform.sources[0]?.readyState, 1);
});
