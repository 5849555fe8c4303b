// What OBS 32 does to a WHIP server, on the library OBS does it with (libdatachannel), by the rules of its
// plugins/obs-webrtc: `node whip.mjs publish -url … -token … -seconds … -layers a.h264,b.h264`. The first layer is the
// largest, as in OBS. One JSON object at its end, which comes when the time is up or standard input closes; what OBS would
// give up at is an error.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';
import { Audio, PeerConnection, Video } from 'node-datachannel';

const { values: options } = parseArgs({
  args: process.argv.slice(3).map((word) => word.replace(/^-(?=[a-z]+$)/, '--')),
  options: { url: { type: 'string' }, token: { type: 'string' }, seconds: { type: 'string' }, layers: { type: 'string' } },
});
const layers = options.layers.split(',');
const outcome = { status: 0, location: '', layersAccepted: 0, iceServers: [], keyRequests: 0, connected: false, deleteStatus: 0 };
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const userAgent = 'Mozilla/5.0 (OBS-Studio/32.2.2; Linux x86_64; en-US)';
const authorization = options.token ? { Authorization: `Bearer ${options.token}` } : {};

function offer(pc) {
  const audio = new Audio('0', 'SendOnly');
  audio.addOpusCodec(111);
  audio.addSSRC(1000, 'millrace-obs', 'stream', 'stream-audio');
  const video = new Video('1', 'SendOnly');
  video.addSSRC(1001, 'millrace-obs', 'stream', 'stream-video');
  video.parseSdpLine('a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid');
  video.parseSdpLine('a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id');
  if (layers.length > 1) {
    layers.forEach((_, rid) => video.parseSdpLine(`a=rid:${rid} send`));
    video.parseSdpLine(`a=simulcast:send ${layers.map((_, rid) => rid).join(';')}`);
  }
  video.addH264Codec(96);
  const tracks = [pc.addTrack(audio), pc.addTrack(video)];
  pc.setLocalDescription('offer');
  return tracks;
}

// OBS gathers only once the answer is there, so its offer names no way to itself.
const withoutCandidates = (sdp) => sdp.split('\r\n').filter((line) => !/^a=(candidate|end-of-candidates)/.test(line)).join('\r\n');

function ask(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers: { ...headers, ...authorization, 'User-Agent': userAgent } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const fields = [];
        for (let i = 0; i < response.rawHeaders.length; i += 2) fields.push([response.rawHeaders[i].toLowerCase(), response.rawHeaders[i + 1]]);
        resolve({ status: response.statusCode, fields, text: Buffer.concat(chunks).toString() });
      });
    });
    request.setTimeout(8000, () => request.destroy(new Error('OBS waits no longer than 8 s')));
    request.on('error', reject);
    request.end(body);
  });
}

// WHIPOutput::ParseLinkHeader: of each `Link`, cut at commas and semicolons, the URL, user name and credential.
function iceServer(link) {
  const server = { url: '', username: '', credential: '' };
  const quoted = (text) => text.slice(text.indexOf('"') + 1, text.lastIndexOf('"'));
  for (const token of link.split(';')) {
    if (token.startsWith('<stun:') || token.startsWith('<turn:')) server.url = token.slice(1, token.indexOf('>'));
    else if (token.includes('username=')) server.username = quoted(token);
    else if (token.includes('credential=')) server.credential = quoted(token);
  }
  return server;
}

// simulcast_layers_in_answer: one more than there are semicolons in the line, which must end with CR and LF.
function layersAccepted(sdp) {
  const start = sdp.indexOf('a=simulcast');
  const end = start < 0 ? -1 : sdp.indexOf('\r\n', start);
  return end < 0 ? 0 : sdp.slice(start, end).split(';').length;
}

async function connect(pc) {
  const answer = await ask(options.url, 'POST', { 'Content-Type': 'application/sdp' }, withoutCandidates(pc.localDescription().sdp));
  outcome.status = answer.status;
  if (answer.status !== 201) throw new Error(`OBS wants exactly 201, not ${answer.status} ${answer.text}`);
  if (!answer.text) throw new Error('no answer in the body');
  const location = answer.fields.findLast(([name]) => name === 'location')?.[1];
  if (!location) throw new Error('no Location');
  outcome.location = location.startsWith('http') ? location : Object.assign(new URL(options.url), { pathname: location, search: '' }).href;
  outcome.iceServers = answer.fields.filter(([name]) => name === 'link').flatMap(([, value]) => value.split(',')).map(iceServer);
  const sdp = answer.text.slice(answer.text.indexOf('v=0'));
  outcome.layersAccepted = layersAccepted(sdp);
  if (layers.length > 1 && outcome.layersAccepted !== layers.length) throw new Error(`WHIP only accepted ${outcome.layersAccepted} layers`);
  pc.setRemoteDescription(sdp, 'answer');
}

// Access units of a file whose encoder wrote delimiters, as OBS has x264 do it, without start codes.
function pictures(file) {
  const bytes = readFileSync(file);
  const units = [];
  for (let at = bytes.indexOf('\0\0\x01', 0, 'latin1'); at >= 0;) {
    const next = bytes.indexOf('\0\0\x01', at + 3, 'latin1');
    const unit = bytes.subarray(at + 3, next < 0 ? bytes.length : bytes[next - 1] === 0 ? next - 1 : next);
    if ((unit[0] & 31) === 9) units.push([unit]); // OBS has the delimiter in a packet of its own
    else units.at(-1).push(unit);
    at = next;
  }
  return units;
}

// RTP as OBS' packetizer makes it: each layer its SSRC and numbers, in every packet the mid and, of several, the rid.
function writer(track, { ssrc, payloadType, rid }) {
  let sequence = 100;
  const named = (id, text) => [(id << 4) | (text.length - 1), ...Buffer.from(text)];
  const names = payloadType === 111 ? [] : [...named(1, '1'), ...(rid === undefined ? [] : named(2, rid))];
  while (names.length % 4) names.push(0);
  const extension = names.length ? Buffer.from([0xbe, 0xde, 0, names.length / 4, ...names]) : Buffer.alloc(0);
  return (payload, timestamp, marker) => {
    const header = Buffer.alloc(12);
    header[0] = extension.length ? 0x90 : 0x80;
    header[1] = payloadType | (marker ? 0x80 : 0);
    header.writeUInt16BE(sequence++ & 0xffff, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(ssrc, 8);
    track.sendMessageBinary(Buffer.concat([header, extension, payload]));
  };
}

const LARGEST = 1200 - 12 - 8;
function sendPicture(write, units, timestamp) {
  units.forEach((unit, index) => {
    const last = index === units.length - 1;
    if (unit.length <= LARGEST) { write(unit, timestamp, last); return; }
    for (let at = 1; at < unit.length; at += LARGEST - 2) {
      const end = Math.min(unit.length, at + LARGEST - 2);
      const edge = (at === 1 ? 0x80 : 0) | (end === unit.length ? 0x40 : 0);
      write(Buffer.concat([Buffer.from([(unit[0] & 0x60) | 28, edge | (unit[0] & 31)]), unit.subarray(at, end)]), timestamp, last && end === unit.length);
    }
  });
}

function every(ms, act) {
  const started = Date.now();
  let count = 0;
  const timer = setInterval(() => { while (count * ms <= Date.now() - started) act(count++); }, ms / 4);
  return () => clearInterval(timer);
}

const pc = new PeerConnection('obs', { iceServers: [], disableAutoNegotiation: true });
const states = [];
pc.onStateChange((state) => states.push(state));
const [audioTrack, videoTrack] = offer(pc);
videoTrack.onMessage((packet) => { if (packet[1] === 206 && (packet[0] & 31) === 1) outcome.keyRequests++; }); // OBS has no ear for them
await connect(pc);
for (let i = 0; i < 100 && !videoTrack.isOpen(); i++) await sleep(100);
outcome.connected = videoTrack.isOpen();
const stops = [];
if (outcome.connected) {
  layers.map(pictures).forEach((film, index) => {
    const write = writer(videoTrack, { ssrc: 1001 + index, payloadType: 96, rid: layers.length > 1 ? String(index) : undefined });
    stops.push(every(1000 / 30, (count) => sendPicture(write, film[count % film.length], count * 3000)));
  });
  const sound = writer(audioTrack, { ssrc: 1000, payloadType: 111 });
  stops.push(every(20, (count) => sound(Buffer.from([0xf8, 0xff, 0xfe]), count * 960, false)));
  const told = new Promise((resolve) => { process.stdin.on('end', resolve).resume(); });
  await Promise.race([told, sleep(Number(options.seconds) * 1000)]);
}
stops.forEach((stop) => stop());
outcome.states = [...states];
pc.close();
const gone = await ask(outcome.location, 'DELETE', {});
outcome.deleteStatus = gone.status;
console.log(JSON.stringify(outcome));
process.exit(0);
