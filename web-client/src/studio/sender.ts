import { Problem } from '../protocol/problem.ts';
import type { Capture } from './capture.ts';
import { encodingsFor, preferred } from './encodings.ts';
import type { Settings } from './settings.ts';

/** What Opus is given: browsers choose 32 kbit/s for themselves, which voices survive and music does not. */
const VOICE_BPS = 64_000;
const MUSIC_BPS = 160_000;

/** Puts the captured tracks on a fresh peer connection: sendonly, simulcast, codecs in order. */
export async function addTracks(pc: RTCPeerConnection, capture: Capture, settings: Settings): Promise<void> {
  const stream = new MediaStream();
  if (capture.audio) {
    pc.addTransceiver(capture.audio, {
      direction: 'sendonly',
      streams: [stream],
      sendEncodings: [{ maxBitrate: settings.stereo ? MUSIC_BPS : VOICE_BPS }],
    });
  }
  if (capture.video) {
    const sendEncodings = encodings(capture.video, settings);
    const video = pc.addTransceiver(capture.video, {
      direction: 'sendonly',
      streams: [stream],
      sendEncodings,
    });
    orderCodecs(video, settings);
    await keepSize(video.sender);
  }
  pc.getTransceivers().forEach(tellCaptureTime);
}

const CAPTURE_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** Packets say when they were captured, where the browser can: it does so only when asked (RTP header extensions API). */
function tellCaptureTime(transceiver: RTCRtpTransceiver): void {
  const tunable: RTCRtpTransceiver & {
    getHeaderExtensionsToNegotiate?(): { uri: string; direction: RTCRtpTransceiverDirection }[];
    setHeaderExtensionsToNegotiate?(wanted: { uri: string; direction: RTCRtpTransceiverDirection }[]): void;
  } = transceiver;
  const known = tunable.getHeaderExtensionsToNegotiate?.() ?? [];
  if (!known.some(({ uri }) => uri === CAPTURE_TIME)) return;
  tunable.setHeaderExtensionsToNegotiate?.(
    known.map(({ uri, direction }) => ({ uri, direction: uri === CAPTURE_TIME ? 'sendrecv' : direction })),
  );
}

/** What sends the picture, once there is one. */
export function videoSender(pc: RTCPeerConnection): RTCRtpSender | undefined {
  return pc.getTransceivers().find(({ receiver }) => receiver.track.kind === 'video')?.sender;
}

/** Exchanges what is sent without negotiating; false when a track of a kind appears or vanishes, which needs that. */
export async function replaceTracks(pc: RTCPeerConnection, capture: Capture): Promise<boolean> {
  const sending = pc.getTransceivers();
  const wanted = [capture.audio, capture.video].filter((track) => track !== undefined);
  if (sending.length !== wanted.length) return false;
  for (const track of wanted) {
    const transceiver = sending.find(({ receiver }) => receiver.track.kind === track.kind);
    if (!transceiver) return false;
    await transceiver.sender.replaceTrack(track);
  }
  return true;
}

function encodings(track: MediaStreamTrack, settings: Settings): RTCRtpEncodingParameters[] {
  const { width, height } = track.getSettings();
  const asked = settings.height;
  return encodingsFor(
    width ?? (asked * 16) / 9,
    height ?? asked,
    settings.fps,
    settings.simulcast,
    settings.codec,
  );
}

function orderCodecs(transceiver: RTCRtpTransceiver, { codec }: Settings): void {
  const capabilities = RTCRtpSender.getCapabilities('video')?.codecs;
  if (!capabilities || !('setCodecPreferences' in transceiver)) return;
  const order = preferred(capabilities, codec);
  if (order.length === 0) {
    throw new Problem(0, `This browser cannot send ${codec}`, 'Choose another codec under More, or Auto.');
  }
  transceiver.setCodecPreferences(order);
}

/** When bits or cycles run short the picture loses frames, not size: viewers of each layer keep what they chose. */
async function keepSize(sender: RTCRtpSender): Promise<void> {
  const parameters: RTCRtpSendParameters & { degradationPreference?: string } = sender.getParameters();
  parameters.degradationPreference = 'maintain-resolution';
  // Not in every browser, and nothing depends on it.
  await sender.setParameters(parameters).catch(() => undefined);
}
