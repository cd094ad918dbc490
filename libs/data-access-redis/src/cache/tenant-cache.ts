import { randomBytes } from 'node:crypto';
import { parseTenantId, type TenantId } from '@caas/schema';
import { type Cache, type CacheOptions, type EntryOptions } from './cache.js';
import { type StoredEntry, type WriteBehindOptions } from './write-behind.js';

/** An entry of a tenant on its way to the store. */
export interface TenantEntry<Value> extends StoredEntry<Value> {
  readonly tenantId: TenantId;
}

/** As {@link CacheOptions}; the store hears whose entries they are. */
export interface TenantCacheOptions<Value> extends Omit<CacheOptions<Value>, 'write'> {
  readonly write?:
    | { readonly through: (entry: TenantEntry<Value>) => Promise<void> }
    | {
        readonly behind: Omit<WriteBehindOptions<Value>, 'store'> & {
          readonly store: (entries: readonly TenantEntry<Value>[]) => Promise<void>;
        };
      };
}

/** A cache of things that belong to tenants. There is no way to an entry that leaves the tenant out. */
export class TenantCache<Value extends NonNullable<unknown>> {
  readonly #cache: Cache<Value>;
  readonly #generations: Cache<string>;

  /** @internal Made by `RedisAccess.tenantCache` only. */
  constructor(cache: Cache<Value>, generations: Cache<string>) {
    this.#cache = cache;
    this.#generations = generations;
  }

  /** The entries of one tenant. Cheap: make one per call. Throws TypeError for what is no tenant id. */
  forTenant(tenantId: TenantId): TenantEntries<Value> {
    return new TenantEntries(this.#cache, { prefix: `${parseTenantId(tenantId)}:`, generations: this.#generations });
  }
}

/** Entries of one tenant; see {@link Cache} for what the methods do. */
export class TenantEntries<Value extends NonNullable<unknown>> {
  readonly #cache: Cache<Value>;
  readonly #prefix: string;
  readonly #generations: Cache<string>;

  /** @internal */
  constructor(cache: Cache<Value>, { prefix, generations }: { prefix: string; generations: Cache<string> }) {
    this.#cache = cache;
    this.#prefix = prefix;
    this.#generations = generations;
  }

  wrap(key: string, load: () => Promise<Value | undefined>, options?: EntryOptions): Value | undefined | Promise<Value | undefined> {
    return this.#cache.wrap(this.#prefix + key, load, options);
  }

  get(key: string): Promise<Value | undefined> {
    return this.#cache.get(this.#prefix + key);
  }

  set(key: string, value: Value, options?: EntryOptions): Promise<void> {
    return this.#cache.set(this.#prefix + key, value, options);
  }

  delete(key: string): Promise<void> {
    return this.#cache.delete(this.#prefix + key);
  }

  deletePattern(pattern: string): Promise<void> {
    return this.#cache.deletePattern(this.#prefix + pattern);
  }

  /** Entries that are forgotten together, at the price of one message: results of queries over one collection. */
  group(name: string): GroupEntries<Value> {
    return new GroupEntries(this.#cache, { name: this.#prefix + name, generations: this.#generations });
  }
}

/**
 * Entries under a generation that is part of their keys. A new generation leaves the old entries unreachable, and what is loaded while it changes is kept
 * under the old one. Where Redis is away or forgot it, a generation is made up: then nothing older is found.
 */
export class GroupEntries<Value extends NonNullable<unknown>> {
  readonly #cache: Cache<Value>;
  readonly #name: string;
  readonly #generations: Cache<string>;

  /** @internal */
  constructor(cache: Cache<Value>, { name, generations }: { name: string; generations: Cache<string> }) {
    this.#cache = cache;
    this.#name = name;
    this.#generations = generations;
  }

  async wrap(key: string, load: () => Promise<Value | undefined>, options?: EntryOptions): Promise<Value | undefined> {
    const generation = (await this.#generations.wrap(this.#name, async () => newGeneration())) ?? newGeneration();
    return this.#cache.wrap(`${this.#name}@${generation}:${key}`, load, options);
  }

  /** Forgets every entry of the group, everywhere. Never rejects. */
  async invalidate(): Promise<void> {
    await this.#generations.set(this.#name, newGeneration());
  }
}

function newGeneration(): string {
  return randomBytes(9).toString('base64url');
}

/** What the store hears of an entry: the tenant out of its key. */
export function tenantEntryOf<Value>({ key, value }: StoredEntry<Value>): TenantEntry<Value> {
  const end = key.indexOf(':');
  return { tenantId: parseTenantId(key.slice(0, end)), key: key.slice(end + 1), value };
}
