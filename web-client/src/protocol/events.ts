import { EventChannel } from './channel.ts';
import { object, parse } from './json.ts';
import { parseLayers, type Layer } from './layers.ts';
import type { Platform } from './platform.ts';
import type { Session } from './session.ts';

export const EVENTS_REL = 'urn:ietf:params:whep:ext:core:server-sent-events';

export interface EventsListener {
  onActive(): void;
  onInactive(): void;
  onLayers(layers: Layer[]): void;
  onViewers(viewers: number): void;
  /** The server wants a new session, perhaps elsewhere. */
  onReconnect(endpoint: string | undefined): void;
  /** The session behind the events is no more. */
  onGone(): void;
}

/** The server-sent events extension of WHEP. */
export function whepEvents(
  platform: Platform,
  session: Session,
  resource: string,
  listener: EventsListener,
): EventChannel {
  return new EventChannel(platform, session, resource, {
    events: {
      active: () => listener.onActive(),
      inactive: () => listener.onInactive(),
      layers: (data) => listener.onLayers(parseLayers(data)),
      viewercount: (data) => {
        const { viewercount } = object(parse(data));
        if (typeof viewercount === 'number') listener.onViewers(viewercount);
      },
      reconnect: (data) => {
        const { url } = object(parse(data));
        listener.onReconnect(typeof url === 'string' ? url : undefined);
      },
    },
    onGone: () => listener.onGone(),
  });
}
