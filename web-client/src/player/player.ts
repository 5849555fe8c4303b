import { MillracePlayer } from './element.ts';

if (!customElements.get('millrace-player')) customElements.define('millrace-player', MillracePlayer);

export { MillracePlayer };
export { WhepClient } from '../protocol/whep.ts';
export { WhipClient } from '../protocol/whip.ts';
export { ChatRoom } from '../chat/room.ts';
