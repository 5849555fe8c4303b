import { array, object, parse, text } from '../protocol/json.ts';
import type { Refusal } from './messages.ts';

/** Something said that the server has not acknowledged. */
export interface Pending {
  id: string;
  text: string;
  /** Acknowledged under this number, but not seen in the log yet. */
  seq: number | undefined;
  /** Seen in the log before it was acknowledged, so there is no need to show it here as well. */
  echoed: boolean;
  /** The server refused it: kept until it is said again or thrown away. */
  refusal: Refusal | undefined;
}

/** More than anybody types while a connection is away. */
const MOST_PENDING = 20;

/** What was said and not yet seen in the log, in order. The same id goes out again until the server answered. */
export class Outbox {
  pending: Pending[] = [];
  private sent = 0;

  /** @param prefix makes the ids of this page's messages unlike those of the same participant's other pages */
  constructor(
    private readonly prefix: string,
    kept: string | null,
  ) {
    this.pending = array(parse(kept ?? ''))
      .flatMap(pendingOf)
      .slice(-MOST_PENDING);
  }

  /** For the page's storage, so that a reload loses nothing. */
  serialize(): string {
    return JSON.stringify(this.unanswered.concat(this.refused));
  }

  /** Undefined when too many wait already. */
  add(text: string): Pending | undefined {
    if (this.pending.length >= MOST_PENDING) return undefined;
    const one: Pending = {
      id: `${this.prefix}-${++this.sent}`,
      text,
      seq: undefined,
      echoed: false,
      refusal: undefined,
    };
    this.pending.push(one);
    return one;
  }

  get unanswered(): Pending[] {
    return this.pending.filter((one) => one.seq === undefined && !one.refusal);
  }

  get refused(): Pending[] {
    return this.pending.filter((one) => one.refusal);
  }

  /** @param seen the newest number of the log that was seen here */
  acknowledge(id: string, seq: number, seen: number): void {
    const one = this.pending.find((other) => other.id === id);
    if (!one) return;
    one.seq = seq;
    one.refusal = undefined;
    if (seq <= seen) this.drop(id);
  }

  /** A message of ours came by the log, which may be before its acknowledgement. */
  noteSaid(seq: number, text: string): void {
    const acknowledged = this.pending.find((one) => one.seq === seq);
    // The server answers in order, so an unacknowledged one can only be the first that was not seen yet.
    const first = this.unanswered.find((one) => !one.echoed);
    if (acknowledged) this.drop(acknowledged.id);
    else if (first?.text === text) first.echoed = true;
  }

  refuse(id: string, refusal: Refusal): Pending | undefined {
    const one = this.pending.find((other) => other.id === id);
    if (one) one.refusal = refusal;
    return one;
  }

  drop(id: string): Pending | undefined {
    const one = this.pending.find((other) => other.id === id);
    this.pending = this.pending.filter((other) => other !== one);
    return one;
  }

  /** The log began anew: numbers of the old one mean nothing. */
  forgetAcknowledged(): void {
    this.pending = this.pending.filter((one) => one.seq === undefined);
  }
}

function pendingOf(value: unknown): Pending[] {
  const { id, text: said, refusal } = object(value);
  if (text(id) === '' || text(said) === '') return [];
  const { code, detail, retryMs } = object(refusal);
  const kept =
    text(code) === ''
      ? undefined
      : { id: text(id), code: text(code), detail: text(detail), retryMs: Number(retryMs) || 0 };
  return [{ id: text(id), text: text(said), seq: undefined, echoed: false, refusal: kept }];
}
