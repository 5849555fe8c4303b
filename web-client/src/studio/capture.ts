import { Problem } from '../protocol/problem.ts';
import { NO_MIC, type Settings } from './settings.ts';

/** Camera, screen and microphone: at most one video and one audio track at a time, exchanged at will. */
export class Capture {
  video: MediaStreamTrack | undefined;
  /** What is sent: the microphone, the shared sound, or both mixed. */
  audio: MediaStreamTrack | undefined;
  /** What the person switched off stays off when the device is exchanged. */
  hidden = false;
  muted = false;
  private mic: MediaStreamTrack | undefined;
  private shared: MediaStreamTrack | undefined;
  private mixer: AudioContext | undefined;

  /** @param onEnded a device was unplugged or sharing was ended by the browser's own button */
  constructor(private readonly onEnded: (kind: 'video' | 'audio') => void) {}

  /** Opens camera and microphone with one question to the person. Answers what could not be had. */
  async open(settings: Settings): Promise<Problem | undefined> {
    this.stopVideo();
    this.stopMic();
    const wantVideo = settings.video === 'camera';
    const wantAudio = settings.micId !== NO_MIC;
    if (!wantVideo && !wantAudio) return undefined;
    const { stream, missing } = await userMedia(
      wantVideo ? cameraConstraints(settings) : undefined,
      wantAudio ? micConstraints(settings) : undefined,
    );
    this.takeVideo(stream.getVideoTracks()[0]);
    this.takeMic(stream.getAudioTracks()[0]);
    this.mix();
    return missing;
  }

  async openCamera(settings: Settings): Promise<void> {
    // Phones open one camera at a time.
    this.stopVideo();
    const { stream } = await userMedia(cameraConstraints(settings), undefined);
    this.takeVideo(stream.getVideoTracks()[0]);
  }

  async openScreen(settings: Settings): Promise<void> {
    const stream = await screen(settings);
    this.stopVideo();
    this.takeVideo(stream.getVideoTracks()[0]);
    this.shared = stream.getAudioTracks()[0];
    this.mix();
  }

  async openMic(settings: Settings): Promise<void> {
    this.stopMic();
    if (settings.micId !== NO_MIC) {
      const { stream } = await userMedia(undefined, micConstraints(settings));
      this.takeMic(stream.getAudioTracks()[0]);
    }
    this.mix();
  }

  /** Black pictures from now on, or real ones again. */
  hide(hidden: boolean): void {
    this.hidden = hidden;
    if (this.video) this.video.enabled = !hidden;
  }

  /** Silences the microphone; what is shared stays heard unless it is all there is. */
  mute(muted: boolean): void {
    this.muted = muted;
    if (this.mic) this.mic.enabled = !muted;
    if (this.shared) this.shared.enabled = this.mic !== undefined || !muted;
  }

  get hasMic(): boolean {
    return this.mic !== undefined;
  }

  stopVideo(): void {
    this.video?.stop();
    this.shared?.stop();
    this.video = this.shared = undefined;
    this.mix();
  }

  private stopMic(): void {
    this.mic?.stop();
    this.mic = undefined;
  }

  private takeVideo(track: MediaStreamTrack | undefined): void {
    this.video = track;
    this.hide(this.hidden);
    track?.addEventListener('ended', () => this.video === track && this.onEnded('video'));
  }

  private takeMic(track: MediaStreamTrack | undefined): void {
    this.mic = track;
    track?.addEventListener('ended', () => this.mic === track && this.onEnded('audio'));
  }

  private mix(): void {
    const { mic, shared } = this;
    void this.mixer?.close();
    this.mixer = undefined;
    if (mic && shared) {
      this.mixer = new AudioContext({ sampleRate: 48_000 });
      const out = this.mixer.createMediaStreamDestination();
      for (const track of [mic, shared])
        this.mixer.createMediaStreamSource(new MediaStream([track])).connect(out);
      this.audio = out.stream.getAudioTracks()[0];
    } else {
      this.audio = mic ?? shared;
    }
    this.mute(this.muted);
  }
}

/** Why this page cannot capture at all, in words; undefined when it can. */
export function obstacle(): Problem | undefined {
  // Missing outside of secure contexts, whatever the type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices) return undefined;
  return isSecureContext
    ? new Problem(0, 'This browser has no camera access', 'Use a current Chrome, Edge, Firefox or Safari.')
    : new Problem(
        0,
        'Camera and microphone need HTTPS or localhost',
        'Browsers give them to secure pages only. Open the studio as http://localhost on the server itself, or give ' +
          'the server a certificate: set http.certificate and http.key to its PEM files.',
      );
}

function cameraConstraints({ cameraId, height, fps }: Settings): MediaTrackConstraints {
  return {
    ...(cameraId ? { deviceId: { exact: cameraId } } : {}),
    width: { ideal: Math.round((height * 16) / 9) },
    height: { ideal: height },
    frameRate: { ideal: fps },
  };
}

function micConstraints({ micId, voice, stereo }: Settings): MediaTrackConstraints {
  return {
    ...(micId ? { deviceId: { exact: micId } } : {}),
    echoCancellation: voice,
    noiseSuppression: voice,
    autoGainControl: voice,
    channelCount: { ideal: stereo ? 2 : 1 },
  };
}

async function screen({ height, fps, screenSound }: Settings): Promise<MediaStream> {
  const devices = navigator.mediaDevices as Partial<MediaDevices>;
  if (!devices.getDisplayMedia) {
    throw new Problem(0, 'This browser cannot share the screen', 'Phones cannot; a desktop browser can.');
  }
  try {
    return await navigator.mediaDevices.getDisplayMedia({
      video: { height: { max: height }, frameRate: { ideal: fps, max: fps } },
      audio: screenSound
        ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
        : false,
    });
  } catch (error) {
    throw nameOf(error) === 'NotAllowedError'
      ? new Problem(
          0,
          'Nothing is shared',
          'Sharing was cancelled, or the system does not allow this browser to record the screen.',
        )
      : captureProblem(error, 'screen');
  }
}

/** Asks for both at once; when one kind of device is missing, does with the other and says so. */
async function userMedia(
  video: MediaTrackConstraints | undefined,
  audio: MediaTrackConstraints | undefined,
): Promise<{ stream: MediaStream; missing: Problem | undefined }> {
  const what = video && audio ? 'camera or microphone' : video ? 'camera' : 'microphone';
  try {
    return { stream: await ask(video, audio), missing: undefined };
  } catch (error) {
    const name = nameOf(error);
    if (name === 'OverconstrainedError' && (video?.deviceId ?? audio?.deviceId)) {
      // The remembered device is gone: any other will do.
      return userMedia(video && { ...video, deviceId: [] }, audio && { ...audio, deviceId: [] });
    }
    if (name !== 'NotFoundError' || !video || !audio) throw captureProblem(error, what);
    const devices = await navigator.mediaDevices.enumerateDevices();
    const has = (kind: MediaDeviceKind) => devices.some((device) => device.kind === kind);
    if (has('videoinput'))
      return { stream: await ask(video, undefined), missing: captureProblem(error, 'microphone') };
    if (has('audioinput'))
      return { stream: await ask(undefined, audio), missing: captureProblem(error, 'camera') };
    throw captureProblem(error, what);
  }
}

function ask(
  video: MediaTrackConstraints | undefined,
  audio: MediaTrackConstraints | undefined,
): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: video ?? false, audio: audio ?? false });
}

/** A browser's capture error in words. */
export function captureProblem(error: unknown, what: string): Problem {
  switch (nameOf(error)) {
    case 'NotAllowedError':
      return new Problem(
        0,
        `The ${what} is not allowed`,
        'Allow it for this site (the icon beside the address), then try again. The system’s privacy settings may forbid it, too.',
      );
    case 'NotFoundError':
      return new Problem(0, `No ${what} was found`, 'Plug one in, share the screen, or choose None.');
    case 'NotReadableError':
    case 'AbortError':
      return new Problem(
        0,
        `The ${what} cannot be opened`,
        'Another program may be using it. Close that and try again.',
      );
    case 'InvalidStateError':
      return new Problem(0, 'The browser wants a click first', 'Press “Choose what to share”.');
    default:
      return Problem.wrap(error);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
