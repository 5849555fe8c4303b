import { h } from '../page/dom.ts';
import { NO_MIC, type Settings } from './settings.ts';

/** The settings form: shows settings, reads them back, and lists the devices there are. */
export class SettingsForm {
  constructor(
    private readonly form: HTMLFormElement,
    private readonly onChange: (now: Settings, changed: keyof Settings) => void,
    private settings: Settings,
  ) {
    this.show(settings);
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', (event) => {
      const { name } = event.target as HTMLInputElement;
      this.settings = this.read();
      this.fit();
      this.onChange(this.settings, name as keyof Settings);
    });
  }

  show(settings: Settings): void {
    this.settings = settings;
    for (const [name, value] of Object.entries(settings)) {
      const control = this.form.elements.namedItem(name);
      if (control instanceof HTMLInputElement) control.checked = value === true;
      else if (control instanceof RadioNodeList || control instanceof HTMLSelectElement)
        control.value = String(value);
    }
    this.fit();
  }

  /** Names of devices are known only after the person allowed one. */
  async listDevices(cameraId: string | undefined, micId: string | undefined): Promise<void> {
    const devices = (await navigator.mediaDevices.enumerateDevices()).filter(
      (device) => device.deviceId !== '',
    );
    this.list('cameraId', devices, 'videoinput', 'Camera', cameraId ?? this.settings.cameraId);
    const mic = this.settings.micId === NO_MIC ? NO_MIC : (micId ?? this.settings.micId);
    this.list('micId', devices, 'audioinput', 'Microphone', mic);
    this.select('micId').append(h('option', { value: NO_MIC, selected: mic === NO_MIC }, 'None'));
  }

  private list(
    name: string,
    all: MediaDeviceInfo[],
    kind: MediaDeviceKind,
    word: string,
    selected: string,
  ): void {
    const devices = all.filter((device) => device.kind === kind);
    const options = devices.map(({ deviceId, label }, i) =>
      h('option', { value: deviceId, selected: deviceId === selected }, label || `${word} ${i + 1}`),
    );
    if (options.length === 0) options.push(h('option', { value: '' }, `The browser’s ${word.toLowerCase()}`));
    this.select(name).replaceChildren(...options);
  }

  private read(): Settings {
    const data = new FormData(this.form);
    const text = (name: keyof Settings) => String(data.get(name) ?? '');
    return {
      video: text('video') as Settings['video'],
      cameraId: text('cameraId') || this.settings.cameraId,
      micId: text('micId'),
      height: Number(text('height')),
      fps: Number(text('fps')),
      screenSound: data.has('screenSound'),
      voice: data.has('voice'),
      stereo: data.has('stereo'),
      codec: text('codec') as Settings['codec'],
      simulcast: data.has('simulcast'),
    };
  }

  /** Only what applies to the chosen source is shown. */
  private fit(): void {
    const field = (id: string) => this.form.querySelector<HTMLElement>(`#${id}`);
    field('camera-field')?.toggleAttribute('hidden', this.settings.video !== 'camera');
    field('screen-sound')?.toggleAttribute('hidden', this.settings.video !== 'screen');
  }

  private select(name: string): HTMLSelectElement {
    return this.form.elements.namedItem(name) as HTMLSelectElement;
  }
}
