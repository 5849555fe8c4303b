import { object, parse, text } from '../protocol/json.ts';
import { participant, type Participant } from './messages.ts';

/** What an application's channel delivers: a text or bytes, and who sent it. */
export interface AppMessage {
  label: string;
  from: Participant;
  text: string | undefined;
  data: ArrayBuffer | undefined;
}

/**
 * A binary message of an application's channel: length of the header (16 bits, big-endian), the header as JSON, the
 * payload. Undefined when it is none.
 */
export function openEnvelope(bytes: ArrayBuffer): AppMessage | undefined {
  if (bytes.byteLength < 2) return undefined;
  const length = new DataView(bytes).getUint16(0);
  if (bytes.byteLength < 2 + length) return undefined;
  const header = object(parse(new TextDecoder().decode(new Uint8Array(bytes, 2, length))));
  const label = text(header['label']);
  if (header['type'] !== 'app' || label === '') return undefined;
  return { label, from: participant(header['from']), text: undefined, data: bytes.slice(2 + length) };
}

/** The same towards the server, where one connection carries many labels. */
export function sealEnvelope(label: string, payload: ArrayBuffer): ArrayBuffer {
  const header = new TextEncoder().encode(JSON.stringify({ type: 'app', label }));
  const bytes = new Uint8Array(2 + header.length + payload.byteLength);
  new DataView(bytes.buffer).setUint16(0, header.length);
  bytes.set(header, 2);
  bytes.set(new Uint8Array(payload), 2 + header.length);
  return bytes.buffer;
}
