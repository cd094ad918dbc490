import { parseTenantId, type TenantId } from '@caas/schema';
import { type CacheLink } from '../cache/cache-link.js';
import { RedisScript } from '../client/redis-script.js';

/** A text on its way to Redis. */
interface Note {
  readonly text: string;
  readonly ttlMs: number;
}

/** Keys of one call: a script blocks Redis while it runs. */
const CALL_MAX = 500;

/** Ends notes sooner than they would; those that end sooner anyway are left alone. KEYS: notes. ARGV: lifetime in ms. */
const shortenScript = new RedisScript<number>(`
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) > tonumber(ARGV[1]) then redis.call('PEXPIRE', key, ARGV[1]) end
end
return #KEYS
`);

/**
 * Short texts about things of tenants that Redis keeps for a while and every process can read. Writing waits for nothing: what is written in one turn goes
 * to Redis together, one call a tenant, before the turn ends. A Redis that fails or is slow costs the note, never an error. Nothing here is the only copy.
 */
export class TenantNotes {
  readonly #name: string;
  readonly #link: CacheLink;
  #waiting: Map<TenantId, Map<string, Note>> | undefined;

  /** @internal Made by `RedisAccess.tenantNotes` only. */
  constructor(name: string, link: CacheLink) {
    this.#name = name;
    this.#link = link;
  }

  /** Keeps a text for `ttlMs`, in place of the one before. Throws TypeError for what is no tenant id. */
  write(tenantId: TenantId, id: string, { text, ttlMs }: Note): void {
    parseTenantId(tenantId);
    if (this.#waiting === undefined) {
      this.#waiting = new Map();
      queueMicrotask(() => this.#send());
    }
    const notes = this.#waiting.get(tenantId);
    if (notes === undefined) this.#waiting.set(tenantId, new Map([[id, { text, ttlMs }]]));
    else notes.set(id, { text, ttlMs });
  }

  /** The texts of these ids, in their order; `undefined` where there is none, and for all when Redis is of no help. Rejects with TypeError for what is no tenant id. */
  async read(tenantId: TenantId, ids: readonly string[]): Promise<(string | undefined)[]> {
    parseTenantId(tenantId);
    if (ids.length === 0) return [];
    const texts = await this.#link.ask((redis) => redis.mget(ids.map((id) => this.#keyOf(tenantId, id))));
    return ids.map((_, index) => texts?.[index] ?? undefined);
  }

  /** Lets notes that nobody needs any more end after `ttlMs` at the latest. Waits for nothing. */
  shorten(tenantId: TenantId, ids: readonly string[], ttlMs: number): void {
    for (let from = 0; from < ids.length; from += CALL_MAX) {
      const keys = ids.slice(from, from + CALL_MAX).map((id) => this.#keyOf(tenantId, id));
      void this.#link.ask((redis) => shortenScript.run(redis, keys, [ttlMs]));
    }
  }

  #send(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const [tenantId, notes] of waiting) {
      const entries = [...notes];
      for (let from = 0; from < entries.length; from += CALL_MAX) this.#sendSome(tenantId, entries.slice(from, from + CALL_MAX));
    }
  }

  /** Plain commands, no script: one that Redis does not know yet would be written a round trip later, behind a reader who asks at once. */
  #sendSome(tenantId: TenantId, entries: readonly (readonly [string, Note])[]): void {
    void this.#link.ask((redis) => {
      const calls = redis.pipeline();
      for (const [id, { ttlMs, text }] of entries) calls.set(this.#keyOf(tenantId, id), text, 'PX', Math.ceil(ttlMs));
      return calls.exec();
    });
  }

  /** Notes of a tenant share a slot, so that one script can shorten several. */
  #keyOf(tenantId: TenantId, id: string): string {
    return `note:{${tenantId}}:${this.#name}:${id}`;
  }
}
