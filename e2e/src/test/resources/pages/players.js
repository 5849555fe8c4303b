// Other people's players on a stream's playlists: hls.js, shaka-player and dash.js, each as its page says for low latency.
import { barcodeAgeMs, stampNow } from './sources.js';

const players = new Map();
let nextId = 1;

/** How long the player's clock stands still, once it plays. */
function lookAtClock(state) {
  const now = performance.now();
  const { currentTime } = state.element;
  if (!state.playing || currentTime !== state.seenTime) {
    state.seenTime = currentTime;
    state.movedAt = now;
  }
  state.longestStillMs = Math.max(state.longestStillMs, now - state.movedAt);
}

function watch(state) {
  const { element } = state;
  element.addEventListener('waiting', () => { if (state.playing) state.stalls.push(Math.round(performance.now() - state.startedAt)); });
  element.addEventListener('playing', () => {
    if (!state.playing) state.firstPlayingMs = performance.now() - state.startedAt;
    state.playing = true;
  });
  element.addEventListener('resize', () => {
    if (element.videoWidth) state.sizes.push(`${element.videoWidth}x${element.videoHeight}`);
  });
  state.clock = setInterval(() => lookAtClock(state), 50);
  element.addEventListener('error', () => state.errors.push(`element ${element.error?.code} ${element.error?.message}`));
}

function hlsjs(state, url, { config = {} }) {
  const hls = new Hls({
    lowLatencyMode: true,
    liveSyncDuration: undefined,
    maxLiveSyncPlaybackRate: 1.1,
    liveMaxLatencyDurationCount: undefined,
    backBufferLength: 10,
    ...config,
  });
  hls.on(Hls.Events.ERROR, (_, data) => {
    const text = `${data.type} ${data.details} ${data.error?.message ?? ''} ${data.reason ?? ''} ${data.response?.code ?? ''}`;
    (data.fatal ? state.errors : state.complaints).push(text);
  });
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, data) => state.switches.push(hls.levels[data.level].height));
  hls.loadSource(url);
  hls.attachMedia(state.element);
  state.element.play().catch(() => {});
  state.close = () => hls.destroy();
  state.pin = (height) => { hls.nextLevel = height ? hls.levels.findIndex((level) => level.height === height) : -1; };
  state.heights = () => hls.levels.map((level) => level.height);
  state.player = hls;
}

async function shakaPlayer(state, url, { config = {} }) {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  player.addEventListener('error', ({ detail }) => {
    const critical = detail.severity === shaka.util.Error.Severity.CRITICAL;
    (critical ? state.errors : state.complaints).push(`shaka ${detail.code ?? detail.stack ?? detail} ${JSON.stringify(detail.data)}`);
  });
  player.addEventListener('adaptation', () => state.switches.push(state.element.videoHeight));
  await player.attach(state.element);
  player.configure({
    streaming: {
      lowLatencyMode: true,
      rebufferingGoal: 0.01,
      bufferingGoal: 4,
      inaccurateManifestTolerance: 0,
      segmentPrefetchLimit: 2,
      updateIntervalSeconds: 0.1,
      liveSync: { enabled: true, targetLatency: 0.5, targetLatencyTolerance: 0.1, maxPlaybackRate: 1.1, minPlaybackRate: 0.95 },
    },
  });
  player.configure(config);
  state.close = () => player.destroy();
  state.player = player;
  state.pin = (height) => {
    player.configure({ abr: { enabled: !height } });
    if (height) player.selectVariantTrack(player.getVariantTracks().find((track) => track.height === height), false);
  };
  state.heights = () => [...new Set(player.getVariantTracks().map((track) => track.height))];
  await player.load(url);
  state.element.play().catch(() => {});
}

function dashjsPlayer(state, url, { config = {} }) {
  const player = dashjs.MediaPlayer().create();
  player.on('error', ({ error }) => state.errors.push(`dash.js ${error?.code} ${error?.message}`));
  player.on('qualityChangeRendered', ({ mediaType, newRepresentation }) => {
    if (mediaType === 'video') state.switches.push(newRepresentation?.height ?? 0);
  });
  player.initialize();
  player.updateSettings({
    streaming: {
      delay: { liveDelay: 0.6 },
      liveCatchup: { enabled: true, maxDrift: 2, playbackRate: { min: -0.3, max: 0.3 } },
      ...config,
    },
  });
  player.setAutoPlay(true);
  player.attachView(state.element);
  player.attachSource(url);
  state.close = () => player.destroy();
  state.player = player;
  const video = () => player.getRepresentationsByType('video');
  state.pin = (height) => {
    player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: !height } } } });
    if (height) player.setRepresentationForTypeById('video', video().find((each) => each.height === height).id, true);
  };
  state.heights = () => video().map((each) => each.height);
}

/** Plays with that player: 'hls.js', 'shaka' or 'dash.js'. Returns an id. */
export async function play(kind, url, options = {}) {
  const element = document.createElement('video');
  element.muted = options.muted === true;
  element.playsInline = true;
  document.body.append(element);
  const state = { element, kind, stalls: [], errors: [], complaints: [], switches: [], sizes: [], longestStillMs: 0, playing: false, startedAt: performance.now() };
  const id = nextId++;
  players.set(id, state);
  watch(state);
  const start = { 'hls.js': hlsjs, shaka: shakaPlayer, 'dash.js': dashjsPlayer }[kind];
  Promise.resolve(start(state, url, options)).catch((error) => state.errors.push(`start: ${error?.code ?? ''} ${error?.message ?? error}`));
  return id;
}

/** What the player is at. */
export function status(id) {
  const { element, playing, stalls, errors, complaints, switches, sizes, longestStillMs, firstPlayingMs } = players.get(id);
  const ends = [...Array(element.buffered.length).keys()].map((i) => [element.buffered.start(i), element.buffered.end(i)]);
  return {
    playing,
    firstPlayingMs: firstPlayingMs ?? -1,
    currentTime: element.currentTime,
    paused: element.paused,
    rate: element.playbackRate,
    width: element.videoWidth,
    height: element.videoHeight,
    pictures: element.getVideoPlaybackQuality().totalVideoFrames,
    droppedPictures: element.getVideoPlaybackQuality().droppedVideoFrames,
    soundBytes: element.webkitAudioDecodedByteCount ?? 0,
    pictureBytes: element.webkitVideoDecodedByteCount ?? 0,
    buffered: ends,
    stalls,
    errors,
    complaints,
    switches,
    sizes,
    longestStillMs: Math.round(longestStillMs),
  };
}

export const heights = (id) => players.get(id).heights();

/** Only that height from now on; 0 for the player's own choice. */
export const pin = (id, height) => players.get(id).pin(height);

/** Counts stalls, complaints, switches and sizes anew. */
export function forget(id) {
  const state = players.get(id);
  state.stalls.length = 0;
  state.complaints.length = 0;
  state.switches.length = 0;
  state.sizes.length = 0;
  state.longestStillMs = 0;
}

export function stop(id) {
  const state = players.get(id);
  state.close?.();
  clearInterval(state.clock);
  state.element.remove();
  players.delete(id);
}

/** Reads the barcode of every picture that is shown for a while: ages in ms, each with when it was seen. */
export async function glassToGlass(id, durationMs) {
  const { element } = players.get(id);
  const ages = [];
  const at = [];
  let unreadable = 0;
  let running = true;
  let longestGapMs = 0;
  let last = performance.now();
  const from = last;
  const onFrame = () => {
    if (!running) return;
    const now = performance.now();
    longestGapMs = Math.max(longestGapMs, now - last);
    last = now;
    const age = barcodeAgeMs(element, stampNow());
    if (age === null) unreadable++;
    else { ages.push(Math.round(age * 10) / 10); at.push(Math.round(now - from)); }
    element.requestVideoFrameCallback(onFrame);
  };
  element.requestVideoFrameCallback(onFrame);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  running = false;
  return { ages, at, unreadable, longestGapMs: Math.round(longestGapMs), height: element.videoHeight };
}

/** When flashes are shown and beeps are heard: offsets of sound to picture in ms. */
export async function lipSync(id, durationMs) {
  const state = players.get(id);
  const { element } = state;
  const context = new AudioContext({ sampleRate: 48000 });
  const analyser = context.createAnalyser();
  analyser.fftSize = 256;
  state.tap ??= context.createMediaElementSource(element);
  state.tap.connect(analyser);
  const canvas = new OffscreenCanvas(4, 4);
  const context2d = canvas.getContext('2d', { willReadFrequently: true });
  const samples = new Float32Array(analyser.fftSize);
  const flashes = [];
  const beeps = [];
  let lit = true;
  let loud = true;
  let running = true;
  const onFrame = (_, { expectedDisplayTime }) => {
    if (!running) return;
    context2d.drawImage(element, 0, 0, 4, 4);
    const now = context2d.getImageData(0, 0, 1, 1).data[0] > 128;
    if (now && !lit) flashes.push(expectedDisplayTime);
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
