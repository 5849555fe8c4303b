// Data channels of other people's WebRTC under node: `node peer.mjs werift|libdatachannel -url …`, one JSON object at
// its end (see ../resources/pages/channels.mjs for what is tried).
import { line, post, scenario } from '../resources/pages/channels.mjs';

const [library, , url] = process.argv.slice(2);
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

async function werift() {
  const { RTCPeerConnection, RTCRtpCodecParameters } = await import('werift');
  const video = new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90000 });
  const pc = new RTCPeerConnection({ codecs: { video: [video] }, bundlePolicy: 'max-bundle', maxMessageSize: 256 * 1024,
    iceAdditionalHostAddresses: ['127.0.0.1'] });
  pc.addTransceiver('video', { direction: 'recvonly' });
  let location;
  const wrap = (channel) => {
    const send = (data) => channel.send(typeof data === 'string' ? data : Buffer.from(data));
    const made = line(channel.label, { send, close: () => channel.close(), id: () => channel.id });
    const state = (now) => { if (now === 'open') made.open(); else if (now === 'closed') made.gone(); };
    state(channel.readyState);
    channel.stateChanged.subscribe(state);
    channel.onMessage.subscribe((data) => made.message(typeof data === 'string' ? data : new Uint8Array(data)));
    return made;
  };
  return {
    create: (label, options) => wrap(pc.createDataChannel(label, options)),
    onChannel: (heard) => { pc.onDataChannel.subscribe((channel) => heard(wrap(channel))); },
    hangUp: () => fetch(location, { method: 'DELETE' }),
    close: () => pc.close(),
    async connect(to) {
      await pc.setLocalDescription(await pc.createOffer());
      for (let i = 0; i < 30 && pc.iceGatheringState !== 'complete'; i++) await sleep(100);
      const answer = await post(to, pc.localDescription.sdp);
      location = answer.location;
      await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    },
  };
}

async function libdatachannel() {
  const { PeerConnection, Video } = await import('node-datachannel');
  const pc = new PeerConnection('channels', { iceServers: [], disableAutoNegotiation: true, maxMessageSize: 256 * 1024 });
  const video = new Video('video', 'RecvOnly');
  video.addVP8Codec(96);
  const track = pc.addTrack(video);
  let location;
  const wrap = (channel) => {
    const send = (data) => (typeof data === 'string' ? channel.sendMessage(data) : channel.sendMessageBinary(Buffer.from(data)));
    const made = line(channel.getLabel(), { send, close: () => channel.close(), id: () => channel.getId() });
    if (channel.isOpen()) made.open();
    channel.onOpen(() => made.open());
    channel.onClosed(() => made.gone());
    channel.onMessage((data) => made.message(typeof data === 'string' ? data : new Uint8Array(data)));
    return made;
  };
  const settings = ({ ordered = true, maxRetransmits, negotiated, id }) => ({ unordered: !ordered, maxRetransmits, negotiated, id });
  return {
    create: (label, options) => wrap(pc.createDataChannel(label, settings(options))),
    onChannel: (heard) => { pc.onDataChannel((channel) => heard(wrap(channel))); },
    hangUp: () => fetch(location, { method: 'DELETE' }),
    close: () => { track.close(); pc.close(); },
    async connect(to) {
      pc.setLocalDescription('offer');
      for (let i = 0; i < 30 && pc.gatheringState() !== 'complete'; i++) await sleep(100);
      const answer = await post(to, pc.localDescription().sdp);
      location = answer.location;
      pc.setRemoteDescription(answer.sdp, 'answer');
    },
  };
}

const adapter = await { werift, libdatachannel }[library]();
// werift counts from 1, as if it were the DTLS server: the ids of channels that both ends open at once would clash. It
// sends nothing at all for an empty message, and reuses the id of a channel before both ends closed it.
const seen = await scenario(adapter, url, library === 'werift' ? { both: false, empty: false, hasty: true } : {});
console.log(JSON.stringify(seen));
adapter.close();
process.exit(0);
