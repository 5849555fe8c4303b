import type { Refusal } from './messages.ts';

/** What was asked of the room and not answered yet: undefined is agreement. */
export class Requests {
  private readonly waiting = new Map<string, (refusal: Refusal | undefined) => void>();
  private asked = 0;

  /** @param send given the request's id; false when it cannot go out */
  ask(send: (id: string) => boolean): Promise<Refusal | undefined> {
    const id = `r${++this.asked}`;
    return new Promise((resolve) => {
      if (send(id)) this.waiting.set(id, resolve);
      else resolve(lost(id));
    });
  }

  answer(id: string, refusal: Refusal | undefined): void {
    this.waiting.get(id)?.(refusal);
    this.waiting.delete(id);
  }

  /** The connection broke: whether they were heard is not known. */
  fail(): void {
    for (const id of [...this.waiting.keys()]) this.answer(id, lost(id));
  }
}

function lost(id: string): Refusal {
  return { id, code: 'lost', detail: 'The connection broke; try again.', retryMs: 0 };
}
