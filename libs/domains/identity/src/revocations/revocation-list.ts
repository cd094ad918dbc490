import { type Mongo } from '@caas/data-access-mongo';
import { type Cache, type RedisAccess } from '@caas/data-access-redis';
import { type Clock, DuplicateKeyError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type Revocation, type RevocationScope, revocationScope, revocations } from './revocations.collection.js';

/** How long a process believes what it knows, also when nobody tells it otherwise: the longest that a revocation can go unnoticed. */
export const NOTICED_WITHIN_MS = 900;
/** How long Redis keeps a copy of what MongoDB has. */
const SHARED_TTL_MS = 30_000;
const ENTRIES_MAX = 50_000;

/** What is revoked, why and by whom. */
export interface NewRevocation {
  readonly kind: RevocationScope;
  /** Of the token (`jti`), session, user, application or tenant. */
  readonly id: string;
  readonly tenantId: TenantId;
  readonly reason: Revocation['reason'];
  readonly by: string;
  /** When the last token that it concerns has expired by itself. */
  readonly until: Date;
}

/** A copy of a row as caches keep it; `before` is 0 where there is none, so that this is cached as well. */
interface Mark {
  /** Epoch milliseconds. */
  readonly before: number;
}

/** One thing of which tokens may be revoked. */
export interface RevocableThing {
  readonly kind: RevocationScope;
  readonly id: string;
}

/**
 * Moments before which tokens are dead. Written to MongoDB first; copies in Redis and for less than a second in this process, dropped by message when one
 * changes. With Redis away MongoDB is asked; with both away the question rejects, and nobody is let in.
 */
export class RevocationList {
  readonly #mongo: Mongo;
  readonly #clock: Clock;
  readonly #marks: Cache<Mark>;

  constructor({ mongo, redis, clock }: { mongo: Mongo; redis: RedisAccess; clock: Clock }) {
    this.#mongo = mongo;
    this.#clock = clock;
    this.#marks = redis.cache<Mark>('revocations', { l1TtlMs: NOTICED_WITHIN_MS, l1Max: ENTRIES_MAX, ttlMs: SHARED_TTL_MS });
  }

  /** Revokes what was issued for the thing up to now. A repeat moves the moment forward, never back. */
  async revoke({ kind, id, tenantId, reason, by, until }: NewRevocation): Promise<void> {
    const scope = revocationScope(kind, id);
    const repository = this.#mongo.platform(revocations);
    const before = new Date(this.#clock.now());
    const change = { set: { reason, revoked_by: by }, max: { invalid_before: before, expires_at: until } };
    if ((await repository.findOneAndUpdate({ scope }, change)) === undefined) {
      const row = { scope, scope_kind: kind, tenant_id: tenantId, invalid_before: before, reason, revoked_by: by, expires_at: until };
      try {
        await repository.insert(row);
      } catch (error) {
        if (!(error instanceof DuplicateKeyError)) throw error;
        await repository.update(scope, change); // somebody else revoked it in the same moment
      }
    }
    await this.#marks.delete(scope);
  }

  /** Takes the one use of a token that is good once; false when it was used before. Of several at once one gets it. */
  async useOnce({ id, tenantId, by, until }: Pick<NewRevocation, 'id' | 'tenantId' | 'by' | 'until'>): Promise<boolean> {
    const scope = revocationScope('token', `once:${id}`);
    const row = { scope, scope_kind: 'token', tenant_id: tenantId, reason: 'used', revoked_by: by, expires_at: until } as const;
    try {
      await this.#mongo.platform(revocations).insert({ ...row, invalid_before: new Date(this.#clock.now()) });
      return true;
    } catch (error) {
      if (error instanceof DuplicateKeyError) return false;
      throw error;
    }
  }

  /** Whether something that came to be at `bornAt` (epoch milliseconds) is dead by any of the things that it belongs to. Rejects when no store answers. */
  async isRevoked(bornAt: number, things: readonly RevocableThing[]): Promise<boolean> {
    const marks = await Promise.all(things.map(async ({ kind, id }) => this.#mark(revocationScope(kind, id))));
    return marks.some((mark) => mark !== undefined && bornAt <= mark.before);
  }

  #mark(scope: string): Mark | undefined | Promise<Mark | undefined> {
    return this.#marks.wrap(scope, async () => {
      const row = await this.#mongo.platform(revocations).find(scope, { readFrom: 'primary' });
      return { before: row?.invalid_before.getTime() ?? 0 };
    });
  }
}
