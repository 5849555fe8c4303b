// Where published media comes from: the fake camera, a barcode that tells the time, a scenery, a flash with a beep, two tones.

const BARCODE_COLUMNS = 24;
const CELL_PX = 48;
const GROUND_MARGIN_PX = 240;
// Not 33.33: drawing in step with the 60 Hz screen fixes the phase for a whole run and with it the latency measured.
const FRAME_MS = 33.44;

function crc8(value, bits) {
  let crc = 0;
  for (let i = bits - 1; i >= 0; i--) {
    const bit = Number((value >> BigInt(i)) & 1n) ^ (crc >> 7);
    crc = ((crc << 1) & 0xff) ^ (bit ? 0x07 : 0);
  }
  return crc;
}

/** Now in tenths of a millisecond, 38 bits of it, comparable between processes of one machine. */
export const stampNow = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 10)) & ((1n << 38n) - 1n);

/** White, black, 38 bits of time, 8 bits of CRC: 48 cells in two rows. */
export function barcodeBits(stamp) {
  const word = (stamp << 8n) | BigInt(crc8(stamp, 38));
  const bits = [1, 0];
  for (let i = 45; i >= 0; i--) bits.push(Number((word >> BigInt(i)) & 1n));
  return bits;
}

function drawBarcode(context, bits) {
  bits.forEach((bit, i) => {
    context.fillStyle = bit ? '#fff' : '#000';
    context.fillRect((i % BARCODE_COLUMNS) * CELL_PX, Math.floor(i / BARCODE_COLUMNS) * CELL_PX, CELL_PX, CELL_PX);
  });
}

const scratch = document.createElement('canvas');
const scratchContext = scratch.getContext('2d', { willReadFrequently: true });

/** The age in ms of the barcode that a video element shows, or null when it cannot be read. */
export function barcodeAgeMs(video, nowTenths = stampNow()) {
  const scale = video.videoWidth / 1280;
  const width = BARCODE_COLUMNS * CELL_PX;
  scratch.width = BARCODE_COLUMNS * 8;
  scratch.height = 16;
  scratchContext.drawImage(video, 0, 0, width * scale, 2 * CELL_PX * scale, 0, 0, scratch.width, scratch.height);
  const pixels = scratchContext.getImageData(0, 0, scratch.width, scratch.height).data;
  const level = (i) => {
    const x = (i % BARCODE_COLUMNS) * 8 + 2;
    const y = Math.floor(i / BARCODE_COLUMNS) * 8 + 2;
    let sum = 0;
    for (let dy = 0; dy < 4; dy++) for (let dx = 0; dx < 4; dx++) sum += pixels[4 * ((y + dy) * scratch.width + x + dx)];
    return sum / 16;
  };
  const white = level(0);
  const black = level(1);
  if (white - black < 60) return null;
  let word = 0n;
  for (let i = 2; i < 48; i++) word = (word << 1n) | (level(i) > (white + black) / 2 ? 1n : 0n);
  const stamp = word >> 8n;
  if (crc8(stamp, 38) !== Number(word & 0xffn)) return null;
  return Number(nowTenths - stamp) / 10;
}

function timer(everyMs, tick) {
  let next = performance.now();
  let stopped = false;
  const step = () => {
    if (stopped) return;
    tick();
    next = Math.max(next + everyMs, performance.now() - everyMs);
    setTimeout(step, Math.max(0, next - performance.now()));
  };
  step();
  return () => { stopped = true; };
}

function canvasSource({ width, height, everyMs, paint }) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  const stream = canvas.captureStream(0);
  const [track] = stream.getVideoTracks();
  const stopTimer = timer(everyMs, () => { paint(context, canvas); track.requestFrame(); });
  return { stream, close: () => { stopTimer(); track.stop(); } };
}

let tick = 0;
function paintMotion(context, canvas, top) {
  context.fillStyle = '#246';
  context.fillRect(0, top, canvas.width, canvas.height - top);
  paintBoxes(context, canvas, top);
}

function paintBoxes(context, canvas, top) {
  tick++;
  for (let i = 0; i < 12; i++) {
    context.fillStyle = `hsl(${(i * 30 + tick) % 360} 80% 55%)`;
    const x = (canvas.width / 2) * (1 + Math.sin(tick / 40 + i)) - 40;
    const y = top + ((canvas.height - top) / 2) * (1 + Math.cos(tick / 55 + i * 2)) - 40;
    context.fillRect(x, y, 80, 80);
  }
}

function barcode({ width = 1280, height = 720, silent = false }) {
  const source = canvasSource({ width, height, everyMs: FRAME_MS, paint: (context, canvas) => {
    paintMotion(context, canvas, 2 * CELL_PX);
    drawBarcode(context, barcodeBits(stampNow()));
  } });
  return silent ? source : withAudio(source, tones([440, 440]));
}

// A picture that costs bits like a filmed one, the same in every run: a textured ground that pans, boxes that move over
// it. A flat picture would leave the encoder far below the rates that a test gives its layers.
function scenery({ width = 1280, height = 720 }) {
  const ground = document.createElement('canvas');
  ground.width = width + GROUND_MARGIN_PX;
  ground.height = height + GROUND_MARGIN_PX;
  const groundContext = ground.getContext('2d', { alpha: false });
  let seed = 12345;
  const random = () => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed / 0x7fffffff; };
  for (const size of [64, 24, 10, 6]) {
    for (let i = 0; i < (ground.width * ground.height) / (size * size) / 2; i++) {
      groundContext.fillStyle = `hsl(${random() * 360} 30% ${20 + random() * 50}% / 0.6)`;
      groundContext.fillRect(random() * ground.width, random() * ground.height, size, size);
    }
  }
  const source = canvasSource({ width, height, everyMs: FRAME_MS, paint: (context, canvas) => {
    const pan = (1 + Math.sin(tick / 45)) / 2;
    context.drawImage(ground, -pan * GROUND_MARGIN_PX, -(1 - pan) * GROUND_MARGIN_PX);
    paintBoxes(context, canvas, 0);
  } });
  return withAudio(source, tones([440, 440]));
}

function tones([left, right], level = 0.2) {
  const context = new AudioContext({ sampleRate: 48000 });
  const destination = context.createMediaStreamDestination();
  destination.channelCount = 2;
  const merger = context.createChannelMerger(2);
  [left, right].forEach((frequency, channel) => {
    if (!frequency) return;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = level;
    oscillator.frequency.value = frequency;
    oscillator.connect(gain).connect(merger, 0, channel);
    oscillator.start();
  });
  merger.connect(destination);
  return { stream: destination.stream, close: () => context.close() };
}

function withAudio(video, audio) {
  const stream = new MediaStream([...video.stream.getTracks(), ...audio.stream.getTracks()]);
  return { stream, close: () => { video.close(); audio.close(); } };
}

// Once a second the whole picture turns white while a tone sounds, for 120 ms.
function flash({ width = 640, height = 360 }) {
  const context = new AudioContext({ sampleRate: 48000 });
  const destination = context.createMediaStreamDestination();
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = 0;
  oscillator.frequency.value = 1000;
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  let on = false;
  const video = canvasSource({ width, height, everyMs: 16.7, paint: (canvas2d, canvas) => {
    const lit = performance.now() % 1000 < 120;
    if (lit !== on) { on = lit; gain.gain.setValueAtTime(on ? 0.5 : 0, context.currentTime); }
    canvas2d.fillStyle = on ? '#fff' : '#000';
    canvas2d.fillRect(0, 0, canvas.width, canvas.height);
  } });
  return withAudio(video, { stream: destination.stream, close: () => context.close() });
}

async function camera({ width = 1280, height = 720, frameRate = 30, audio = true, video = true }) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: video && { width: { exact: width }, height: { exact: height }, frameRate }, audio });
  return { stream, close: () => stream.getTracks().forEach((track) => track.stop()) };
}

export async function openSource(options) {
  switch (options.kind) {
    case 'barcode': return barcode(options);
    case 'tones': return options.withVideo ? withAudio(await camera({ ...options, audio: false }), tones(options.hertz)) : tones(options.hertz);
    case 'scenery': return scenery(options);
    case 'flash': return flash(options);
    default: return camera(options);
  }
}
