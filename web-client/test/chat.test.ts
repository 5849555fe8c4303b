import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvelope, sealEnvelope } from '../src/chat/envelope.ts';
import { particlesFor } from '../src/chat/floaters.ts';
import { byProtocol, joinedWords, watching } from '../src/chat/people.ts';
import { isEmojiOnly, length, parts, tidy } from '../src/chat/text.ts';
import { dayName, span } from '../src/page/format.ts';

const links = (text: string) => parts(text).filter((part) => typeof part !== 'string');

test('only http and https become links, and punctuation around them stays outside', () => {
  assert.deepEqual(parts('see https://a.example/x?y=1#z, or (http://b.example/(c)).'), [
    'see ',
    { href: 'https://a.example/x?y=1#z', label: 'https://a.example/x?y=1#z' },
    ', or (',
    { href: 'http://b.example/(c)', label: 'http://b.example/(c)' },
    ').',
  ]);
  for (const harmless of [
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x file:///etc/passwd ftp://a.example',
    'https://',
    'http://:80',
    'https://your-bank.example@evil.example/login',
    'nothttps://a.example',
    '<img src=x onerror=alert(1)>',
    'http://[',
  ]) {
    assert.deepEqual(links(harmless), [], harmless);
  }
  assert.equal(parts('<a href="https://a.example" onclick="x">').length, 3);
  assert.deepEqual(links('"https://a.example"><script>'), [
    { href: 'https://a.example/', label: 'https://a.example' },
  ]);
});

test('whatever is cut into parts is still the same text', () => {
  for (const text of [
    '',
    ' ',
    'https://a.b',
    'a https://a.b/ b http://c.d.',
    '😀https://e.f',
    'http://x@y https://z',
  ]) {
    assert.equal(
      parts(text)
        .map((part) => (typeof part === 'string' ? part : part.label))
        .join(''),
      text,
    );
  }
});

test('brackets without end belong to a link as far as they were opened in it', () => {
  const text = 'https://a.example/' + '('.repeat(2_000) + ')'.repeat(5_000);
  const [link, rest] = parts(text);
  assert.equal(typeof link === 'string' ? '' : link?.label.length, 'https://a.example/'.length + 4_000);
  assert.equal(rest, ')'.repeat(3_000));
});

test('controls and bidirectional overrides are taken out, everything else is left', () => {
  assert.equal(tidy('a\u0000b\u001b[31mc\u007fd\u0085e'), 'ab[31mcde');
  assert.equal(tidy('\u202egnp.exe\u2066x\u2069'), 'gnp.exex');
  assert.equal(tidy('one\ntwo\tthree\u2028four'), 'one two three four');
  assert.equal(tidy('שלום 👨‍👩‍👧 é\u200f'), 'שלום 👨‍👩‍👧 é\u200f');
});

test('characters are counted as people and the server count them, not as UTF-16 does', () => {
  assert.equal(length('aé😀'), 3);
});

test('emoji alone are shown large', () => {
  for (const large of ['👍', '❤️', '👨‍👩‍👧', '🇨🇭', '😀 😀', '👍🏽']) assert.equal(isEmojiOnly(large), true, large);
  for (const small of ['', ' ', 'a', '1', '#', '👍 yes', '😀'.repeat(7)])
    assert.equal(isEmojiOnly(small), false, small);
});

test('twelve thousand hearts look like many, not like twelve thousand', () => {
  assert.deepEqual(particlesFor({ '❤️': 1 }), { '❤️': 1 });
  assert.deepEqual(particlesFor({ '❤️': 3, '🔥': 2 }), { '❤️': 3, '🔥': 2 });
  const storm = particlesFor({ '❤️': 12_000, '🔥': 900, '👏': 1, '😂': 5, '😮': 5, '🎉': 70, '👍': 8 });
  assert.equal(Object.values(storm).reduce((a, b) => a + b) <= 20, true);
  assert.equal(storm['👏'], 1, 'none is lost');
  assert.ok(storm['❤️']! > storm['😂']!);
});

test('who watches and who came, in words', () => {
  const viewers = { webrtc: 3, hls: 1, dash: 0, total: 4 };
  assert.equal(watching(viewers), '4 watching');
  assert.equal(byProtocol(viewers), 'WebRTC 3 · HLS 1');
  const words = (joined: string[], left: string[], more: number) =>
    joinedWords({ viewers, joined, left, more });
  assert.equal(words([], [], 0), '');
  assert.equal(words(['Ann'], [], 0), 'Ann joined');
  assert.equal(words(['Ann', 'Bob'], ['Cid'], 2), 'Ann and Bob joined');
  assert.equal(words(['A', 'B', 'C', 'D'], [], 5), 'A, B, C and 6 more joined');
  assert.equal(words([], ['\u202eAnn'], 0), 'Ann left');
});

test('envelopes of applications: what is sealed opens, what is broken does not', () => {
  const payload = new Uint8Array([0, 1, 255]).buffer;
  const opened = openEnvelope(sealEnvelope('quiz', payload));
  assert.equal(opened?.label, 'quiz');
  assert.deepEqual(new Uint8Array(opened.data!), new Uint8Array(payload));
  const sealed = new Uint8Array(sealEnvelope('quiz', payload));
  for (let cut = 0; cut < sealed.length - 3; cut++) {
    assert.equal(openEnvelope(sealed.slice(0, cut).buffer), undefined);
  }
  assert.equal(openEnvelope(new Uint8Array([0, 2, 123, 125]).buffer), undefined);
});

test('days and durations', () => {
  const noon = new Date(2026, 4, 20, 12).getTime();
  assert.equal(dayName(noon, noon + 3_600_000), 'Today');
  assert.equal(dayName(noon, noon + 13 * 3_600_000), 'Yesterday');
  assert.notEqual(dayName(noon, noon + 60 * 3_600_000), 'Yesterday');
  assert.deepEqual([5, 90, 600, 7200].map(span), ['5 s', '2 min', '10 min', '2 h']);
});
