import { type IdempotencyClaim, type IdempotencyStore, type IdempotentRequest, type RecordedAnswer } from '@caas/runtime';

/** Remembers requests in memory; locks and answers never run out. */
export class MemoryIdempotency implements IdempotencyStore {
  readonly rows = new Map<string, { request: IdempotentRequest; answer: RecordedAnswer | undefined }>();

  claim(request: IdempotentRequest): Promise<IdempotencyClaim> {
    const { scope, bodyHash } = request;
    const known = this.rows.get(scope);
    if (known === undefined) return Promise.resolve(this.#claimed(request));
    if (known.request.bodyHash !== bodyHash) return Promise.resolve({ outcome: 'reused' });
    return Promise.resolve(known.answer === undefined ? { outcome: 'in_progress' } : { outcome: 'replay', answer: known.answer });
  }

  #claimed(request: IdempotentRequest): IdempotencyClaim {
    this.rows.set(request.scope, { request, answer: undefined });
    return {
      outcome: 'claimed',
      complete: (answer) => Promise.resolve(void this.rows.set(request.scope, { request, answer })),
      release: () => Promise.resolve(void this.rows.delete(request.scope)),
    };
  }
}
