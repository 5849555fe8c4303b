import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures, reason } from '../src/player/figures.ts';
import { choices } from '../src/player/menu.ts';
import { parseLayers } from '../src/protocol/layers.ts';
import { parseQuality, QUALITY_REL } from '../src/protocol/quality.ts';
import type { PlayStats } from '../src/protocol/stats.ts';
import { WhepClient } from '../src/protocol/whep.ts';
import { created, FakePlatform, noContent, problem } from './fakes.ts';

const WHY = 'Your connection carries about 640 kb/s; the next layer h (1280x720) needs 1.5 Mb/s.';

const TOLD = {
  stream: 'demo',
  state: 'connected',
  link: { estimateBps: 640_000, wantedBps: 1_500_000, sentBps: 500_000, rttMs: 41.6, fractionLost: 0.012 },
  sent: [
    { mid: '0', kind: 'audio', reason: 'best', why: 'All of the sound is sent.' },
    {
      mid: '1',
      kind: 'video',
      selected: null,
      current: 'm',
      wanted: 'm',
      reason: 'bandwidth',
      why: WHY,
      retransmitted: 3,
      nacked: 4,
      keyframeRequests: 1,
      switches: 2,
    },
  ],
};

const STATS: PlayStats = {
  width: 640,
  height: 360,
  framesPerSecond: 29.9,
  videoBps: 480_000,
  audioBps: 40_000,
  rttMs: 50,
  jitterBufferMs: 30,
  loss: 0.01,
  packetsLost: 12,
  framesDropped: 0,
  framesDecoded: 900,
  freezes: 0,
  videoCodec: 'H264',
  audioCodec: 'Opus',
  transport: 'udp host → 192.0.2.1:10000',
};

const LAYERS = parseLayers(
  JSON.stringify({
    '1': [
      { rid: 'h', bitrate: 1_500_000, width: 1280, height: 720, dormant: true },
      { rid: 'm', bitrate: 512_000, width: 640, height: 360 },
      { rid: 'l', bitrate: 0, width: 320, height: 180 },
    ],
  }),
);

test('the menu: Auto with what it is now, sizes with bit rates, resting layers too, unsent ones not', () => {
  assert.equal(LAYERS[0]?.dormant, true);
  assert.deepEqual(choices(LAYERS, undefined, 360), [
    { value: '', label: 'Auto (360p)', chosen: true },
    { value: '1/h/', label: '720p · 1.5 Mb/s', chosen: false },
    { value: '1/m/', label: '360p · 512 kb/s', chosen: false },
  ]);
  assert.equal(choices(LAYERS, undefined, 0)[0]?.label, 'Auto', 'nothing is shown yet');
});

test('what was chosen stays in the menu while it is not sent', () => {
  const labels = choices(LAYERS, LAYERS[2], 360).map(({ label, chosen }) => (chosen ? `(${label})` : label));
  assert.deepEqual(labels, ['Auto', '720p · 1.5 Mb/s', '360p · 512 kb/s', '(180p · not sent now)']);
});

test('one layer is no choice; servers without bit rates offer what they list', () => {
  assert.deepEqual(choices(LAYERS.slice(0, 1), undefined, 720), []);
  assert.deepEqual(choices([], undefined, 0), []);
  const plain = parseLayers('{"1":[{"rid":"l","height":180},{"rid":"h","height":720}]}');
  assert.deepEqual(
    choices(plain, undefined, 720).map(({ label }) => label),
    ['Auto (720p)', '720p', '180p'],
  );
});

test('the server’s sentence and numbers come first', () => {
  const quality = parseQuality(TOLD);
  assert.equal(reason(quality).replaceAll('\u00a0', ' '), WHY);
  assert.match(reason(quality), /640\u00a0kb\/s.*1\.5\u00a0Mb\/s/);
  const shown = Object.fromEntries(figures(STATS, quality));
  assert.equal(shown['Connection'], 'about 640 kb/s');
  assert.equal(shown['Layer'], 'm (auto)');
  assert.equal(shown['Layer changes'], '2');
  assert.equal(shown['Round trip'], '42 ms', 'as the server measures it');
  assert.equal(shown['Sent again'], '3 packets');
  assert.equal(shown['Picture'], '640×360, 30 fps');
});

test('a switch under way and a choice by hand show in the layer', () => {
  const video = { ...TOLD.sent[1], wanted: 'h', selected: 'h', switches: 1 };
  const shown = Object.fromEntries(figures(STATS, parseQuality({ ...TOLD, sent: [video] })));
  assert.equal(shown['Layer'], 'm → h (chosen)');
});

test('what the server does not know, or does not say at all, leaves the browser’s own figures', () => {
  const unknown = parseQuality({ link: { estimateBps: -1, rttMs: -1 }, sent: [] });
  const shown = Object.fromEntries(figures(STATS, unknown));
  assert.equal(shown['Connection'], 'not measured yet');
  assert.equal(shown['Round trip'], '50 ms');
  assert.equal(reason(undefined), '');
  assert.equal(Object.fromEntries(figures(STATS, undefined))['Connection'], undefined);
  for (const nonsense of [null, 'x', 7, [], { sent: 'x', link: [] }, { sent: [null, 3] }]) {
    assert.equal(parseQuality(nonsense).video, undefined);
  }
});

test('where the milliseconds go: what is known, and that it is more where something is not', () => {
  const latency = {
    captureMs: 12.3,
    ingestMs: null,
    forwardMs: 0.24,
    paceMs: 0,
    networkMs: 8,
    bufferMs: 31.6,
    totalMs: 52.14,
    unknown: ['ingest'],
  };
  const shown = Object.fromEntries(figures(STATS, parseQuality({ ...TOLD, latency })));
  assert.equal(shown['Behind the camera'], 'over 52 ms');
  assert.equal(shown['Where they go'], 'encoding 12 · server 0.2 · pacing 0.0 · down 8.0 · buffer 32');
  const whole = parseQuality({ ...TOLD, latency: { ...latency, ingestMs: 5, unknown: [] } });
  assert.equal(Object.fromEntries(figures(STATS, whole))['Behind the camera'], 'about 52 ms');
  assert.equal(parseQuality(TOLD).delay, undefined, 'other servers do not say');
});

test('the player tells what it measured where the server listens', async () => {
  const platform = new FakePlatform();
  platform.answer = ({ url }) =>
    url.endsWith('/quality') ? noContent() : created('s1', { Link: `</s/1/quality>; rel="${QUALITY_REL}"` });
  const client = new WhepClient({ endpoint: 'https://live.example/whep/demo', platform, listener: {} });
  await client.report(31.5);
  client.start();
  await platform.pass(0);
  await client.report(31.5);
  assert.equal(platform.count('POST /s/1/quality'), 1);
  assert.equal(platform.calls.at(-1)?.body, '{"bufferMs":31.5}');
});

test('without a picture it is the sound that has a reason', () => {
  assert.equal(reason(parseQuality({ sent: [TOLD.sent[0]] })), 'All of the sound is sent.');
});

test('the client asks its session for it, and not a server that offers none', async () => {
  const platform = new FakePlatform();
  let link: Record<string, string> = { Link: `</s/1/quality>; rel="${QUALITY_REL}"` };
  let broken = false;
  platform.answer = ({ method, url }) => {
    if (method === 'POST') return created('s1', link);
    if (!url.endsWith('/quality')) return noContent();
    return broken ? problem(404, 'Gone') : new Response(JSON.stringify(TOLD));
  };
  const make = () =>
    new WhepClient({ endpoint: 'https://live.example/whep/demo', token: 't', platform, listener: {} });
  const client = make();
  assert.equal(await client.quality(), undefined, 'no session yet');
  client.start();
  await platform.pass(0);
  assert.equal((await client.quality())?.video?.reason, 'bandwidth');
  assert.equal(platform.calls.at(-1)?.headers.get('Authorization'), 'Bearer t');
  broken = true;
  assert.equal(await client.quality(), undefined);
  link = {};
  const other = make();
  other.start();
  await platform.pass(0);
  const before = platform.calls.length;
  assert.equal(await other.quality(), undefined);
  assert.equal(platform.calls.length, before);
});
