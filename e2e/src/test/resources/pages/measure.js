// What a player sees and hears, as plain objects for the test to judge.
import { session } from './peer.js';
import { barcodeAgeMs } from './sources.js';

/** The inbound stats of a player, by kind, plus transport: only what the tests use. */
export async function inbound(id) {
  const state = session(id);
  const report = await state.pc.getStats();
  const result = { connection: state.pc.connectionState, ice: state.pc.iceConnectionState, video: {}, audio: {}, pair: {} };
  let selected = null;
  for (const stat of report.values()) {
    if (stat.type === 'inbound-rtp') {
      result[stat.kind] = { ...stat, mimeType: report.get(stat.codecId)?.mimeType ?? null };
    }
    if (stat.type === 'transport') selected = report.get(stat.selectedCandidatePairId) ?? null;
  }
  if (selected) {
    const local = report.get(selected.localCandidateId);
    const remote = report.get(selected.remoteCandidateId);
    result.pair = { protocol: local?.protocol, local: local?.address, remote: remote?.address, remotePort: remote?.port,
      rttMs: (selected.currentRoundTripTime ?? 0) * 1000 };
  }
  return result;
}

/** The outbound video stats of a publisher, one object per encoding. */
export async function outbound(id) {
  const report = await session(id).pc.getStats();
  return [...report.values()].filter((stat) => stat.type === 'outbound-rtp' && stat.kind === 'video')
    .map((stat) => ({ ...stat, rid: stat.rid ?? '' }));
}

/** What a publisher's bandwidth estimate says, in bits a second. */
export async function estimate(id) {
  const report = await session(id).pc.getStats();
  const pairs = [...report.values()].filter((stat) => stat.type === 'candidate-pair' && stat.availableOutgoingBitrate);
  return { bitrateBps: pairs[0]?.availableOutgoingBitrate ?? 0, rttMs: (pairs[0]?.currentRoundTripTime ?? 0) * 1000 };
}

/** Watches decoded frames: the longest gap and the gaps over 500 ms, sampled every 50 ms until stopped. */
export function watchFreezes(ids) {
  const watched = ids.map((id) => ({ id, decoded: -1, lastMs: 0, longestMs: 0, freezes: 0, lost: 0, first: -1 }));
  let stopped = false;
  (async () => {
    while (!stopped) {
      for (const one of watched) {
        const { video } = await inbound(one.id);
        const now = performance.now();
        const decoded = video.framesDecoded ?? 0;
        if (one.first < 0) { one.first = decoded; one.lastMs = now; one.lostBefore = video.packetsLost ?? 0; one.droppedBefore = video.framesDropped ?? 0; }
        if (decoded > one.decoded) {
          if (one.decoded >= 0) {
            const gap = now - one.lastMs;
            one.longestMs = Math.max(one.longestMs, gap);
            if (gap > 500) one.freezes++;
          }
          one.decoded = decoded;
          one.lastMs = now;
        }
        one.lost = (video.packetsLost ?? 0) - one.lostBefore;
        one.framesDropped = (video.framesDropped ?? 0) - one.droppedBefore;
        one.freezeCount = video.freezeCount ?? 0;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return () => {
    stopped = true;
    const now = performance.now();
    return watched.map((one) => ({ ...one, longestMs: Math.max(one.longestMs, now - one.lastMs), frames: one.decoded - one.first }));
  };
}

/** Reads the barcode of every frame a player shows for a while: ages in ms, unreadable frames counted. */
export async function glassToGlass(id, durationMs) {
  const { element } = session(id);
  const ages = [];
  let unreadable = 0;
  let running = true;
  const onFrame = () => {
    if (!running) return;
    const age = barcodeAgeMs(element);
    if (age === null) unreadable++; else ages.push(age);
    element.requestVideoFrameCallback(onFrame);
  };
  element.requestVideoFrameCallback(onFrame);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  running = false;
  return { ages, unreadable, width: element.videoWidth, height: element.videoHeight };
}

/** From the POST of a fresh player to its first decoded frame, in ms. */
export async function firstFrameMs(id, timeoutMs = 30000) {
  const state = session(id);
  const until = performance.now() + timeoutMs;
  while (performance.now() < until) {
    if (((await inbound(id)).video.framesDecoded ?? 0) > 0) return performance.now() - state.postedAt;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  return -1;
}

/** Mean colour of the picture that is shown: tells black from picture. */
export function picture(id) {
  const { element } = session(id);
  if (!element.videoWidth) return null;
  const canvas = new OffscreenCanvas(16, 9);
  const context = canvas.getContext('2d');
  context.drawImage(element, 0, 0, 16, 9);
  const { data } = context.getImageData(0, 0, 16, 9);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
  return { width: element.videoWidth, height: element.videoHeight, brightness: sum / (data.length / 4) / 3 };
}

/** The level in dB of some frequencies in the left and the right channel of what a player hears. */
export async function hear(id, hertz, durationMs = 1500) {
  const context = new AudioContext({ sampleRate: 48000 });
  const source = context.createMediaStreamSource(session(id).stream);
  const splitter = context.createChannelSplitter(2);
  source.connect(splitter);
  const analysers = [0, 1].map((channel) => {
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    splitter.connect(analyser, channel);
    return analyser;
  });
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  const levels = analysers.map((analyser) => {
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    return hertz.map((frequency) => Math.max(-200, bins[Math.round((frequency * analyser.fftSize) / context.sampleRate)]));
  });
  await context.close();
  return { left: levels[0], right: levels[1] };
}

/** When flashes are seen and beeps are heard, both on performance.now(): offsets of sound to picture in ms. */
export async function lipSync(id, durationMs) {
  const { element, stream } = session(id);
  const context = new AudioContext({ sampleRate: 48000 });
  const analyser = context.createAnalyser();
  analyser.fftSize = 256;
  context.createMediaStreamSource(stream).connect(analyser);
  const canvas = new OffscreenCanvas(4, 4);
  const context2d = canvas.getContext('2d', { willReadFrequently: true });
  const samples = new Float32Array(analyser.fftSize);
  const flashes = [];
  const beeps = [];
  let lit = true;
  let loud = true;
  let running = true;
  const onFrame = () => {
    if (!running) return;
    context2d.drawImage(element, 0, 0, 4, 4);
    const now = context2d.getImageData(0, 0, 1, 1).data[0] > 128;
    if (now && !lit) flashes.push(performance.now());
    lit = now;
    element.requestVideoFrameCallback(onFrame);
  };
  element.requestVideoFrameCallback(onFrame);
  const poll = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const now = samples.some((sample) => Math.abs(sample) > 0.05);
    if (now && !loud) beeps.push(performance.now());
    loud = now;
  }, 4);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  running = false;
  clearInterval(poll);
  await context.close();
  const offsets = flashes.map((seen) => beeps.map((heard) => heard - seen).sort((a, b) => Math.abs(a) - Math.abs(b))[0])
    .filter((offset) => offset !== undefined && Math.abs(offset) < 500);
  return { flashes: flashes.length, beeps: beeps.length, offsets };
}

/** lipSync of several players at the same time. */
export function lipSyncs(ids, durationMs) {
  return Promise.all(ids.map((id) => lipSync(id, durationMs)));
}

/** watchFreezes for a while: one result a player. */
export async function watchFreezesFor(ids, durationMs) {
  const stop = watchFreezes(ids);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  return stop();
}

/** Every candidate pair in words, for a look at what ICE tried. */
export async function pairs(id) {
  const report = await session(id).pc.getStats();
  const name = (key) => { const c = report.get(key); return c ? `${c.candidateType} ${c.protocol} ${c.address}:${c.port}` : '?'; };
  return [...report.values()].filter((stat) => stat.type === 'candidate-pair').map((pair) =>
    `${name(pair.localCandidateId)} > ${name(pair.remoteCandidateId)} ${pair.state} sent ${pair.requestsSent} answered ${pair.responsesReceived}`);
}
