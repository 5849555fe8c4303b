import type { Floaters } from '../chat/floaters.ts';
import { remember } from '../chat/memory.ts';
import type { Protocol } from '../chat/messages.ts';
import { ChatRoom } from '../chat/room.ts';

/** The chat room of what a player plays: made when somebody asks for it, entered when the player is told to. */
export class Talk {
  private current: ChatRoom | undefined;
  private place = '';
  private protocol: Protocol = 'none';

  /** @param emit passes the room's news on as events of the element */
  constructor(
    private readonly emit: (name: string, detail: unknown) => void,
    private readonly floaters: Floaters,
  ) {}

  /** The room of that stream; another stream's is left. */
  room(base: string, stream: string, token: string | undefined): ChatRoom {
    const place = `${new URL(base).host}/${stream}`;
    if (!this.current || place !== this.place) {
      this.current?.leave();
      this.place = place;
      this.current = new ChatRoom({ base, stream, token, memory: remember(place) });
      this.current.plays(this.protocol);
      this.forward(this.current);
    }
    this.current.useToken(token);
    return this.current;
  }

  leave(): void {
    this.current?.leave();
  }

  /** What is played beside the room, so that it is counted there. */
  plays(protocol: Protocol | undefined): void {
    this.protocol = protocol ?? 'none';
    this.current?.plays(this.protocol);
  }

  retryNow(): void {
    this.current?.retryNow();
  }

  private forward(room: ChatRoom): void {
    const { emit, floaters } = this;
    room.listen({
      onSaid: (said) => emit('chat', said),
      onReactions: (counts) => {
        floaters.show(counts);
        emit('reactions', counts);
      },
      onPresence: (presence) => emit('presence', presence),
      onState: (state, detail) => emit('chatstate', { state, detail }),
    });
  }
}
