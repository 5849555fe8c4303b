import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PUBLISHER_EVENTS_REL, type Demand } from '../src/protocol/demand.ts';
import { WhipClient } from '../src/protocol/whip.ts';
import { Rest, rest, restWords } from '../src/studio/rest.ts';
import { created, FakePlatform, noContent, problem } from './fakes.ts';

const NONE: ReadonlySet<string> = new Set();

function encodings(active: Record<string, boolean>): RTCRtpEncodingParameters[] {
  return Object.entries(active).map(([rid, on]) => ({ rid, active: on }));
}

function activeOf(given: RTCRtpEncodingParameters[]): Record<string, boolean | undefined> {
  return Object.fromEntries(given.map(({ rid, active }) => [rid, active]));
}

test('a layer that nobody watches rests, and wakes when somebody does', () => {
  const given = encodings({ l: true, m: true, h: true });
  const resting = rest(given, { l: true, m: false, h: false }, NONE);
  assert.deepEqual(activeOf(given), { l: true, m: false, h: false });
  assert.deepEqual([...resting], ['m', 'h']);
  assert.deepEqual([...rest(given, { l: true, m: true, h: false }, resting)], ['h']);
  assert.deepEqual(activeOf(given), { l: true, m: true, h: false });
});

test('what somebody switched off by hand stays off whatever viewers want', () => {
  const given = encodings({ l: false, h: true });
  const resting = rest(given, { l: false, h: false }, NONE);
  assert.deepEqual([...resting], ['h'], 'the other one is not ours to wake');
  assert.deepEqual([...rest(given, { l: true, h: true }, resting)], []);
  assert.deepEqual(activeOf(given), { l: false, h: true });
});

test('a layer without a word about it, and all layers of a server that cannot be heard, are wanted', () => {
  const given = encodings({ l: true, h: true });
  const resting = rest(given, { h: false }, NONE);
  assert.deepEqual(activeOf(given), { l: true, h: false });
  rest(given, undefined, resting);
  assert.deepEqual(activeOf(given), { l: true, h: true });
  const single: RTCRtpEncodingParameters[] = [{ active: true }];
  assert.deepEqual([...rest(single, { h: false }, NONE)], [], 'without a rid there is nothing to tell apart');
});

class FakeSender {
  sets = 0;
  fail = false;
  encodings = encodings({ l: true, m: true, h: true });
  private open: (() => void)[] = [];

  getParameters(): RTCRtpSendParameters {
    return { encodings: this.encodings.map((e) => ({ ...e })) } as RTCRtpSendParameters;
  }

  setParameters({ encodings: set }: RTCRtpSendParameters): Promise<void> {
    this.sets++;
    if (this.fail) return Promise.reject(new Error('InvalidStateError'));
    return new Promise((resolve) =>
      this.open.push(() => {
        this.encodings = set;
        resolve();
      }),
    );
  }

  async settle(): Promise<void> {
    this.open.splice(0).forEach((done) => done());
    await new Promise((resolve) => setImmediate(resolve));
  }

  get rtp(): RTCRtpSender {
    return this as unknown as RTCRtpSender;
  }
}

test('changes wait for each other, the newest demand wins, nothing is set without need', async () => {
  const sender = new FakeSender();
  const resting = new Rest();
  resting.onDemand({ l: true, m: true, h: false }, sender.rtp);
  resting.onDemand({ l: true, m: false, h: false }, sender.rtp);
  resting.onDemand({ l: true, m: false, h: true }, sender.rtp);
  assert.equal(sender.sets, 1, 'one at a time');
  await sender.settle();
  await sender.settle();
  assert.deepEqual(activeOf(sender.encodings), { l: true, m: false, h: true });
  assert.equal(sender.sets, 2);
  resting.onDemand({ l: true, m: false, h: true }, sender.rtp);
  await sender.settle();
  assert.equal(sender.sets, 2);
  assert.deepEqual([...resting.rids], ['m']);
});

test('a new session begins with every layer on', async () => {
  const before = new FakeSender();
  const after = new FakeSender();
  const resting = new Rest();
  resting.onDemand({ h: false }, before.rtp);
  await before.settle();
  assert.deepEqual([...resting.rids], ['h']);
  resting.onDemand({ h: true }, after.rtp);
  await after.settle();
  assert.deepEqual([...resting.rids], []);
  assert.equal(after.sets, 0);
});

test('a browser that refuses goes on sending, and nothing is said to rest', async () => {
  const sender = new FakeSender();
  sender.fail = true;
  const resting = new Rest();
  resting.onDemand({ h: false }, sender.rtp);
  await sender.settle();
  assert.deepEqual([...resting.rids], []);
});

test('resting layers are named by their size', () => {
  const given: RTCRtpEncodingParameters[] = [
    { rid: 'l', scaleResolutionDownBy: 4 },
    { rid: 'm', scaleResolutionDownBy: 2 },
    { rid: 'h' },
  ];
  assert.equal(restWords(given, new Set(['h']), 720), '720p rests: nobody watches it');
  assert.equal(
    restWords(given, new Set(['l', 'm', 'h']), 720),
    '180p, 360p and 720p rest: nobody watches them',
  );
  assert.equal(restWords(given, new Set(['h']), 0), 'layer h rests: nobody watches it');
  assert.equal(restWords(given, NONE, 720), '');
});

function publisher(platform: FakePlatform) {
  const heard: { demand: Demand; peer: unknown }[] = [];
  const client = new WhipClient({
    endpoint: 'https://live.example/whip/demo',
    platform,
    setUp: () => undefined,
    onDemand: (demand, peer) => heard.push({ demand, peer }),
    onState: () => undefined,
  });
  return { client, heard };
}

/** A server with publisher's events; `more` may answer first. */
function serve(platform: FakePlatform): { sessions: number; events: number } {
  const made = { sessions: 0, events: 201 };
  platform.answer = ({ method, url }) => {
    if (method !== 'POST') return noContent();
    const { pathname } = new URL(url);
    if (pathname.endsWith('/sse')) {
      return made.events === 201
        ? new Response(null, { status: 201, headers: { Location: `${pathname}/a` } })
        : problem(made.events, 'No');
    }
    const id = `s${++made.sessions}`;
    return created(id, {
      Link: `</sessions/${id}/sse>; rel="${PUBLISHER_EVENTS_REL}"; events="layers-wanted"`,
    });
  };
  return made;
}

test('the publisher follows its session’s events', async () => {
  const platform = new FakePlatform();
  serve(platform);
  const { client, heard } = publisher(platform);
  client.start();
  await platform.pass(0);
  const post = platform.calls.find(({ url }) => url.endsWith('/sse'));
  assert.equal(post?.url, 'https://live.example/sessions/s1/sse');
  assert.equal(post?.body, '["layers-wanted"]');
  platform.sources[0]?.emit('layers-wanted', { mid: '1', layers: { l: true, h: false } });
  assert.deepEqual(heard.at(-1)?.demand, { l: true, h: false });
  assert.equal(heard.at(-1)?.peer, platform.last);
  client.stop();
  assert.equal(platform.sources[0]?.readyState, 2);
  platform.sources[0]?.emit('layers-wanted', { mid: '1', layers: { l: true, h: true } });
  assert.equal(heard.length, 1, 'a session that is over has no say');
});

test('a break of a moment changes nothing, a longer one wakes every layer', async () => {
  const platform = new FakePlatform();
  const made = serve(platform);
  const { client, heard } = publisher(platform);
  client.start();
  await platform.pass(0);
  const demand = { mid: '1', layers: { h: false } };
  platform.sources[0]?.emit('layers-wanted', demand);
  platform.sources[0]?.onerror?.();
  await platform.pass(300);
  assert.equal(platform.sources.length, 2, 'asked for anew');
  platform.sources[1]?.emit('layers-wanted', demand);
  await platform.pass(5_000);
  assert.equal(heard.length, 2);
  made.events = 503;
  platform.sources[1]?.onerror?.();
  await platform.pass(900);
  assert.equal(heard.length, 2);
  await platform.pass(200);
  assert.equal(heard.at(-1)?.demand, undefined, 'what viewers want cannot be heard');
});

test('a server without events has all layers, always', async () => {
  const platform = new FakePlatform();
  platform.answer = ({ method }) => (method === 'POST' ? created('s1') : noContent());
  const { client, heard } = publisher(platform);
  client.start();
  await platform.pass(1_000);
  assert.equal(platform.sources.length, 0);
  assert.equal(heard.length, 0);
  client.stop();
});
