import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iceServers, linkTo, parseLinks } from '../src/protocol/link.ts';

const BASE = 'https://live.example/whep/a';

test('many links in one header, quoted commas and semicolons kept', () => {
  const links = parseLinks(
    '<stun:stun.example:3478>; rel="ice-server", ' +
      '<turn:turn.example?transport=udp>; rel=ice-server; username="u;s,er"; credential="p\\"w"; credential-type="password", ' +
      '</whep/s/1/sse>; rel="urn:x:sse"; events="active,inactive"',
    BASE,
  );
  assert.deepEqual(iceServers(links), [
    { urls: 'stun:stun.example:3478' },
    { urls: 'turn:turn.example?transport=udp', username: 'u;s,er', credential: 'p"w' },
  ]);
  assert.equal(linkTo(links, 'urn:x:sse')?.url, 'https://live.example/whep/s/1/sse');
  assert.equal(linkTo(links, 'urn:x:sse')?.params['events'], 'active,inactive');
});

test("the draft's own example forgets a semicolon", () => {
  const links = parseLinks('<https://a.example/l>; rel="urn:x" events="layers"', BASE);
  assert.equal(links[0]?.params['events'], 'layers');
});

test('garbage gives no links and ends', () => {
  for (const header of [
    null,
    '',
    'x',
    '<',
    '<a',
    '<>',
    '<a>;',
    '<a>; rel',
    ';;;,,,',
    '<a>; rel="',
    '<a>;=;=',
  ]) {
    assert.deepEqual(parseLinks(header, BASE), []);
  }
});
