import { type Cache, type CacheOptions, type RedisAccess } from '@caas/data-access-redis';
import { type KeyFacts } from './key-facts.js';

/** What facts about a key are kept for: in Redis, where an invalidation reaches every process; in a process as good as not, which keeps verdicts. */
const KEPT = { l1TtlMs: 1, l1Max: 100, ttlMs: 300_000 } as const satisfies CacheOptions;

/** The facts about keys by their look-up value. Whoever changes a key deletes its entry; then every process reads it anew. */
export function keyFactsCache(
  redis: Pick<RedisAccess, 'cache'>,
  options: Pick<CacheOptions<KeyFacts>, 'onForgotten'> & { readonly ttlMs?: number | undefined } = {},
): Cache<KeyFacts> {
  const { ttlMs = KEPT.ttlMs, ...rest } = options;
  return redis.cache<KeyFacts>('api_key', { ...KEPT, ...rest, ttlMs });
}
