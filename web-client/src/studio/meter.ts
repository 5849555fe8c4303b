/** Shows how loud a track is, on a scale of decibels. */
export class Meter {
  private static readonly QUIETEST_DB = -60;
  private static readonly DRAW_EVERY_MS = 60;
  /** Per drawing: bars fall slower than they rise, so that the eye can follow. */
  private static readonly FALL = 0.06;
  private context: AudioContext | undefined;
  private source: MediaStreamAudioSourceNode | undefined;
  private level = 0;

  constructor(
    private readonly meter: HTMLElement,
    private readonly bar: HTMLElement,
  ) {}

  show(track: MediaStreamTrack | undefined): void {
    this.source?.disconnect();
    this.source = undefined;
    this.meter.classList.toggle('off', !track);
    if (!track) return this.draw(0);
    this.context ??= new AudioContext();
    void this.context.resume();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1024;
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    this.source = source;
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      if (this.source !== source) return;
      analyser.getFloatTimeDomainData(samples);
      this.draw(Math.max(loudness(samples, Meter.QUIETEST_DB), this.level - Meter.FALL));
      setTimeout(look, Meter.DRAW_EVERY_MS);
    };
    look();
  }

  private draw(level: number): void {
    this.level = level;
    this.bar.style.clipPath = `inset(0 ${(100 - level * 100).toFixed(1)}% 0 0)`;
    this.meter.setAttribute('aria-valuenow', String(Math.round(level * 100)));
  }
}

/** 0 at the quietest, 1 at full scale. */
export function loudness(samples: Float32Array, quietestDb: number): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, 1 - db / quietestDb));
}
