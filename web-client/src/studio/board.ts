import { dashOf, hlsOf } from '../page/addresses.ts';
import type { Warning } from '../page/api.ts';
import { copyable } from '../page/clipboard.ts';
import { byId, h, say } from '../page/dom.ts';
import { bitrate, clock, millis, percent, viewers } from '../page/format.ts';
import type { Problem } from '../protocol/problem.ts';
import type { Delay } from '../protocol/quality.ts';
import type { PublishStats } from '../protocol/stats.ts';
import type { WhipState } from '../protocol/whip.ts';

const STATES: Record<WhipState, string> = {
  idle: 'Not live',
  connecting: 'Connecting',
  live: 'LIVE',
  reconnecting: 'Reconnecting',
  failed: 'Not live',
};

/** Everything the studio says: state, timer, notices, statistics, addresses. No decisions here. */
export class Board {
  private action: (() => void) | undefined;
  private told = '[]';

  constructor(stream: string) {
    const watch = `${location.origin}/watch/${encodeURIComponent(stream)}`;
    const frame = `<iframe src="${location.origin}/embed/${encodeURIComponent(stream)}?controls&autoplay&muted" width="960" height="540" allow="autoplay; fullscreen; picture-in-picture" style="border:0"></iframe>`;
    document.title = `${stream} · Studio · Millrace`;
    say(byId('title'), stream);
    byId<HTMLAnchorElement>('watch').href = watch;
    copyable('link', 'copy-link', watch);
    copyable('embed', 'copy-embed', frame);
    copyable('hls', 'copy-hls', hlsOf(stream));
    copyable('dash', 'copy-dash', dashOf(stream));
    byId('notice-action').addEventListener('click', () => this.action?.());
  }

  showState(state: WhipState): void {
    const pill = byId('state');
    pill.dataset['state'] = state;
    say(pill, STATES[state]);
    const on = state !== 'idle' && state !== 'failed';
    this.swap(on ? 'go-live' : 'stop', on ? 'stop' : 'go-live');
    if (!on) {
      say(byId('timer'), '');
      say(byId('viewers'), '');
      say(byId('stats'), '');
    }
  }

  /** One button takes the other's place, and its focus. */
  private swap(from: string, to: string): void {
    const focused = document.activeElement === byId(from);
    byId(from).hidden = true;
    byId(to).hidden = false;
    if (focused) byId(to).focus();
  }

  showTimer(elapsedMs: number): void {
    say(byId('timer'), clock(elapsedMs));
  }

  /** @param behind what is between the camera and the viewer in the middle */
  showViewers(count: number, behind: Delay | undefined): void {
    const delay = behind && `${behind.partial ? 'over' : 'about'} ${millis(behind.totalMs)} behind you`;
    say(byId('viewers'), [viewers(count), delay].filter(Boolean).join(', '));
    byId('viewers').title = behind
      ? behind.parts.map(([name, ms]) => `${name} ${millis(ms)}`).join(' · ')
      : '';
  }

  /** A problem with perhaps a way out; undefined clears it. */
  showProblem(problem: Problem | undefined, mild = false, label?: string, action?: () => void): void {
    const notice = byId('notice');
    notice.hidden = problem === undefined;
    notice.classList.toggle('mild', mild);
    say(byId('notice-title'), problem?.title ?? '');
    say(byId('notice-detail'), problem?.detail ?? '');
    const button = byId('notice-action');
    button.hidden = !action;
    say(button, label ?? '');
    this.action = action;
  }

  /**
   * Who else is live on this stream, and what the server says of what comes in, whoever sends it.
   *
   * @param transport how somebody else's media comes in; undefined while nobody else is live
   */
  showOthers(transport: string | undefined, warnings: Warning[]): void {
    byId('elsewhere').hidden = transport === undefined;
    const encoder = transport !== undefined && !['udp', 'tcp', ''].includes(transport);
    const who = encoder
      ? `An encoder is live on this stream (${transport.toUpperCase()})`
      : 'Somebody else is live on this stream';
    say(byId('elsewhere-title'), who);
    const told = JSON.stringify(warnings);
    if (told === this.told) return;
    this.told = told;
    byId('advice').hidden = warnings.length === 0;
    byId('warnings').replaceChildren(
      ...warnings.map(({ code, detail }) => h('li', { 'data-code': code }, detail)),
    );
  }

  /** @param resting what is said of layers that rest, empty when none does */
  showStats(stats: PublishStats, resting: string): void {
    const layers = stats.layers
      .filter((layer) => layer.bps > 0)
      .map(
        (layer) =>
          `${layer.width}×${layer.height} at ${Math.round(layer.framesPerSecond)} fps ${bitrate(layer.bps)}`,
      );
    const parts = [
      [stats.videoCodec, stats.audioCodec].filter(Boolean).join(' + '),
      ...layers,
      resting,
      stats.audioBps > 0 ? `sound ${bitrate(stats.audioBps)}` : '',
      `round trip ${millis(stats.rttMs)}`,
      stats.loss > 0 ? `loss ${percent(stats.loss)}` : '',
      stats.limitation === 'none'
        ? ''
        : `limited by ${stats.limitation === 'cpu' ? 'the processor' : stats.limitation}`,
    ];
    say(byId('stats'), parts.filter(Boolean).join(' · '));
  }

  showPreview(video: MediaStreamTrack | undefined, mirrored: boolean): void {
    const preview = byId<HTMLVideoElement>('preview');
    preview.srcObject = video ? new MediaStream([video]) : null;
    preview.classList.toggle('mirror', mirrored);
    byId('blank').hidden = video !== undefined;
  }

  showBlank(text: string, mayPick: boolean): void {
    say(byId('blank-text'), text);
    byId('pick-screen').hidden = !mayPick;
  }
}
