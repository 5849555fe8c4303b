import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../src/protocol/problem.ts';
import { Ladder, type Note } from '../src/ways/ladder.ts';
import { type PlayState, type Rung, rungsFor, RUNGS, type Way, type WayListener } from '../src/ways/way.ts';
import { FakePlatform } from './fakes.ts';

const NO_PATH = new Problem(0, 'No way through', 'UDP and TCP are blocked.');
const FULL = new Problem(503, 'The server is full', '', '/api/v1/errors#full', 10_000);

class FakeWay implements Way {
  started = false;
  stopped = false;
  retries = 0;

  constructor(
    readonly rung: Rung,
    readonly listener: WayListener,
    readonly behindS: number,
  ) {}

  start(): void {
    this.started = true;
  }

  stop(): void {
    this.stopped = true;
  }

  retryNow(): void {
    this.retries++;
  }

  is(state: PlayState, problem?: Problem): this {
    this.listener.onState(state, problem);
    return this;
  }

  shows(): this {
    this.listener.onShown();
    return this;
  }

  plays(): this {
    return this.is('live').shows();
  }
}

function ladder(rungs: Rung[] = [...RUNGS]) {
  const platform = new FakePlatform();
  const ways: FakeWay[] = [];
  const states: PlayState[] = [];
  const fronts: Rung[] = [];
  const notes: Note[] = [];
  let mayClimb = true;
  const it = new Ladder<FakeWay>({
    rungs,
    platform,
    open: (rung, listener, behindS) => {
      const way = new FakeWay(rung, listener, behindS);
      ways.push(way);
      return way;
    },
    listener: {
      onState: (state) => {
        if (states.at(-1) !== state) states.push(state);
      },
      onFront: (_, rung) => fronts.push(rung),
      onNote: (note) => notes.push(note),
    },
    mayClimb: () => mayClimb,
  });
  it.start();
  const open = () => ways.filter((way) => !way.stopped).map((way) => way.rung);
  const last = (rung: Rung) => ways.findLast((way) => way.rung === rung)!;
  const count = (rung: Rung) => ways.filter((way) => way.rung === rung).length;
  const hold = (climb: boolean) => (mayClimb = climb);
  return { it, platform, ways, states, fronts, notes, open, last, count, hold };
}

test('WebRTC that works is all there is', async () => {
  const { platform, states, fronts, open, last } = ladder();
  last('webrtc').is('connecting');
  await platform.pass(400);
  last('webrtc').is('waiting').plays();
  await platform.pass(120_000);
  assert.deepEqual(open(), ['webrtc']);
  assert.deepEqual(fronts, ['webrtc']);
  assert.deepEqual(states, ['connecting', 'waiting', 'live']);
});

test('an idle stream waits on WebRTC however long it takes', async () => {
  const { platform, states, open, last } = ladder();
  last('webrtc').is('connecting').is('waiting');
  await platform.pass(600_000);
  assert.deepEqual(open(), ['webrtc']);
  last('webrtc').plays();
  await platform.pass(600_000);
  last('webrtc').is('ended');
  await platform.pass(600_000);
  assert.deepEqual(open(), ['webrtc']);
  assert.deepEqual(states, ['connecting', 'waiting', 'live', 'ended']);
});

test('no path: DASH is begun beside it within two seconds, and shown with its first picture', async () => {
  const { platform, states, fronts, notes, open, last } = ladder();
  last('webrtc').is('connecting');
  await platform.pass(1_900);
  assert.deepEqual(open(), ['webrtc', 'dash']);
  assert.deepEqual(fronts, []);
  await platform.pass(1_000);
  last('dash').plays();
  assert.deepEqual(fronts, ['dash']);
  assert.deepEqual(states, ['connecting', 'live']);
  assert.deepEqual(notes.at(-1), { rung: 'dash', reason: 'path', probing: false });
  // It is given a while more, then tried again with growing pauses.
  await platform.pass(10_000);
  assert.deepEqual(open(), ['dash']);
  await platform.pass(5_000);
  assert.deepEqual(open(), ['dash', 'webrtc']);
  assert.equal(notes.at(-1)?.probing, true);
});

test('a slow path that comes at last takes over, and DASH is stopped only then', async () => {
  const { platform, fronts, open, last } = ladder();
  last('webrtc').is('connecting');
  await platform.pass(3_000);
  last('dash').plays();
  await platform.pass(1_000);
  last('webrtc').is('waiting');
  assert.deepEqual(open(), ['webrtc', 'dash'], 'the picture stays until there is another');
  last('webrtc').is('live');
  assert.deepEqual(open(), ['webrtc', 'dash']);
  last('webrtc').shows();
  assert.deepEqual(fronts, ['dash', 'webrtc']);
  assert.deepEqual(open(), ['webrtc']);
});

test('WebRTC that comes before the segments do makes them unnecessary', async () => {
  const { platform, fronts, open, last, notes } = ladder();
  last('webrtc').is('connecting');
  await platform.pass(2_000);
  last('webrtc').plays();
  assert.deepEqual(open(), ['webrtc']);
  assert.deepEqual(fronts, ['webrtc']);
  last('dash').plays();
  assert.deepEqual(fronts, ['webrtc'], 'a way that was stopped is not heard any more');
  assert.equal(
    notes.some((note) => note.reason !== undefined),
    false,
  );
});

test('the codec is missing: DASH at once, and WebRTC is tried again with growing pauses', async () => {
  const { platform, fronts, notes, count, last } = ladder();
  last('webrtc')
    .is('connecting')
    .is('unsupported', new Problem(422, 'No codec', ''));
  assert.equal(count('dash'), 1);
  last('dash').plays();
  assert.deepEqual(notes.at(-1), { rung: 'dash', reason: 'codec', probing: false });
  const tries: number[] = [];
  for (let s = 0; s < 240; s++) {
    const before = count('webrtc');
    await platform.pass(1_000);
    if (count('webrtc') > before) {
      tries.push(platform.nowMs);
      last('webrtc')
        .is('connecting')
        .is('unsupported', new Problem(422, 'No codec', ''));
    }
  }
  const pauses = tries.slice(1).map((at, i) => at - tries[i]!);
  assert.deepEqual(tries.slice(0, 1), [5_000]);
  assert.deepEqual(pauses, [10_000, 20_000, 40_000, 60_000, 60_000]);
  assert.deepEqual(fronts, ['dash']);
});

test('a full node says when to come back, and is not asked before', async () => {
  const { platform, notes, count, last } = ladder();
  last('webrtc').is('connecting', FULL);
  last('dash').plays();
  assert.equal(notes.at(-1)?.reason, 'full');
  await platform.pass(9_900);
  assert.equal(count('webrtc'), 1);
  await platform.pass(200);
  assert.equal(count('webrtc'), 2);
  last('webrtc').is('connecting').plays();
  assert.deepEqual(notes.at(-1), { rung: 'webrtc', reason: undefined, probing: false });
});

test('a connection that breaks and does not come back steps down; the old picture stays until then', async () => {
  const { platform, states, fronts, open, last } = ladder();
  last('webrtc').plays();
  await platform.pass(5_000);
  last('webrtc').is('reconnecting');
  await platform.pass(1_600);
  assert.deepEqual(open(), ['webrtc', 'dash']);
  assert.deepEqual(fronts, ['webrtc']);
  last('dash').plays();
  assert.deepEqual(fronts, ['webrtc', 'dash']);
  assert.deepEqual(states, ['live', 'reconnecting', 'live']);
});

test('a connection that mends itself in time stays', async () => {
  const { platform, fronts, open, last } = ladder();
  last('webrtc').plays();
  await platform.pass(5_000);
  last('webrtc').is('reconnecting');
  await platform.pass(1_600);
  last('webrtc').plays();
  assert.deepEqual(open(), ['webrtc']);
  assert.deepEqual(fronts, ['webrtc']);
});

test('media that stops arriving steps down before ICE has noticed, and comes back when it flows', async () => {
  const { platform, fronts, open, last } = ladder();
  last('webrtc').plays();
  await platform.pass(30_000);
  last('webrtc').listener.onSilent();
  assert.deepEqual(open(), ['webrtc', 'dash']);
  last('dash').plays();
  assert.deepEqual(fronts, ['webrtc', 'dash']);
  last('webrtc').shows();
  assert.deepEqual(fronts, ['webrtc', 'dash', 'webrtc']);
  assert.deepEqual(open(), ['webrtc']);
});

test('a connection that keeps breaking is left alone for a while although it comes back each time', async () => {
  const { platform, notes, open, last } = ladder();
  last('webrtc').plays();
  for (let i = 0; i < 3; i++) {
    await platform.pass(5_000);
    last('webrtc').is('reconnecting');
    await platform.pass(300);
    last('webrtc').plays();
  }
  assert.deepEqual(open(), ['webrtc', 'dash']);
  last('dash').plays();
  assert.deepEqual(open(), ['dash']);
  assert.equal(notes.at(-1)?.reason, 'unsteady');
  await platform.pass(29_000);
  assert.deepEqual(open(), ['dash']);
  await platform.pass(1_500);
  assert.deepEqual(open(), ['dash', 'webrtc']);
});

test('a way by segments that fails gives way to the next, and after the last it begins again', async () => {
  const { platform, fronts, states, open, last, count } = ladder(['dash', 'hls', 'plain']);
  last('dash').is('connecting').is('failed', NO_PATH);
  assert.deepEqual(open(), ['hls']);
  last('hls').is('connecting');
  await platform.pass(8_100);
  assert.deepEqual(open(), ['plain'], 'one that shows nothing for 8 s failed as well');
  last('plain').plays();
  assert.deepEqual(fronts, ['plain']);
  last('plain').is('failed', NO_PATH);
  assert.equal(states.at(-1), 'reconnecting');
  await platform.pass(2_100);
  assert.equal(count('dash'), 2);
  last('dash').is('connecting');
  assert.equal(states.at(-1), 'reconnecting');
  last('dash').is('waiting');
  assert.equal(states.at(-1), 'waiting', 'the last picture is in front, and nobody there any more');
  last('dash').plays();
  assert.deepEqual(fronts, ['plain', 'dash']);
  assert.deepEqual(open(), ['dash']);
});

test('when nothing works what WebRTC was refused with is said', () => {
  const { states, last } = ladder(['webrtc', 'plain']);
  last('webrtc')
    .is('connecting')
    .is('unsupported', new Problem(422, 'No codec', ''));
  assert.equal(states.at(-1), 'connecting');
  last('plain')
    .is('connecting')
    .is('failed', new Problem(404, 'Nothing is here', ''));
  assert.equal(states.at(-1), 'unsupported');
});

test('an idle stream behind a blocked path waits by its manifest', async () => {
  const { platform, states, last, count } = ladder();
  last('webrtc').is('connecting');
  await platform.pass(2_000);
  last('dash').is('connecting').is('waiting');
  await platform.pass(120_000);
  assert.equal(states.at(-1), 'waiting');
  assert.equal(count('hls'), 0);
  last('dash').plays();
  assert.equal(states.at(-1), 'live');
});

test('WebRTC that stands beside a broadcast that ended takes over: there the next one is seen first', async () => {
  const { platform, fronts, states, open, last } = ladder();
  last('webrtc').is('connecting', FULL);
  last('dash').plays();
  await platform.pass(10_100);
  last('webrtc').is('connecting').is('waiting');
  assert.deepEqual(fronts, ['dash'], 'its last seconds are still shown');
  last('dash').is('ended');
  assert.deepEqual(fronts, ['dash', 'webrtc']);
  assert.deepEqual(open(), ['webrtc']);
  assert.equal(states.at(-1), 'waiting');
});

test('rewinding goes over to the segments and LIVE back to WebRTC', async () => {
  const { it, platform, fronts, notes, open, ways, last } = ladder();
  last('webrtc').plays();
  await platform.pass(5_000);
  assert.equal(it.rewind(20), true);
  assert.deepEqual(open(), ['webrtc', 'dash']);
  assert.equal(last('dash').behindS, 20);
  last('dash').plays();
  assert.deepEqual(open(), ['dash']);
  assert.equal(notes.at(-1)?.reason, 'rewound');
  await platform.pass(600_000);
  assert.equal(ways.length, 2, 'who looks back is not carried to now');
  it.goLive();
  assert.deepEqual(open(), ['dash', 'webrtc']);
  last('webrtc').plays();
  assert.deepEqual(fronts, ['webrtc', 'dash', 'webrtc']);
});

test('a page that asked for one way gets no other', async () => {
  const { platform, open, last, states } = ladder(['webrtc']);
  last('webrtc').is('connecting', NO_PATH);
  await platform.pass(60_000);
  assert.deepEqual(open(), ['webrtc']);
  assert.deepEqual(states, ['connecting']);
  const can = { webrtc: true, segments: true, native: false };
  assert.deepEqual(rungsFor('auto', can), ['webrtc', 'dash', 'hls', 'plain']);
  assert.deepEqual(rungsFor('hls', can), ['hls', 'plain']);
  assert.deepEqual(rungsFor('dash', can), ['dash']);
  assert.deepEqual(rungsFor('auto', { webrtc: true, segments: false, native: true }), ['webrtc', 'plain']);
});

test('a change that would disturb waits (picture in picture)', async () => {
  const { platform, open, last, hold } = ladder();
  hold(false);
  last('webrtc').is('unsupported', new Problem(422, 'No codec', ''));
  last('dash').plays();
  await platform.pass(300_000);
  assert.deepEqual(open(), ['dash']);
  hold(true);
  await platform.pass(20_000);
  assert.deepEqual(open(), ['dash', 'webrtc']);
});

test('stop ends everything, timers too', async () => {
  const { it, platform, open, ways, last } = ladder();
  last('webrtc').is('connecting');
  await platform.pass(2_000);
  it.stop();
  assert.deepEqual(open(), []);
  await platform.pass(600_000);
  assert.equal(ways.length, 2);
});
