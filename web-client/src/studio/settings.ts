/** What a broadcaster chose, remembered in the browser; the address of the page may say otherwise for once. */
export interface Settings {
  video: 'camera' | 'screen' | 'none';
  /** Device ids, empty for the browser's choice; `none` as microphone for no sound. */
  cameraId: string;
  micId: string;
  height: number;
  fps: number;
  screenSound: boolean;
  /** Echo cancellation, noise suppression and automatic gain. */
  voice: boolean;
  stereo: boolean;
  codec: Codec;
  simulcast: boolean;
}

export type Codec = 'auto' | 'H264' | 'VP8' | 'VP9' | 'AV1';

export const DEFAULTS: Settings = {
  video: 'camera',
  cameraId: '',
  micId: '',
  height: 720,
  fps: 30,
  screenSound: true,
  voice: true,
  stereo: false,
  codec: 'auto',
  simulcast: true,
};

export const NO_MIC = 'none';
const KEY = 'millrace.studio';

export function load(storage: Storage, query: URLSearchParams): Settings {
  return override(clean(parse(storage.getItem(KEY))), query);
}

export function save(storage: Storage, settings: Settings): void {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows may have no storage; the choice then lasts as long as the page.
  }
}

/** `?video=screen|camera|none&audio=mic|none&codec=…&simulcast=0|1&height=…&fps=…` */
function override(settings: Settings, query: URLSearchParams): Settings {
  const given: Record<string, unknown> = { ...settings };
  const codec = query.get('codec');
  if (codec) given['codec'] = codec.toLowerCase() === 'auto' ? 'auto' : codec.toUpperCase().replace('.', '');
  if (query.has('video')) given['video'] = query.get('video');
  if (query.has('audio')) given['micId'] = audioOf(query.get('audio') ?? '', settings.micId);
  for (const name of ['simulcast', 'stereo', 'voice']) {
    if (query.has(name)) given[name] = !['0', 'false', 'off'].includes(query.get(name) ?? '');
  }
  for (const name of ['height', 'fps']) if (query.has(name)) given[name] = Number(query.get(name));
  return clean(given);
}

function audioOf(value: string, micId: string): string {
  if (['none', '0', 'off', 'false'].includes(value)) return NO_MIC;
  return micId === NO_MIC ? '' : micId;
}

/** Only what the page itself could have chosen. */
function clean(given: Record<string, unknown>): Settings {
  const one = <T>(name: keyof Settings, allowed: readonly T[]): T =>
    allowed.includes(given[name] as T) ? (given[name] as T) : (DEFAULTS[name] as T);
  const text = (name: keyof Settings) => (typeof given[name] === 'string' ? given[name] : '');
  return {
    video: one('video', ['camera', 'screen', 'none']),
    cameraId: text('cameraId'),
    micId: text('micId'),
    height: one('height', [1080, 720, 480, 360]),
    fps: one('fps', [60, 30, 15]),
    screenSound: one('screenSound', [true, false]),
    voice: one('voice', [true, false]),
    stereo: one('stereo', [true, false]),
    codec: one('codec', ['auto', 'H264', 'VP8', 'VP9', 'AV1']),
    simulcast: one('simulcast', [true, false]),
  };
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
