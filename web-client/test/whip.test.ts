import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TAKEN_OVER, WhipClient, type WhipOptions, type WhipState } from '../src/protocol/whip.ts';
import { created, FakePlatform, noContent, problem } from './fakes.ts';

const ENDPOINT = 'https://live.example/whip/demo';

function publisher(platform: FakePlatform, more: Partial<WhipOptions> = {}) {
  const states: WhipState[] = [];
  const problems: string[] = [];
  const client = new WhipClient({
    endpoint: ENDPOINT,
    token: 'key',
    platform,
    setUp: () => undefined,
    onState: (state, problem) => {
      states.push(state);
      if (problem) problems.push(problem.title);
    },
    ...more,
  });
  return { client, states, problems };
}

/** Answers like a server with one session after the other: s1, s2 … */
function server(platform: FakePlatform): void {
  let sessions = 0;
  platform.answer = ({ method }) => (method === 'POST' ? created(`s${++sessions}`) : noContent());
}

test('offers, is answered, goes live, ends by DELETE that outlives the page', async () => {
  const platform = new FakePlatform();
  server(platform);
  const { client, states } = publisher(platform);
  client.start();
  await platform.pass(0);
  const [post] = platform.calls;
  assert.equal(post?.headers.get('Content-Type'), 'application/sdp');
  assert.equal(post?.headers.get('Authorization'), 'Bearer key');
  assert.match(post?.body ?? '', /^v=0/);
  assert.match(platform.last.remote[0] ?? '', /server-s1/);
  assert.equal(client.sessionUrl, 'https://live.example/sessions/s1');
  platform.last.become('connected');
  assert.equal(client.state, 'live');
  client.stop();
  const end = platform.calls.at(-1);
  assert.equal(
    `${end?.method} ${end?.url} ${end?.keepalive}`,
    'DELETE https://live.example/sessions/s1 true',
  );
  assert.equal(platform.last.closed, false, 'the server hears the DELETE before DTLS closes');
  await platform.pass(0);
  assert.equal(platform.last.closed, true);
  assert.deepEqual(states, ['connecting', 'live', 'idle']);
});

test('candidates wait for the session and travel together, with the entity tag', async () => {
  const platform = new FakePlatform();
  let answered: (response: Response) => void = () => undefined;
  platform.answer = ({ method }) =>
    method === 'POST' ? new Promise<Response>((resolve) => (answered = resolve)) : noContent();
  const { client } = publisher(platform);
  client.start();
  await platform.pass(0);
  platform.last.candidate('candidate:1 1 udp 1 10.0.0.1 1 typ host');
  platform.last.candidate('candidate:2 1 udp 1 10.0.0.1 2 typ host');
  await platform.pass(500);
  assert.equal(platform.calls.length, 1, 'nothing before there is a session');
  answered(created('s1'));
  await platform.pass(0);
  platform.last.candidate(null);
  await platform.pass(100);
  assert.deepEqual(platform.log, ['POST /whip/demo', 'PATCH /sessions/s1']);
  const patch = platform.calls[1];
  assert.equal(patch?.headers.get('If-Match'), '"tag-s1"');
  assert.equal(patch?.headers.get('Content-Type'), 'application/trickle-ice-sdpfrag');
  assert.deepEqual(patch?.body.split('\r\n'), [
    'a=ice-options:trickle',
    'a=group:BUNDLE 0 1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=mid:0',
    'a=ice-ufrag:u0x0',
    'a=ice-pwd:u0x0-password-password',
    'a=candidate:1 1 udp 1 10.0.0.1 1 typ host',
    'a=candidate:2 1 udp 1 10.0.0.1 2 typ host',
    'a=end-of-candidates',
    '',
  ]);
});

test('a server without trickle is not asked twice', async () => {
  const platform = new FakePlatform();
  platform.answer = ({ method }) => (method === 'POST' ? created('s1') : problem(405, 'No'));
  const { client } = publisher(platform);
  client.start();
  await platform.pass(0);
  platform.last.candidate('candidate:1');
  await platform.pass(100);
  platform.last.candidate('candidate:2');
  await platform.pass(100);
  assert.equal(platform.count('PATCH /sessions/s1'), 1);
  assert.equal(client.state, 'connecting');
});

test('ICE servers of the answer are used', async () => {
  const platform = new FakePlatform();
  platform.answer = () =>
    created('s1', { Link: '<turn:t.example>; rel="ice-server"; username="u"; credential="c"' });
  publisher(platform).client.start();
  await platform.pass(0);
  assert.deepEqual(platform.last.configuration.iceServers, [
    { urls: 'turn:t.example', username: 'u', credential: 'c' },
  ]);
});

test('a broken path is mended by an ICE restart in the same session', async () => {
  const platform = new FakePlatform();
  const fragment =
    'a=ice-ufrag:fresh\r\na=ice-pwd:fresh-password-password1\r\na=candidate:9 1 udp 1 192.0.2.9 9 typ host\r\n';
  platform.answer = ({ method, headers }) => {
    if (method === 'POST') return created('s1');
    if (headers.get('If-Match') === '*') return new Response(fragment, { headers: { ETag: '"tag-2"' } });
    return noContent();
  };
  const { client, states } = publisher(platform);
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  await platform.pass(10_000);
  platform.last.become('disconnected');
  await platform.pass(500);
  assert.equal(client.state, 'live', 'hiccups are not worth a word');
  await platform.pass(500);
  assert.equal(client.state, 'reconnecting');
  const remote = platform.last.remote.at(-1) ?? '';
  assert.match(remote, /a=ice-ufrag:fresh/);
  assert.match(remote, /192\.0\.2\.9/);
  assert.doesNotMatch(remote, /192\.0\.2\.1 /, 'candidates of before are gone');
  platform.last.candidate('candidate:late');
  await platform.pass(100);
  assert.equal(platform.calls.at(-1)?.headers.get('If-Match'), '"tag-2"');
  platform.last.become('connected');
  assert.deepEqual(states, ['connecting', 'live', 'reconnecting', 'live']);
  assert.equal(platform.peers.length, 1);
});

test('when the server forgot the session, a new one is made at once', async () => {
  const platform = new FakePlatform();
  let sessions = 0;
  platform.answer = ({ method }) => (method === 'POST' ? created(`s${++sessions}`) : problem(404, 'Gone'));
  const { client } = publisher(platform);
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  await platform.pass(6_000);
  platform.last.become('failed');
  await platform.pass(0);
  assert.equal(client.sessionUrl, 'https://live.example/sessions/s2');
  platform.last.become('connected');
  assert.equal(client.state, 'live');
  assert.equal(platform.peers[0]?.closed, true);
});

test('a server that forgets every session at once is not hammered', async () => {
  const platform = new FakePlatform();
  let sessions = 0;
  platform.answer = ({ method }) => (method === 'POST' ? created(`s${++sessions}`) : problem(404, 'Gone'));
  const { client } = publisher(platform);
  client.start();
  for (let i = 0; i < 300; i++) {
    await platform.pass(100);
    if (!platform.last.closed) platform.last.candidate('candidate:1');
  }
  assert.ok(sessions < 14, `${sessions} sessions in 30 s`);
  assert.ok(sessions > 4);
  client.stop();
});

test('another broadcaster has the stream: no fight over it', async () => {
  const platform = new FakePlatform();
  platform.answer = ({ method }) => (method === 'POST' ? created('s1') : problem(404, 'Gone'));
  const takenOver = (_: string, gone: boolean) => Promise.resolve(gone);
  const { client, problems } = publisher(platform, { takenOver });
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  await platform.pass(6_000);
  platform.last.become('failed');
  await platform.pass(60_000);
  assert.equal(client.state, 'failed');
  assert.deepEqual(problems, [TAKEN_OVER.title]);
  assert.equal(platform.count('POST /whip/demo'), 1);
});

test('a broadcast taken over is told at once by the end of DTLS', async () => {
  const platform = new FakePlatform();
  server(platform);
  const { client, problems } = publisher(platform, { takenOver: (_, gone) => Promise.resolve(gone) });
  client.start();
  await platform.pass(0);
  platform.last.become('connected');
  await platform.pass(6_000);
  platform.last.closeTransport();
  await platform.pass(0);
  assert.equal(client.state, 'failed');
  assert.deepEqual(problems, [TAKEN_OVER.title]);
  assert.equal(
    platform.log.some((line) => line.startsWith('DELETE')),
    false,
    'there is nothing left to delete',
  );
  assert.equal(platform.last.closed, true);
});

test('an answer to DELETE that never comes holds nothing up', async () => {
  const platform = new FakePlatform();
  platform.answer = ({ method }) =>
    method === 'POST' ? created('s1') : new Promise<Response>(() => undefined);
  const { client } = publisher(platform);
  client.start();
  await platform.pass(0);
  client.stop();
  await platform.pass(600);
  assert.equal(platform.last.closed, true);
});

test('no network: tries again, later and later, and recovers', async () => {
  const platform = new FakePlatform();
  platform.answer = () => new TypeError('Failed to fetch');
  const { client, states, problems } = publisher(platform);
  client.start();
  await platform.pass(10_000);
  assert.deepEqual(
    platform.count('POST /whip/demo'),
    6,
    'at 0, 0.25, 0.75, 1.75, 3.75 and 7.75 s when jitter is at its most',
  );
  assert.equal(new Set(problems).size, 1);
  server(platform);
  await platform.pass(10_000);
  platform.last.become('connected');
  assert.equal(states.at(-1), 'live');
});

test('Retry-After of a busy server is honoured', async () => {
  const platform = new FakePlatform();
  platform.answer = () => problem(503, 'Draining', { 'Retry-After': '5' });
  const { client, problems } = publisher(platform);
  client.start();
  await platform.pass(4_900);
  assert.equal(platform.calls.length, 1);
  await platform.pass(1_500);
  assert.equal(platform.calls.length, 2);
  assert.equal(problems[0], 'Draining');
  client.stop();
});

test('a wrong key is final and says so; nothing is tried behind the back', async () => {
  const platform = new FakePlatform();
  platform.answer = () => problem(401, 'A key is needed');
  const { client, problems } = publisher(platform);
  client.start();
  await platform.pass(60_000);
  assert.equal(client.state, 'failed');
  assert.deepEqual(problems, ['A key is needed']);
  assert.equal(platform.calls.length, 1);
});

test('stopped while the answer is under way, the session that comes is ended', async () => {
  const platform = new FakePlatform();
  let answered: (response: Response) => void = () => undefined;
  platform.answer = ({ method }) =>
    method === 'POST' ? new Promise<Response>((resolve) => (answered = resolve)) : noContent();
  const { client } = publisher(platform);
  client.start();
  await platform.pass(0);
  client.stop();
  answered(created('s1'));
  await platform.pass(60_000);
  assert.deepEqual(platform.log, ['POST /whip/demo', 'DELETE /sessions/s1']);
  assert.equal(client.state, 'idle');
});

test('a success that is no session is a problem, not a hang', async () => {
  const platform = new FakePlatform();
  platform.answer = () => new Response('<html>', { status: 200 });
  const { client, problems } = publisher(platform);
  client.start();
  await platform.pass(0);
  assert.equal(client.state, 'failed');
  assert.deepEqual(problems, ['The server did not make a session']);
});

test('stereo is asked for on both sides', async () => {
  const platform = new FakePlatform();
  server(platform);
  publisher(platform, { stereo: true }).client.start();
  await platform.pass(0);
  assert.match(
    platform.calls[0]?.body ?? '',
    /a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1/,
  );
  assert.match(platform.last.remote[0] ?? '', /;stereo=1;sprop-stereo=1/);
});
