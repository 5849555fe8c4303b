import { Floaters } from '../chat/floaters.ts';
import { remember } from '../chat/memory.ts';
import { ChatPane } from '../chat/pane.ts';
import { ChatRoom } from '../chat/room.ts';
import { byId } from '../page/dom.ts';

/**
 * The stream's chat in the studio, from before the broadcast until after it; while live it goes over the broadcast's
 * own connection, which makes the broadcaster of the room.
 */
export function enterChat(stream: string, token: string | undefined): ChatRoom {
  const memory = remember(`${location.host}/${stream}`);
  const room = new ChatRoom({ base: location.href, stream, token, memory });
  const floaters = new Floaters(byId('screen'));
  room.listen({ onReactions: (counts) => floaters.show(counts) });
  byId('chat').append(new ChatPane(room).element);
  addEventListener('pagehide', () => room.leave());
  addEventListener('pageshow', (event) => event.persisted && room.join());
  addEventListener('online', () => room.retryNow());
  room.join();
  return room;
}
