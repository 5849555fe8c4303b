// A minimal WHIP publisher and WHEP player, independent of the studio: what the protocol tests drive.
import { openSource } from './sources.js';

const sessions = new Map();
let nextId = 1;

export const session = (id) => sessions.get(id);

function preferred(kind, name, direction) {
  const capabilities = direction === 'send' ? RTCRtpSender.getCapabilities(kind) : RTCRtpReceiver.getCapabilities(kind);
  const mime = `${kind}/${name}`.toLowerCase();
  const helpers = /\/(rtx|red|ulpfec|flexfec-03)$/i;
  const wanted = capabilities.codecs.filter((codec) => codec.mimeType.toLowerCase() === mime);
  return wanted.concat(capabilities.codecs.filter((codec) => helpers.test(codec.mimeType)));
}

async function gathered(pc, timeoutMs = 1500) {
  if (pc.iceGatheringState === 'complete') return;
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    pc.addEventListener('icegatheringstatechange', () => {
      if (pc.iceGatheringState === 'complete') { clearTimeout(timer); resolve(); }
    });
  });
}

// Stereo has to be asked for in the description that the receiving side makes.
export const withStereo = (sdp) => sdp.replace(/(a=fmtp:\d+ [^\r\n]*useinbandfec=1)(?![^\r\n]*stereo=)/g, '$1;stereo=1');

// Replaces the server's candidates: {candidates: [...]} by exactly these; {tcpOnly} and {ipv6Only} filter them.
// {uplinkKbps: n} tells Chromium what its H.264 may take as given for its own way up, however busy the machine is.
export function editAnswer(sdp, { uplinkKbps, ...candidates } = {}) {
  if (!uplinkKbps) return editCandidates(sdp, candidates);
  const given = `;x-google-start-bitrate=${uplinkKbps};x-google-min-bitrate=${uplinkKbps}`;
  return editCandidates(sdp.replace(/(a=fmtp:\d+ [^\r\n]*profile-level-id=[^\r\n]*)/g, `$1${given}`), candidates);
}

function editCandidates(sdp, { candidates, tcpOnly, ipv4Only, ipv6Only, loopbackOnly }) {
  if (!(candidates || tcpOnly || ipv4Only || ipv6Only || loopbackOnly)) return sdp;
  const keep = (line) => {
    const [, , transport, , address] = line.split(' ');
    if (tcpOnly && transport.toLowerCase() !== 'tcp') return false;
    if (!tcpOnly && (ipv6Only || ipv4Only) && transport.toLowerCase() === 'tcp') return false;
    if (ipv6Only && !address.includes(':')) return false;
    if (ipv4Only && address.includes(':')) return false;
    if (loopbackOnly && !/^(127\.|::1$)/.test(address)) return false;
    return true;
  };
  const lines = [];
  let section = 0;
  for (const line of sdp.split('\r\n')) {
    if (line.startsWith('m=')) section++;
    if (line.startsWith('a=candidate:')) {
      if (!candidates && keep(line)) lines.push(line);
      continue;
    }
    lines.push(line);
    if (candidates && section === 1 && line.startsWith('a=ice-pwd:')) {
      candidates.forEach((address, i) => {
        const [host, port] = address.split('|');
        lines.push(`a=candidate:${i + 1} 1 udp 2130706431 ${host} ${port} typ host`);
      });
    }
  }
  return lines.join('\r\n');
}

async function exchange(pc, url, options) {
  const postedAt = performance.now();
  const headers = { 'Content-Type': 'application/sdp' };
  if (options.token) headers.Authorization = `Bearer ${options.token}`;
  // Told our candidates, the server would check them itself and find a better way than the one the test wants.
  const { sdp } = pc.localDescription;
  const offer = options.offerCandidates === false ? sdp.replace(/a=(candidate:|end-of-candidates)[^\r\n]*\r\n/g, '') : sdp;
  const response = await fetch(url, { method: 'POST', headers, body: offer });
  const body = await response.text();
  const failed = { status: response.status, contentType: response.headers.get('Content-Type'), body };
  if (response.status !== 201) return { failed, postedAt };
  await pc.setRemoteDescription({ type: 'answer', sdp: editAnswer(body, options.answer) });
  return {
    postedAt,
    answer: body,
    location: new URL(response.headers.get('Location'), url).href,
    etag: response.headers.get('ETag'),
    link: response.headers.get('Link'),
  };
}

// A busy machine would otherwise shrink the picture and change what is measured. Firefox has no such wish.
async function keepResolution(sender) {
  const parameters = sender.getParameters();
  parameters.degradationPreference = 'maintain-resolution';
  await sender.setParameters(parameters).catch(() => {});
}

function remember(state) {
  state.id = nextId++;
  sessions.set(state.id, state);
  return state;
}

function outside(state, result) {
  return { id: state.id, status: result.failed ? result.failed.status : 201, problem: result.failed ?? null,
    location: result.location ?? null, etag: result.etag ?? null, answer: result.answer ?? null,
    offer: state.pc.localDescription.sdp };
}

/** Publishes: options.url, token, source (see sources.js), codec ('H264'…), simulcast, maxBitrate, audioBitrate, audio, trickleLater, captureTime. */
export async function publish(options) {
  const source = await openSource(options.source ?? { kind: 'fake' });
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const state = remember({ pc, source, url: options.url, token: options.token });
  const video = source.stream.getVideoTracks()[0];
  const audio = source.stream.getAudioTracks()[0];
  if (audio) {
    const sendEncodings = options.audioBitrate ? [{ maxBitrate: options.audioBitrate }] : [];
    pc.addTransceiver(audio, { direction: 'sendonly', streams: [source.stream], sendEncodings });
  }
  if (video) {
    const cap = options.maxBitrate ?? 2_500_000;
    const sendEncodings = options.simulcast
      ? [{ rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 150_000 }, { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
         { rid: 'h', maxBitrate: cap }]
      : [{ maxBitrate: cap }];
    const transceiver = pc.addTransceiver(video, { direction: 'sendonly', streams: [source.stream], sendEncodings });
    if (options.codec) transceiver.setCodecPreferences(preferred('video', options.codec, 'send'));
    await keepResolution(transceiver.sender);
  }
  if (options.captureTime) pc.getTransceivers().forEach(tellCaptureTime);
  await pc.setLocalDescription(await pc.createOffer());
  await gathered(pc);
  const result = await exchange(pc, options.url, options);
  Object.assign(state, result);
  return outside(state, result);
}

// Chromium stamps packets with their moment of capture only when asked to, as the studio does.
function tellCaptureTime(transceiver) {
  const extensions = transceiver.getHeaderExtensionsToNegotiate();
  for (const extension of extensions) if (extension.uri.endsWith('/abs-capture-time')) extension.direction = 'sendrecv';
  transceiver.setHeaderExtensionsToNegotiate(extensions);
}

/** Plays: options.url, token, codecs (names offered; default all), stereo, video/audio (default true), answer edits, gather. */
export async function play(options) {
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const state = remember({ pc, url: options.url, token: options.token, events: [], signalings: 0 });
  pc.addEventListener('signalingstatechange', () => { if (pc.signalingState === 'stable') state.signalings++; });
  if (options.audio !== false) pc.addTransceiver('audio', { direction: 'recvonly' });
  if (options.video !== false) {
    const transceiver = pc.addTransceiver('video', { direction: 'recvonly' });
    if (options.codecs) transceiver.setCodecPreferences(options.codecs.flatMap((name) => preferred('video', name, 'receive')));
  }
  const element = document.createElement('video');
  element.autoplay = true;
  element.playsInline = true;
  element.muted = options.muted === true;
  if (options.show === false) element.style.display = 'none';
  state.element = element;
  state.stream = new MediaStream();
  pc.addEventListener('track', ({ track }) => {
    state.stream.addTrack(track);
    if (!options.decodeOnly) element.srcObject = state.stream;
  });
  document.body.append(element);
  const offer = await pc.createOffer();
  if (options.stereo) offer.sdp = withStereo(offer.sdp);
  await pc.setLocalDescription(offer);
  if (options.gather !== false) await gathered(pc);
  const result = await exchange(pc, options.url, options);
  Object.assign(state, result);
  if (options.decodeOnly) keepDecoding(state);
  return outside(state, result);
}

// Without an element nothing asks for frames, yet the decoder must run: a tiny hidden element paints almost nothing.
function keepDecoding(state) {
  state.element.srcObject = state.stream;
  state.element.style.cssText = 'width:2px;height:2px;position:absolute;top:0;left:0';
}

/** Follows the WHEP events of a player's session: everything lands in session(id).events. */
export async function follow(id, events = ['active', 'inactive', 'layers', 'viewercount', 'reconnect']) {
  const state = sessions.get(id);
  const link = state.link ?? '';
  const found = link.split(/,(?=\s*<)/).find((part) => /rel="?urn:ietf:params:whep:ext:core:server-sent-events"?/.test(part));
  if (!found) throw new Error(`no server-sent-events link in: ${link}`);
  const url = new URL(/<([^>]*)>/.exec(found)[1], state.url).href;
  const headers = { 'Content-Type': 'application/json' };
  if (state.token) headers.Authorization = `Bearer ${state.token}`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(events) });
  if (response.status !== 201) throw new Error(`events: ${response.status} ${await response.text()}`);
  const source = new EventSource(new URL(response.headers.get('Location'), url).href);
  for (const name of events) {
    source.addEventListener(name, (event) => state.events.push({ name, data: event.data, atMs: Date.now() }));
  }
  state.eventSource = source;
  return url;
}

/** How often an offer and an answer were exchanged. */
export const signalings = (id) => sessions.get(id).signalings;

export const forgetEvents = (id) => { sessions.get(id).events.length = 0; };

export const eventsOf = (id) => sessions.get(id).events;

const fragmentHeaders = (state, etag) => {
  const headers = { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': etag };
  if (state.token) headers.Authorization = `Bearer ${state.token}`;
  return headers;
};

/** ICE restart by PATCH (RFC 9725 section 4.3.3): new credentials out, the server's new ones put into the old answer. */
export async function restartIce(id) {
  const state = sessions.get(id);
  const { pc } = state;
  pc.restartIce();
  await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
  await gathered(pc);
  const lines = pc.localDescription.sdp.split('\r\n');
  const first = (prefix) => lines.find((line) => line.startsWith(prefix));
  const media = lines.findIndex((line) => line.startsWith('m='));
  const candidates = [];
  for (let i = media + 1; i < lines.length && !lines[i].startsWith('m='); i++) {
    if (lines[i].startsWith('a=candidate:')) candidates.push(lines[i]);
  }
  const body = [first('a=ice-ufrag:'), first('a=ice-pwd:'), lines[media], first('a=mid:'), ...candidates, 'a=end-of-candidates', '']
    .join('\r\n');
  const response = await fetch(state.location, { method: 'PATCH', headers: fragmentHeaders(state, '*'), body });
  const text = await response.text();
  if (response.status !== 200) return { status: response.status, body: text, etag: null };
  const parts = text.split(/\r?\n/);
  const ufrag = parts.find((line) => line.startsWith('a=ice-ufrag:'));
  const pwd = parts.find((line) => line.startsWith('a=ice-pwd:'));
  let answer = state.answer.replace(/a=ice-ufrag:[^\r\n]*/g, ufrag).replace(/a=ice-pwd:[^\r\n]*/g, pwd);
  const fresh = parts.filter((line) => line.startsWith('a=candidate:'));
  if (fresh.length) {
    answer = answer.replace(/a=candidate:[^\r\n]*\r\n/g, '').replace(/(a=ice-pwd:[^\r\n]*\r\n)/, `$1${fresh.join('\r\n')}\r\n`);
  }
  await pc.setRemoteDescription({ type: 'answer', sdp: answer });
  const before = state.etag;
  state.etag = response.headers.get('ETag');
  return { status: 200, etag: state.etag, changed: state.etag !== before, body: text };
}

/** Ends a session as a page should: DELETE on its address. */
export async function stop(id) {
  const state = sessions.get(id);
  state.source?.close();
  state.eventSource?.close();
  const headers = state.token ? { Authorization: `Bearer ${state.token}` } : {};
  const status = state.location ? (await fetch(state.location, { method: 'DELETE', headers })).status : 0;
  state.pc.close();
  state.element?.remove();
  return status;
}

/** One page, two connections, no server: what the browser alone costs. Returns the player's id. */
export async function loopback(options) {
  const source = options.from ? sessions.get(options.from).source : await openSource(options.source ?? { kind: 'fake' });
  const sender = new RTCPeerConnection();
  const receiver = new RTCPeerConnection();
  sender.onicecandidate = ({ candidate }) => candidate && receiver.addIceCandidate(candidate);
  receiver.onicecandidate = ({ candidate }) => candidate && sender.addIceCandidate(candidate);
  const element = document.createElement('video');
  element.autoplay = true;
  const state = remember({ pc: receiver, source, sender, element, stream: new MediaStream(), events: [] });
  receiver.ontrack = ({ track }) => { state.stream.addTrack(track); element.srcObject = state.stream; };
  document.body.append(element);
  for (const track of source.stream.getTracks()) {
    const init = { direction: 'sendonly', streams: [source.stream] };
    if (track.kind === 'video') init.sendEncodings = [{ maxBitrate: options.maxBitrate ?? 2_500_000 }];
    const transceiver = sender.addTransceiver(track, init);
    if (track.kind === 'video') await keepResolution(transceiver.sender);
    if (track.kind === 'video' && options.codec) transceiver.setCodecPreferences(preferred('video', options.codec, 'send'));
  }
  await sender.setLocalDescription(await sender.createOffer());
  await receiver.setRemoteDescription(sender.localDescription);
  await receiver.setLocalDescription(await receiver.createAnswer());
  await sender.setRemoteDescription(receiver.localDescription);
  return state.id;
}

export function closeLoopback(id) {
  const state = sessions.get(id);
  state.sender.close();
  state.pc.close();
  state.element.remove();
  state.source.close();
}
