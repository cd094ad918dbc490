import { type Mongo } from '@caas/data-access-mongo';
import {
  type Clock,
  DuplicateKeyError,
  type IdempotencyClaim,
  type IdempotencyStore,
  type IdempotentRequest,
  type RecordedAnswer,
  UnavailableError,
} from '@caas/runtime';
import { idempotencyKeys, type IdempotencyKey, STORED_BODY_MAX } from './idempotency-keys.collection.js';

/** Rounds of inserting and looking; each lost one means that the row went in between. */
const ROUNDS_MAX = 3;

export interface MongoIdempotencyStoreOptions {
  readonly mongo: Mongo;
  readonly clock: Clock;
  /** How long answers are kept. */
  readonly ttlSeconds: number;
}

/**
 * Keeps requests in `idempotency_keys`. Whoever inserts the scope runs the request; a process that died with a key loses it when the lock is over, and
 * what it still writes then has no effect, because every write names the lock that it was given.
 */
export class MongoIdempotencyStore implements IdempotencyStore {
  readonly #mongo: Mongo;
  readonly #clock: Clock;
  readonly #ttlMs: number;

  constructor({ mongo, clock, ttlSeconds }: MongoIdempotencyStoreOptions) {
    this.#mongo = mongo;
    this.#clock = clock;
    this.#ttlMs = ttlSeconds * 1_000;
  }

  async claim(request: IdempotentRequest): Promise<IdempotencyClaim> {
    for (let round = 1; round <= ROUNDS_MAX; round += 1) {
      const lock = new Date(this.#clock.now() + request.lockMs);
      if (await this.#insert(request, lock)) return this.#claimed(request.scope, lock);
      const row = await this.#rows().find(request.scope, { readFrom: 'primary' });
      const claim = row === undefined ? undefined : await this.#settle(request, row, lock);
      if (claim !== undefined) return claim;
    }
    throw new UnavailableError('An Idempotency-Key changed hands too often.', { details: { retryAfterSeconds: 1 } });
  }

  async #insert({ scope, tenantId, bodyHash }: IdempotentRequest, lock: Date): Promise<boolean> {
    try {
      await this.#rows().insert({ scope, tenant_id: tenantId, ...this.#opened(bodyHash, lock) });
      return true;
    } catch (error) {
      if (error instanceof DuplicateKeyError) return false;
      throw error;
    }
  }

  /** What a known row means; `undefined` when it changed at this moment. */
  async #settle(request: IdempotentRequest, row: IdempotencyKey, lock: Date): Promise<IdempotencyClaim | undefined> {
    const now = this.#clock.now();
    const over = row.state === 'completed' ? row.expires_at.getTime() <= now : row.locked_until.getTime() <= now;
    if (over) return (await this.#takeOver(row, request.bodyHash, lock)) ? this.#claimed(request.scope, lock) : undefined;
    if (row.body_hash !== request.bodyHash) return { outcome: 'reused' };
    return row.response === null ? { outcome: 'in_progress' } : { outcome: 'replay', answer: toAnswer(row.response) };
  }

  /** Of several that find a lock over exactly one gets it. */
  async #takeOver({ scope, locked_until }: IdempotencyKey, bodyHash: string, lock: Date): Promise<boolean> {
    return (await this.#rows().findOneAndUpdate({ scope, locked_until }, { set: this.#opened(bodyHash, lock) })) !== undefined;
  }

  #opened(bodyHash: string, lock: Date) {
    const expires_at = new Date(this.#clock.now() + this.#ttlMs);
    return { body_hash: bodyHash, state: 'in_progress' as const, locked_until: lock, response: null, expires_at };
  }

  #claimed(scope: string, lock: Date): IdempotencyClaim {
    const held = { scope, locked_until: lock, state: 'in_progress' as const };
    return {
      outcome: 'claimed',
      complete: async (answer) => {
        await this.#rows().findOneAndUpdate(held, { set: { state: 'completed', response: toRow(answer) } });
      },
      release: async () => {
        await this.#rows().findOneAndDelete(held);
      },
    };
  }

  #rows() {
    return this.#mongo.platform(idempotencyKeys);
  }
}

type StoredResponse = NonNullable<IdempotencyKey['response']>;

/** An answer too long to be kept is kept without its body: the repeat must not run the request again. */
function toRow({ status, headers, body }: RecordedAnswer): StoredResponse {
  return {
    status,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    body: body === null || body.length > STORED_BODY_MAX ? null : body,
  };
}

function toAnswer({ status, headers, body }: StoredResponse): RecordedAnswer {
  return { status, headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])), body };
}
