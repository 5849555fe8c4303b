import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealEnvelope } from '../src/chat/envelope.ts';
import { forgetful } from '../src/chat/memory.ts';
import type { Said } from '../src/chat/messages.ts';
import type { Pending } from '../src/chat/outbox.ts';
import type { ChatState } from '../src/chat/listener.ts';
import { ChatRoom } from '../src/chat/room.ts';
import { type FakeChannel, FakePeer, FakePlatform, type FakeSocket, problem } from './fakes.ts';

type End = FakeSocket | FakeChannel;

function enter(platform: FakePlatform, memory = forgetful()) {
  const room = new ChatRoom({ stream: 'demo', base: 'https://live.example/watch/demo', platform, memory });
  const seen = {
    said: [] as Said[],
    states: [] as ChatState[],
    pending: [] as Pending[],
    gaps: [] as number[],
    resets: 0,
    why: '',
    counts: [] as Record<string, number>[],
  };
  room.listen({
    onState: (state, why) => {
      seen.states.push(state);
      seen.why = why;
    },
    onSaid: (said) => seen.said.push(said),
    onPending: (pending) => (seen.pending = [...pending]),
    onGap: (missed) => seen.gaps.push(missed),
    onReset: () => seen.resets++,
    onReactions: (counts) => seen.counts.push(counts),
  });
  return { room, seen, memory };
}

function peer(room: ChatRoom): FakePeer {
  const pc = new FakePeer(0);
  room.usePeer(pc as unknown as RTCPeerConnection);
  return pc;
}

function connect(pc: FakePeer): FakeChannel {
  pc.become('connected');
  pc.channel('reactions').open();
  pc.channel('chat').open();
  return pc.channel('chat');
}

function welcome(to: End, last: number, more: object = {}): void {
  const you = { id: 'me', name: 'Ann', role: 'viewer' };
  to.receive({ type: 'welcome', you, last, first: 1, resume: 'secret', slow: 0, history: 50, ...more });
}

function said(to: End, seq: number, text = `text ${seq}`, id = 'other'): void {
  to.receive({ type: 'said', seq, at: 1_000 + seq, from: { id, name: 'Bob', role: 'viewer' }, text });
}

const numbers = (all: Said[]) => all.map(({ seq }) => seq);

test('by data channel: hello, welcome, history, saying and its acknowledgement', async () => {
  const platform = new FakePlatform();
  const { room, seen, memory } = enter(platform);
  memory.name = 'Ann';
  room.join();
  const chat = connect(peer(room));
  assert.deepEqual(chat.messages(), [{ type: 'hello', name: 'Ann' }]);
  welcome(chat, 2);
  said(chat, 1);
  said(chat, 2);
  room.say('hi');
  const [say] = chat.messages('say');
  assert.equal(say?.['text'], 'hi');
  assert.equal(seen.pending.length, 1);
  chat.receive({ type: 'ack', id: say['id'], seq: 3 });
  assert.equal(seen.pending[0]?.seq, 3, 'shown until it comes by the log');
  said(chat, 3, 'hi', 'me');
  assert.deepEqual(seen.pending, []);
  assert.deepEqual(numbers(seen.said), [1, 2, 3]);
  assert.deepEqual(seen.states, ['connecting', 'joined']);
  assert.equal(memory.resume, 'secret');
  await platform.pass(60_000);
  assert.equal(platform.sockets.length, 0, 'no WebSocket besides');
  assert.equal(seen.states.length, 2);
});

test('channels are made before the offer: chat in order and reliable, reactions neither', () => {
  const { room } = enter(new FakePlatform());
  room.join();
  const pc = peer(room);
  assert.deepEqual(pc.channel('chat').options, {});
  assert.deepEqual(pc.channel('reactions').options, { ordered: false, maxRetransmits: 0 });
});

test('a new connection resumes: nothing missed, nothing twice, what was not acknowledged is said again', () => {
  const { room, seen } = enter(new FakePlatform());
  room.join();
  const first = connect(peer(room));
  welcome(first, 1);
  said(first, 1);
  room.say('lost?');
  const [say] = first.messages('say');
  room.dropPeer();
  assert.equal(room.state, 'reconnecting');
  room.say('while away');
  said(first, 2, 'too late for this line');
  const second = connect(peer(room));
  assert.deepEqual(second.messages(), [{ type: 'hello', after: 1, resume: 'secret' }]);
  welcome(second, 3);
  for (const seq of [1, 2, 3, 3]) said(second, seq);
  assert.deepEqual(numbers(seen.said), [1, 2, 3]);
  const again = second.messages('say');
  assert.deepEqual(again[0], say, 'the same id');
  assert.equal(again[1]?.['text'], 'while away');
  second.receive({ type: 'ack', id: say?.['id'], seq: 2 });
  assert.equal(seen.pending.length, 1, 'acknowledged, and seen already');
});

test('no data channel in time: by WebSocket', async () => {
  const platform = new FakePlatform();
  const room = new ChatRoom({ stream: 'a b', base: 'https://live.example/x', platform });
  room.join();
  peer(room);
  await platform.pass(2_900);
  assert.equal(platform.sockets.length, 0);
  await platform.pass(500);
  const [socket] = platform.sockets;
  assert.equal(socket?.url, 'wss://live.example/ws?stream=a+b');
  socket.open();
  assert.deepEqual(socket.messages(), [{ type: 'hello' }]);
  welcome(socket, 0);
  assert.equal(room.state, 'joined');
  assert.equal(room.via, 'websocket');
});

test('sessions that fail one after the other do not keep the WebSocket waiting', async () => {
  const platform = new FakePlatform();
  const { room } = enter(platform);
  room.join();
  for (const pauseMs of [150, 250, 500]) {
    peer(room);
    room.dropPeer();
    await platform.pass(pauseMs);
  }
  assert.equal(platform.sockets.length, 1);
});

test('a rejected section closes its channels: by WebSocket', async () => {
  const platform = new FakePlatform();
  const { room } = enter(platform);
  room.join();
  const pc = peer(room);
  pc.sctp = null;
  pc.channel('chat').end();
  pc.become('connected');
  await platform.pass(4_000);
  platform.sockets[0]?.open();
  welcome(platform.sockets[0]!, 0);
  assert.equal(room.via, 'websocket');
  assert.equal(pc.channels.length, 2, 'nothing is opened there again');
});

test('without any session a WebSocket at once; a data channel takes over and resumes', async () => {
  const platform = new FakePlatform();
  const { room, seen } = enter(platform);
  room.join();
  await platform.pass(600);
  const socket = platform.sockets[0]!;
  socket.open();
  welcome(socket, 5);
  said(socket, 5);
  room.say('one');
  const chat = connect(peer(room));
  assert.equal(socket.readyState, 3);
  assert.equal(room.via, 'data-channel');
  assert.equal(chat.messages('hello')[0]?.['after'], 5);
  said(socket, 6);
  welcome(chat, 6);
  said(chat, 6);
  assert.deepEqual(numbers(seen.said), [5, 6]);
  assert.equal(chat.messages('say').length, 1, 'on its way with the old line, so said again with its id');
  assert.equal(socket.messages('say')[0]?.['id'], chat.messages('say')[0]?.['id']);
});

test('the path breaks: a WebSocket meanwhile, and back when it stands again', async () => {
  const platform = new FakePlatform();
  const { room } = enter(platform);
  room.join();
  const pc = peer(room);
  const chat = connect(pc);
  welcome(chat, 0);
  pc.become('disconnected');
  await platform.pass(3_500);
  platform.sockets[0]!.open();
  assert.equal(room.via, 'websocket');
  welcome(platform.sockets[0]!, 0);
  pc.become('connected');
  assert.equal(room.via, 'data-channel');
  assert.equal(chat.messages('hello').length, 2);
});

test('the server closes the chat channel of a member that fell behind: opened anew on the same connection', async () => {
  const platform = new FakePlatform();
  const { room, seen } = enter(platform);
  room.join();
  const pc = peer(room);
  const chat = connect(pc);
  welcome(chat, 1);
  said(chat, 1);
  chat.end();
  await platform.pass(250);
  const second = pc.channel('chat');
  assert.notEqual(second, chat);
  pc.channel('reactions').open();
  second.open();
  assert.deepEqual(second.messages('hello')[0]?.['after'], 1);
  welcome(second, 2);
  said(second, 2);
  assert.deepEqual(numbers(seen.said), [1, 2]);
  assert.equal(platform.sockets.length, 0);
});

test('server restarts: WebSockets are tried with growing pauses until one gets through', async () => {
  const platform = new FakePlatform();
  const { room, seen } = enter(platform);
  room.join();
  await platform.pass(1_000);
  platform.sockets[0]!.open();
  welcome(platform.sockets[0]!, 1);
  said(platform.sockets[0]!, 1);
  platform.sockets[0]!.end();
  for (let tried = 1; tried < 7; tried++) {
    await platform.pass(9_000);
    assert.equal(platform.sockets.length, tried + 1, 'one at a time');
    platform.sockets[tried]!.end();
  }
  await platform.pass(9_000);
  const back = platform.sockets.at(-1)!;
  back.open();
  assert.equal(back.messages('hello')[0]?.['after'], 1);
  welcome(back, 2);
  said(back, 2);
  assert.deepEqual(numbers(seen.said), [1, 2]);
  assert.deepEqual(seen.states, ['connecting', 'joined', 'reconnecting', 'joined']);
});

test('the upgrade is refused: a plain request tells why, and that it stays so', async () => {
  for (const [status, state] of [
    [404, 'off'],
    [401, 'refused'],
    [403, 'refused'],
    [400, 'refused'],
  ] as const) {
    const platform = new FakePlatform();
    platform.answer = () => problem(status, 'No');
    const { room, seen } = enter(platform);
    room.join();
    await platform.pass(600);
    platform.sockets[0]!.end();
    await platform.pass(60_000);
    assert.equal(room.state, state);
    assert.equal(seen.why, 'No in detail');
    assert.equal(platform.sockets.length, 1);
    assert.equal(platform.calls[0]?.url, 'https://live.example/ws?stream=demo');
  }
});

test('a busy server is left alone for as long as it asks', async () => {
  const platform = new FakePlatform();
  platform.answer = () => problem(503, 'Busy', { 'Retry-After': '20' });
  const { room } = enter(platform);
  room.join();
  await platform.pass(600);
  platform.sockets[0]!.end();
  await platform.pass(19_000);
  assert.equal(platform.sockets.length, 1);
  await platform.pass(7_000);
  assert.equal(platform.sockets.length, 2);
  assert.equal(room.state, 'connecting');
});

test('the chat ended us: no coming back but by hand', async () => {
  const platform = new FakePlatform();
  const { room, seen } = enter(platform);
  room.join();
  await platform.pass(600);
  platform.sockets[0]!.open();
  welcome(platform.sockets[0]!, 0);
  platform.sockets[0]!.end(4000, 'Enough.');
  await platform.pass(60_000);
  assert.equal(room.state, 'refused');
  assert.equal(seen.why, 'Enough.');
  room.join();
  await platform.pass(600);
  platform.sockets[1]!.open();
  welcome(platform.sockets[1]!, 0);
  assert.equal(room.state, 'joined');
});

test('a token is shown as a subprotocol, or in the address when it cannot be one; another enters anew', async () => {
  const platform = new FakePlatform();
  platform.answer = ({ headers }) => problem(headers.has('Authorization') ? 403 : 401, 'No');
  const { room } = enter(platform);
  room.join();
  await platform.pass(600);
  assert.deepEqual(platform.sockets[0]!.protocols, ['millrace.chat']);
  platform.sockets[0]!.end();
  await platform.pass(0);
  room.useToken('a:/b');
  await platform.pass(600);
  assert.match(platform.sockets[1]!.url, /&token=a%3A%2Fb$/);
  platform.sockets[1]!.end();
  await platform.pass(0);
  room.useToken('ab.c-d_e');
  await platform.pass(600);
  assert.deepEqual(platform.sockets[2]!.protocols, ['millrace.chat', 'bearer.ab.c-d_e']);
  assert.equal(platform.sockets[2]!.url, 'wss://live.example/ws?stream=demo');
  platform.sockets[2]!.open();
  welcome(platform.sockets[2]!, 0);
  assert.equal(room.state, 'joined');
});

test('a server that never welcomes or never acknowledges is left for another way', async () => {
  const platform = new FakePlatform();
  const { room } = enter(platform);
  room.join();
  const pc = peer(room);
  const silent = connect(pc);
  await platform.pass(13_500);
  assert.equal(platform.sockets.length, 1);
  const socket = platform.sockets[0]!;
  socket.open();
  welcome(socket, 0);
  room.say('anybody?');
  await platform.pass(10_500);
  assert.equal(socket.readyState, 3);
  const next = platform.sockets[1]!;
  next.open();
  welcome(next, 0);
  assert.deepEqual(next.messages('say'), socket.messages('say'));
  await platform.pass(60_000);
  assert.notEqual(pc.channel('chat'), silent, 'a busy server gets another chance');
  pc.channel('chat').open();
  assert.equal(room.via, 'data-channel');
});

test('refused messages stay until they are said again or thrown away', () => {
  const { room, seen } = enter(new FakePlatform());
  room.join();
  const chat = connect(peer(room));
  welcome(chat, 0);
  room.say('too fast');
  const id = chat.messages('say')[0]!['id'] as string;
  chat.receive({ type: 'refused', id, code: 'rate', detail: 'Slowly.', retry: 1500 });
  assert.deepEqual(seen.pending[0]?.refusal, { id, code: 'rate', detail: 'Slowly.', retryMs: 1500 });
  room.retry(id);
  assert.equal(chat.messages('say').length, 2);
  assert.notEqual(chat.messages('say')[1]!['id'], id);
  chat.receive({ type: 'refused', id: chat.messages('say')[1]!['id'], code: 'muted', detail: 'Muted.' });
  assert.equal(room.discard(seen.pending[0]!.id), 'too fast');
  assert.deepEqual(seen.pending, []);
});

test('a reload keeps place, name and what was not acknowledged', () => {
  const memory = forgetful();
  memory.name = 'Ann';
  const before = enter(new FakePlatform(), memory);
  before.room.join();
  const first = connect(peer(before.room));
  welcome(first, 0);
  before.room.say('just before');
  const after = enter(new FakePlatform(), memory);
  after.room.join();
  assert.equal(after.seen.pending.length, 1);
  const second = connect(peer(after.room));
  assert.deepEqual(second.messages('hello'), [{ type: 'hello', name: 'Ann', resume: 'secret' }]);
  welcome(second, 1);
  assert.deepEqual(second.messages('say'), first.messages('say'));
});

test('a name chosen while the hello is under way is told after the welcome', () => {
  const { room } = enter(new FakePlatform());
  room.join();
  const chat = connect(peer(room));
  room.rename('Ann');
  assert.equal(chat.messages('hello').length, 1);
  welcome(chat, 3);
  assert.deepEqual(chat.messages('hello')[1], { type: 'hello', name: 'Ann', after: 0, resume: 'secret' });
  welcome(chat, 3);
  room.rename('Anna');
  assert.equal(chat.messages('hello').length, 3);
});

test('storage full of nonsense does no harm', () => {
  for (const kept of ['', '{', '[1,null,{"id":7}]', '{"id":"a"}', '[{"id":"a","text":""}]']) {
    const memory = { ...forgetful(), outbox: kept };
    const { room, seen } = enter(new FakePlatform(), memory);
    room.join();
    assert.deepEqual(seen.pending, []);
  }
});

test('the log began anew: everything is shown again from its beginning', () => {
  const { room, seen } = enter(new FakePlatform());
  room.join();
  const first = connect(peer(room));
  welcome(first, 9);
  said(first, 9);
  room.dropPeer();
  const second = connect(peer(room));
  welcome(second, 1);
  assert.equal(seen.resets, 1);
  said(second, 1);
  assert.deepEqual(numbers(seen.said), [9, 1]);
});

test('away for longer than the server keeps: the gap is told', () => {
  const { room, seen } = enter(new FakePlatform());
  room.join();
  const first = connect(peer(room));
  welcome(first, 1);
  said(first, 1);
  room.dropPeer();
  const second = connect(peer(room));
  welcome(second, 20, { first: 11 });
  assert.deepEqual(seen.gaps, [9]);
});

test('what came after the welcome of an empty history is not missed either', () => {
  const { room } = enter(new FakePlatform());
  room.join();
  welcome(connect(peer(room)), 70);
  room.dropPeer();
  assert.equal(connect(peer(room)).messages('hello')[0]?.['after'], 20);
});

test('moderation is asked for and answered; a lost connection answers too', async () => {
  const { room } = enter(new FakePlatform());
  assert.equal((await room.ban('x'))?.code, 'lost');
  room.join();
  const chat = connect(peer(room));
  welcome(chat, 0, { you: { id: 'me', name: '', role: 'moderator' } });
  assert.equal(room.mayModerate, true);
  const [muted, banned, slowed] = [room.mute('x', 60), room.ban('x'), room.slow(5)];
  const [mute, ban] = chat.messages().slice(1);
  assert.deepEqual(mute, { type: 'mute', id: mute?.['id'], who: 'x', seconds: 60 });
  chat.receive({ type: 'ack', id: mute?.['id'] });
  chat.receive({ type: 'refused', id: ban?.['id'], code: 'not-allowed', detail: 'An equal.' });
  assert.equal(await muted, undefined);
  assert.equal((await banned)?.detail, 'An equal.');
  room.dropPeer();
  assert.equal((await slowed)?.code, 'lost');
});

test('reactions go their own lossy way', () => {
  const { room, seen } = enter(new FakePlatform());
  assert.equal(room.react('🔥'), false);
  room.join();
  const pc = peer(room);
  welcome(connect(pc), 0);
  assert.equal(room.react('🔥'), true);
  assert.deepEqual(pc.channel('reactions').messages(), [{ type: 'react', emoji: '🔥' }]);
  pc.channel('reactions').receive({ type: 'reactions', counts: { '🔥': 12, '👏': -1, x: 'y' } });
  assert.deepEqual(seen.counts, [{ '🔥': 1 }, { '🔥': 11 }], 'the own one at once, and not again');
  pc.channel('reactions').receive({ type: 'reactions', counts: { '🔥': 2 } });
  assert.deepEqual(seen.counts.at(-1), { '🔥': 2 });
});

test('an application has its own channel, without a hello, and keeps it through reconnects', async () => {
  const platform = new FakePlatform();
  const { room } = enter(platform);
  const quiz = room.channel('quiz', { ordered: false });
  const got: unknown[] = [];
  quiz.onmessage = ({ from, text, data }) => got.push([from.name, text, data?.byteLength]);
  assert.equal(quiz.send('too early'), false);
  const pc = peer(room);
  const chat = connect(pc);
  const channel = pc.channel('quiz');
  assert.deepEqual(channel.options, { ordered: false });
  channel.open();
  assert.equal(quiz.send('A'), true);
  assert.deepEqual(channel.sent, ['A']);
  assert.deepEqual(chat.sent, [], 'the room itself is not entered');
  const from = { id: 'b', name: 'Bo', role: 'broadcaster' };
  channel.receive({ type: 'app', label: 'quiz', from, text: 'Q' });
  room.dropPeer();
  await platform.pass(600);
  const socket = platform.sockets[0]!;
  socket.open();
  assert.deepEqual(socket.messages(), [{ type: 'subscribe', label: 'quiz' }]);
  quiz.send('B');
  quiz.send(new Uint8Array([1, 2, 3]).buffer);
  assert.deepEqual(socket.messages().at(-1), { type: 'app', label: 'quiz', text: 'B' });
  socket.receive(socket.sent.at(-1));
  socket.receive(sealEnvelope('other', new ArrayBuffer(1)));
  assert.deepEqual(got, [
    ['Bo', 'Q', undefined],
    ['', undefined, 3],
  ]);
  quiz.close();
  assert.deepEqual(socket.messages().at(-1), { type: 'unsubscribe', label: 'quiz' });
});

test('what is played beside the room is told when it changes, and after each welcome', async () => {
  const platform = new FakePlatform();
  const { room } = enter(platform);
  room.plays('dash');
  room.join();
  await platform.pass(300);
  const first = platform.sockets[0]!;
  first.open();
  assert.equal(first.messages('watching').length, 0, 'nothing before the welcome');
  welcome(first, 0);
  room.plays('dash');
  room.plays('hls');
  const told = (end: End) => end.messages('watching').map((message) => message['protocol']);
  assert.deepEqual(told(first), ['dash', 'hls']);
  first.end();
  await platform.pass(1_000);
  const second = platform.sockets[1]!;
  second.open();
  welcome(second, 0);
  assert.deepEqual(told(second), ['hls']);
  room.plays('none');
  assert.deepEqual(told(second), ['hls', 'none']);
});

test('nonsense from the server is ignored', () => {
  const { room, seen } = enter(new FakePlatform());
  room.join();
  const chat = connect(peer(room));
  welcome(chat, 0);
  for (const data of ['', 'x', '[]', '{}', 'null', '7', '{"type":7}', '{"type":"said"}', '{"type":"new"}']) {
    chat.onmessage?.({ data });
  }
  for (const data of [new ArrayBuffer(0), new ArrayBuffer(1), new Uint8Array([255, 255, 1]).buffer, {}, 3]) {
    chat.onmessage?.({ data });
  }
  chat.receive({ type: 'said', seq: 1, from: 7, text: ['x'] });
  assert.deepEqual(seen.said[0]?.from, { id: '', name: '', role: 'viewer' });
  assert.equal(seen.said.length, 1);
});
