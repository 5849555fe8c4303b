import { EventChannel } from './channel.ts';
import { object, parse } from './json.ts';
import type { Platform } from './platform.ts';
import type { Session } from './session.ts';

export const PUBLISHER_EVENTS_REL = 'urn:millrace:whip:ext:server-sent-events';

/** How long nothing may be heard before every layer is taken to be wanted. */
const DEAF_AFTER_MS = 1_000;

/** By rid, whether somebody watches that layer; undefined when the server cannot be heard, so all may be wanted. */
export type Demand = Record<string, boolean> | undefined;

/** Follows which layers of a publisher somebody watches, by the events of its session. */
export class DemandEvents {
  private readonly channel: EventChannel;
  private cancel: (() => void) | undefined;

  constructor(platform: Platform, session: Session, resource: string, onDemand: (demand: Demand) => void) {
    this.channel = new EventChannel(platform, session, resource, {
      events: {
        'layers-wanted': (data) => {
          this.cancel?.();
          this.cancel = undefined;
          onDemand(wanted(data));
        },
      },
      onBroken: () => {
        this.cancel ??= platform.after(DEAF_AFTER_MS, () => onDemand(undefined));
      },
      // The connection itself notices that its session is gone.
      onGone: () => onDemand(undefined),
    });
  }

  close(): void {
    this.cancel?.();
    this.channel.close();
  }
}

/** Reads `{"mid":"1","layers":{"l":true,"h":false}}`. */
function wanted(data: string): Demand {
  const layers = object(object(parse(data))['layers']);
  return Object.fromEntries(Object.entries(layers).map(([rid, value]) => [rid, value !== false]));
}
