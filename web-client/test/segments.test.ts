import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLive, isSeekable, behindSpoken, behindText, timelineOf } from '../src/player/timeline.ts';
import { quietly, whyNotDirect } from '../src/player/words.ts';
import { renditionChoices } from '../src/player/menu.ts';
import { Problem } from '../src/protocol/problem.ts';
import { type Engine, type EngineListener, SegmentWay } from '../src/ways/segments.ts';
import type { PlayState } from '../src/ways/way.ts';
import { FakePlatform, problem } from './fakes.ts';

const LIVE = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic"></MPD>';

class FakeEngine implements Engine {
  loads: [string, number][] = [];
  closed = false;
  chosen: string | undefined;
  /** Where it stands still. */
  stuckS: number | undefined;

  constructor(
    readonly listener: EngineListener,
    private readonly nowMs: () => number,
    private readonly fault: Problem | undefined,
  ) {}

  load(address: string, behindS: number): Promise<void> {
    this.loads.push([address, behindS]);
    return this.fault ? Promise.reject(this.fault) : Promise.resolve();
  }

  close(): void {
    this.closed = true;
  }

  seekRange(): undefined {
    return undefined;
  }

  positionS(): number {
    return this.stuckS ?? this.nowMs() / 1000;
  }

  followLive(): void {}

  renditions(): [] {
    return [];
  }

  choose(): void {}

  stats() {
    return {
      width: 0,
      height: 0,
      bitrateBps: 0,
      estimateBps: 0,
      codecs: '',
      latencyMs: undefined,
      framesDecoded: 0,
      framesDropped: 0,
      stalls: 0,
    };
  }
}

const notThere = (anchor: string) =>
  new Response(JSON.stringify({ type: `/api/v1/errors#${anchor}`, title: 'Nobody is live', detail: '' }), {
    status: 404,
    headers: { 'Content-Type': 'application/problem+json' },
  });
const notLive = () => notThere('not-live');
const status = (live: boolean) => (live ? Response.json({ live: true }) : notThere('no-such-stream'));

function way(behindS = 0) {
  const platform = new FakePlatform();
  const engines: FakeEngine[] = [];
  const states: PlayState[] = [];
  const told = { shown: 0, fault: undefined as Problem | undefined, live: true };
  let manifest: () => Response = () => new Response(LIVE);
  platform.answer = ({ url }) => (url.endsWith('/status') ? status(told.live) : manifest());
  const serves = (answer: () => Response) => (manifest = answer);
  const asked = () => platform.calls.filter(({ url }) => url.endsWith('.mpd')).length;
  const it = new SegmentWay({
    platform,
    address: 'https://live.example/live/show/manifest.mpd',
    status: 'https://live.example/status',
    headers: { Authorization: 'Bearer t' },
    behindS,
    engine: (listener) => {
      const engine = new FakeEngine(listener, () => platform.nowMs, told.fault);
      engines.push(engine);
      return engine;
    },
    listener: {
      onState: (state) => states.push(state),
      onShown: () => told.shown++,
      onSilent: () => undefined,
    },
  });
  return { it, platform, engines, states, told, serves, asked };
}

test('a manifest that is there is played, with the token', async () => {
  const { it, platform, engines, states, told } = way();
  it.start();
  await platform.pass(0);
  assert.equal(platform.calls[0]?.headers.get('Authorization'), 'Bearer t');
  assert.deepEqual(engines[0]?.loads, [['https://live.example/live/show/manifest.mpd', 0]]);
  engines[0]?.listener.onShown();
  assert.deepEqual(states, ['connecting', 'live']);
  assert.equal(told.shown, 1);
  it.stop();
  assert.equal(engines[0]?.closed, true);
});

test('it waits for the broadcaster, who comes, leaves and comes back', async () => {
  const { it, platform, engines, states, told, serves, asked } = way();
  serves(notLive);
  it.start();
  await platform.pass(20_000);
  assert.deepEqual(states, ['connecting', 'waiting']);
  assert.ok(asked() > 10 && asked() < 25, `${asked()} requests in 20 s`);
  serves(() => new Response(LIVE));
  await platform.pass(2_000);
  engines[0]?.listener.onShown();
  await platform.pass(10_000);
  told.live = false;
  engines[0]!.stuckS = 30;
  await platform.pass(2_000);
  assert.equal(states.at(-1), 'ended', 'a stall is looked into; the manifest is still there');
  assert.equal(engines[0]?.closed, false, 'the last picture stays');
  told.live = true;
  await platform.pass(2_000);
  assert.equal(engines.length, 2);
  assert.equal(engines[0]?.closed, true);
  engines[1]?.listener.onShown();
  assert.deepEqual(states, ['connecting', 'waiting', 'live', 'reconnecting', 'ended', 'live']);
});

test('a manifest of a broadcast that is over is nobody live', async () => {
  const { it, platform, engines, states } = way();
  platform.answer = () => new Response(LIVE.replace('dynamic', 'static'));
  it.start();
  await platform.pass(5_000);
  assert.deepEqual(states, ['connecting', 'waiting']);
  assert.equal(engines.length, 0);
});

test('a stall that passes is not talked about, a longer one is until it is over', async () => {
  const { it, platform, engines, states } = way();
  it.start();
  await platform.pass(0);
  const engine = engines[0]!;
  engine.listener.onShown();
  await platform.pass(5_000);
  engine.stuckS = 5;
  await platform.pass(800);
  engine.stuckS = undefined;
  await platform.pass(5_000);
  assert.deepEqual(states, ['connecting', 'live']);
  engine.stuckS = 11;
  await platform.pass(4_000);
  assert.equal(states.at(-1), 'reconnecting');
  engine.stuckS = undefined;
  await platform.pass(500);
  assert.equal(states.at(-1), 'live');
  assert.equal(engines.length, 1);
});

test('what the server means for later is tried again, what it refuses is not', async () => {
  const { it, platform, states } = way();
  platform.answer = () => problem(503, 'Held too long', { 'Retry-After': '2' });
  it.start();
  await platform.pass(60_000);
  assert.equal(new Set(states).size, 1);
  assert.ok(platform.calls.length > 5);
  it.stop();

  const other = way();
  other.platform.answer = () => problem(401, 'A token is needed');
  other.it.start();
  await other.platform.pass(60_000);
  assert.deepEqual(other.states, ['connecting', 'unauthorized']);

  const gone = way();
  gone.platform.answer = () => problem(404, 'Nothing is here');
  gone.it.start();
  await gone.platform.pass(60_000);
  assert.deepEqual(gone.states.at(-1), 'failed');
  assert.equal(gone.asked(), 2);
});

test('a browser that cannot play what is there says so at once; a fault is tried once more', async () => {
  const lacking = way();
  lacking.told.fault = new Problem(415, 'Unplayable', '');
  lacking.it.start();
  await lacking.platform.pass(0);
  assert.deepEqual(lacking.states, ['connecting', 'unsupported']);

  const { it, platform, engines, states } = way(20);
  it.start();
  await platform.pass(0);
  engines[0]?.listener.onError(new Problem(0, 'Broken', ''));
  await platform.pass(1_000);
  assert.deepEqual(
    engines.map((one) => one.loads[0]?.[1]),
    [20, 20],
    'still where the viewer wanted to be',
  );
  engines[1]?.listener.onError(new Problem(0, 'Broken', ''));
  assert.equal(states.at(-1), 'failed');
});

test('time in words', () => {
  const timeline = timelineOf({ startS: 100, endS: 190 }, 107)!;
  assert.deepEqual(timeline, { windowS: 90, behindS: 83 });
  assert.equal(behindText(timeline), '\u22121:23');
  assert.equal(behindSpoken(timeline), '1 minute 23 seconds behind live');
  assert.equal(isLive(timeline), false);
  assert.equal(isSeekable(timeline), true);
  assert.equal(isSeekable({ windowS: 8, behindS: 0 }), false);
  assert.equal(behindSpoken({ windowS: 90, behindS: 1 }), 'Live');
  assert.deepEqual(timelineOf({ startS: 0, endS: 30 }, 40), { windowS: 30, behindS: 0 });
});

test('what is different from usual is said quietly', () => {
  assert.equal(quietly({ rung: 'webrtc', reason: undefined, probing: false }), '');
  assert.match(quietly({ rung: 'dash', reason: 'path', probing: false }), /few seconds. delay/);
  assert.match(quietly({ rung: 'hls', reason: 'full', probing: true }), /direct connection/);
  assert.equal(quietly({ rung: 'dash', reason: 'rewound', probing: false }), '');
  assert.match(whyNotDirect({ rung: 'dash', reason: 'codec', probing: false }), /codec/);
  assert.equal(whyNotDirect({ rung: 'dash', reason: undefined, probing: false }), '');
});

test('the quality menu of a manifest', () => {
  const renditions = [
    { id: '720', height: 720, bitrateBps: 2_500_000, active: false },
    { id: '360', height: 360, bitrateBps: 500_000, active: true },
  ];
  assert.deepEqual(
    renditionChoices(renditions, undefined).map((one) => [one.label, one.chosen]),
    [
      ['Auto (360p)', true],
      ['720p · 2.5 Mb/s', false],
      ['360p · 500 kb/s', false],
    ],
  );
  assert.equal(renditionChoices(renditions, '720')[1]?.chosen, true);
  assert.deepEqual(renditionChoices(renditions.slice(1), undefined), []);
});
