// The twin of ../pion on werift: `node peer.mjs publish|play -url … -seconds …`, one JSON object at its end.
// It publishes still VP8 key frames (Pion's) and Opus silence, and plays by counting packets.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket, RtcpSrPacket, RtcpRrPacket,
  RtcpPayloadSpecificFeedback } from 'werift';

const [role, ...rest] = process.argv.slice(2);
const option = (name, otherwise) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : otherwise);
const url = option('-url');
const seconds = Number(option('-seconds', '5'));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const outcome = { connected: false, videoPackets: 0, audioPackets: 0, videoCodec: '', reports: 0, keyRequests: 0, deleteStatus: 0 };

const video = new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90000,
  rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }] });
const audio = new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48000, channels: 2 });
const pc = new RTCPeerConnection({ codecs: { video: [video], audio: [audio] }, bundlePolicy: 'max-bundle',
  iceAdditionalHostAddresses: ['127.0.0.1'] });

const connected = new Promise((resolve) => {
  pc.connectionStateChange.subscribe((state) => { if (state === 'connected') resolve(true); });
});

function writer(track, payloadType, ssrc, ticks) {
  let sequenceNumber = Math.floor(Math.random() * 30000);
  let timestamp = Math.floor(Math.random() * 1e9);
  return (payload) => {
    const header = new RtpHeader({ payloadType, sequenceNumber, timestamp, ssrc, marker: true });
    sequenceNumber = (sequenceNumber + 1) & 0xffff;
    timestamp = (timestamp + ticks) >>> 0;
    track.writeRtp(new RtpPacket(header, payload));
  };
}

function every(ms, act) {
  const started = Date.now();
  let count = 0;
  const timer = setInterval(() => { while (count * ms <= Date.now() - started) act(count++); }, ms / 2);
  return () => clearInterval(timer);
}

const stops = [];
if (role === 'publish') {
  const folder = fileURLToPath(new URL('../pion/frames/', import.meta.url));
  // One packet a frame: the payload descriptor says "start of partition 0", nothing else.
  const frames = ['red', 'green', 'blue'].map((name) => Buffer.concat([Buffer.from([0x10]), readFileSync(`${folder}${name}.vp8`)]));
  const silence = Buffer.from([0xf8, 0xff, 0xfe]);
  const videoTrack = new MediaStreamTrack({ kind: 'video' });
  const audioTrack = new MediaStreamTrack({ kind: 'audio' });
  for (const track of [audioTrack, videoTrack]) {
    const { sender } = pc.addTransceiver(track, { direction: 'sendonly' });
    sender.onRtcp.subscribe((packet) => {
      if (packet instanceof RtcpRrPacket) outcome.reports++;
      if (packet instanceof RtcpPayloadSpecificFeedback) outcome.keyRequests++;
    });
  }
  const sendVideo = writer(videoTrack, 96, 1, 3600);
  const sendAudio = writer(audioTrack, 97, 2, 960);
  stops.push(every(40, (i) => { sendVideo(frames[Math.floor(i / 25) % 3]); outcome.videoPackets++; }));
  stops.push(every(20, () => { sendAudio(silence); outcome.audioPackets++; }));
} else {
  for (const kind of ['audio', 'video']) {
    const transceiver = pc.addTransceiver(kind, { direction: 'recvonly' });
    transceiver.onTrack.subscribe((track) => {
      if (kind === 'video') outcome.videoCodec = track.codec?.mimeType ?? 'video/VP8';
      track.onReceiveRtp.subscribe(() => { outcome[`${kind}Packets`]++; });
      track.onReceiveRtcp.subscribe((packet) => { if (packet instanceof RtcpSrPacket) outcome.reports++; });
    });
  }
}

await pc.setLocalDescription(await pc.createOffer());
for (let i = 0; i < 30 && pc.iceGatheringState !== 'complete'; i++) await sleep(100);
const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: pc.localDescription.sdp });
const answer = await response.text();
if (response.status !== 201) throw new Error(`${url}: ${response.status} ${answer}`);
const location = new URL(response.headers.get('Location'), url);
await pc.setRemoteDescription({ type: 'answer', sdp: answer });
outcome.connected = await Promise.race([connected, sleep(10_000).then(() => false)]);
if (outcome.connected) await sleep(seconds * 1000);
stops.forEach((stop) => stop());
outcome.deleteStatus = (await fetch(location, { method: 'DELETE' })).status;
console.log(JSON.stringify(outcome));
await pc.close();
process.exit(0);
