import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summary } from '../src/page/api.ts';
import { bitrate, clock, percent, roughly } from '../src/page/format.ts';
import { nameProblem, streamOfPath } from '../src/page/names.ts';
import { withIceOf, withStartBitrate, withStereoOpus } from '../src/protocol/fragment.ts';
import { layerName, parseLayers } from '../src/protocol/layers.ts';
import { Problem } from '../src/protocol/problem.ts';
import { StatsReader } from '../src/protocol/stats.ts';
import { encodingsFor, preferred } from '../src/studio/encodings.ts';
import { loudness } from '../src/studio/meter.ts';
import { DEFAULTS, load, save } from '../src/studio/settings.ts';
import { answerSdp, offerSdp, problem } from './fakes.ts';

test('720p is sent in three sizes, low to high', () => {
  assert.deepEqual(encodingsFor(1280, 720, 30, true, 'auto'), [
    { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 150_000, maxFramerate: 30 },
    { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: 500_000, maxFramerate: 30 },
    { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 2_500_000, maxFramerate: 30 },
  ]);
});

test('a small picture has two sizes, a phone held upright counts by its width, one size has no rid', () => {
  assert.deepEqual(
    encodingsFor(640, 360, 30, true, 'auto').map((e) => e.rid),
    ['m', 'h'],
  );
  assert.equal(encodingsFor(720, 1280, 30, true, 'auto')[2]?.maxBitrate, 2_500_000);
  assert.deepEqual(encodingsFor(1920, 1080, 60, false, 'auto'), [
    { maxBitrate: 6_750_000, maxFramerate: 60 },
  ]);
  assert.ok('scalabilityMode' in encodingsFor(1280, 720, 30, true, 'VP9')[0]!);
});

test('H.264 comes first, constrained baseline in mode 1 before all; a chosen codec is the only one', () => {
  const h264 = (level: string, mode: number) => ({
    mimeType: 'video/H264',
    sdpFmtpLine: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${level}`,
  });
  const vp8 = { mimeType: 'video/VP8' };
  const rtx = { mimeType: 'video/rtx' };
  const all = [vp8, rtx, h264('42001f', 0), h264('4d001f', 1), h264('42e01f', 1), h264('42e01f', 0)];
  const order = preferred(all, 'auto');
  assert.deepEqual(order[0], h264('42e01f', 1));
  assert.deepEqual(order.slice(-2), [vp8, rtx]);
  assert.equal(order.length, all.length);
  assert.deepEqual(preferred(all, 'VP8'), [vp8, rtx]);
  assert.deepEqual(preferred(all, 'AV1'), []);
});

test('settings: remembered, overridden by the address, never nonsense', () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  } as unknown as Storage;
  assert.deepEqual(load(storage, new URLSearchParams()), DEFAULTS);
  save(storage, { ...DEFAULTS, height: 1080, cameraId: 'cam' });
  const now = load(storage, new URLSearchParams('video=screen&audio=none&codec=h.264&simulcast=0&fps=7'));
  assert.deepEqual(now, {
    ...DEFAULTS,
    height: 1080,
    cameraId: 'cam',
    video: 'screen',
    micId: 'none',
    codec: 'H264',
    simulcast: false,
  });
  items.set('millrace.studio', '{"height":"<b>","codec":42,"video":null}');
  assert.deepEqual(load(storage, new URLSearchParams()), DEFAULTS);
  items.set('millrace.studio', 'not json');
  assert.deepEqual(load(storage, new URLSearchParams()), DEFAULTS);
});

test('layers in both shapes, garbage in neither', () => {
  const draft = parseLayers('{"1":[{"rid":"l","height":180},{"rid":"h","width":1280,"height":720}]}');
  assert.deepEqual(draft.map(layerName), ['720p', '180p']);
  const older = parseLayers('{"1":{"layers":[{"encodingId":"low"},{"encodingId":"high","bitrate":900000}]}}');
  assert.deepEqual(older.map(layerName), ['900 kb/s', 'low']);
  const temporal = parseLayers(
    '{"0":[{"rid":"a","temporalLayerId":0,"bitrate":1},{"rid":"a","temporalLayerId":1,"bitrate":2}]}',
  );
  assert.equal(temporal.length, 1);
  for (const data of ['', 'x', 'null', '[]', '{"0":7}', '{"0":[null,3]}']) {
    assert.ok(parseLayers(data).every((layer) => layer.height === 0));
  }
});

test('an ICE restart changes the ICE part of the answer and nothing else', () => {
  const before = answerSdp('old');
  const after = withIceOf(
    before,
    'a=ice-ufrag:new\r\na=ice-pwd:newpassword\r\na=candidate:5 1 udp 1 ::1 5 typ host\r\n',
  );
  assert.equal(after.match(/a=ice-ufrag:new/g)?.length, 2);
  assert.equal(after.match(/a=ice-pwd:newpassword/g)?.length, 2);
  assert.equal(after.match(/a=candidate/g)?.length, 1);
  assert.ok(after.indexOf('a=candidate:5') < after.indexOf('m=video'), 'in the first section');
  assert.throws(() => withIceOf(before, 'nonsense'));
});

test('stereo is asked for once, and only of Opus', () => {
  const once = withStereoOpus(offerSdp('u'));
  assert.match(once, /a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1\r\n/);
  assert.equal(withStereoOpus(once), once);
  assert.equal(withStereoOpus('a=rtpmap:0 PCMU/8000\r\n'), 'a=rtpmap:0 PCMU/8000\r\n');
});

test('the rate to begin with is a parameter of every video format, and of nothing else', () => {
  const lines = [
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:96 VP8/90000',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
  ];
  const answer = [...lines, 'a=rtpmap:98 H264/90000', 'a=fmtp:98 packetization-mode=1', ''].join('\r\n');
  assert.deepEqual(withStartBitrate(answer, 900).split('\r\n'), [
    ...lines.slice(0, 2),
    'a=fmtp:96 x-google-start-bitrate=900',
    ...lines.slice(2),
    'a=rtpmap:98 H264/90000',
    'a=fmtp:98 packetization-mode=1;x-google-start-bitrate=900',
    '',
  ]);
});

test('names as the contract has them', () => {
  for (const good of ['a', 'My-stream_2.x', '-', 'x'.repeat(64)]) assert.equal(nameProblem(good), undefined);
  for (const bad of ['', '.a', 'a b', 'ä', 'a/b', 'whip', 'LIVE', 'x'.repeat(65)])
    assert.ok(nameProblem(bad), bad);
  assert.equal(streamOfPath('/watch/my.stream/'), 'my.stream');
  assert.equal(streamOfPath('/watch/%zz'), '%zz');
});

test('problems: the server’s words, or ours when it has none', async () => {
  const told = await Problem.of(problem(409, 'Busy', { 'Retry-After': '3' }));
  assert.deepEqual([told.title, told.detail, told.retryAfterMs], ['Busy', 'Busy in detail', 3000]);
  const mute = await Problem.of(
    new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } }),
  );
  assert.equal(mute.title, 'The server has a problem');
  const broken = await Problem.of(
    new Response('{', { status: 401, headers: { 'Content-Type': 'application/problem+json' } }),
  );
  assert.equal(broken.title, 'A key is needed');
  const dated = new Date(Date.now() + 60_000).toUTCString();
  const later = await Problem.of(new Response(null, { status: 503, headers: { 'Retry-After': dated } }));
  assert.ok(later.retryAfterMs! > 55_000 && later.retryAfterMs! <= 60_000);
});

test('streams of the API, whatever shape viewers have', () => {
  const stream = summary({
    name: 'a',
    live: true,
    liveSinceMs: 5,
    publisher: { id: 'p', transport: 'rtmp' },
    warnings: [{ code: 'b_frames', detail: 'Set them to 0.' }, { code: 'empty' }, 7],
    tracks: [{ kind: 'video', codec: 'H264', layers: [{ height: 180 }, { height: 720 }] }, { codec: 'opus' }],
    viewers: [{}, {}],
  });
  assert.deepEqual(stream, {
    name: 'a',
    live: true,
    liveSinceMs: 5,
    viewers: 2,
    hasPublisher: true,
    publisherId: 'p',
    transport: 'rtmp',
    warnings: [{ code: 'b_frames', detail: 'Set them to 0.' }],
    codecs: 'H264 · Opus',
    height: 720,
  });
  assert.equal(summary({ name: 'b', viewers: { total: 4 } }).viewers, 4);
  assert.equal(summary(null).name, '');
});

test('figures as people read them', () => {
  assert.deepEqual(
    [bitrate(0), bitrate(64_400), bitrate(2_500_000), bitrate(12_000_000)],
    ['0 kb/s', '64 kb/s', '2.5 Mb/s', '12 Mb/s'],
  );
  assert.deepEqual([clock(0), clock(65_000), clock(3_723_000)], ['0:00', '1:05', '1:02:03']);
  assert.deepEqual([roughly(1), roughly(300_000), roughly(3_900_000)], ['just now', '5 min', '1 h 5 min']);
  assert.deepEqual([percent(0), percent(0.012), percent(0.5)], ['0 %', '1.2 %', '50 %']);
});

test('loudness: silence is nothing, full scale is all', () => {
  assert.equal(loudness(new Float32Array(8), -60), 0);
  assert.equal(loudness(new Float32Array(8).fill(1), -60), 1);
  assert.ok(Math.abs(loudness(new Float32Array(8).fill(0.0316), -60) - 0.5) < 0.01);
});

test('rates come from two looks at growing counters', async () => {
  const report = (timestamp: number, bytesReceived: number, lost: number) =>
    new Map<string, object>([
      [
        'v',
        {
          id: 'v',
          type: 'inbound-rtp',
          kind: 'video',
          timestamp,
          bytesReceived,
          packetsLost: lost,
          packetsReceived: bytesReceived / 1000,
          frameHeight: 720,
          codecId: 'c',
        },
      ],
      ['c', { id: 'c', type: 'codec', mimeType: 'video/H264' }],
      ['t', { id: 't', type: 'transport', selectedCandidatePairId: 'p' }],
      [
        'p',
        {
          id: 'p',
          type: 'candidate-pair',
          currentRoundTripTime: 0.02,
          localCandidateId: 'l',
          remoteCandidateId: 'r',
        },
      ],
      ['l', { id: 'l', protocol: 'udp', candidateType: 'host' }],
      ['r', { id: 'r', address: '::1', port: 10000 }],
    ]);
  let now = report(1000, 0, 0);
  const pc = { getStats: () => Promise.resolve(now) } as unknown as RTCPeerConnection;
  const reader = new StatsReader();
  assert.equal((await reader.play(pc)).videoBps, 0);
  now = report(3000, 500_000, 5);
  const stats = await reader.play(pc);
  assert.equal(stats.videoBps, 2_000_000);
  assert.ok(Math.abs(stats.loss - 0.0099) < 0.001);
  assert.equal(stats.rttMs, 20);
  assert.equal(stats.videoCodec, 'H264');
  assert.equal(stats.transport, 'udp host → [::1]:10000');
});
