/**
 * data-access-redis → runtime → schema
 *
 * What CAAS keeps in Redis: counters of limits, answers on their way to a waiting request, shared cache entries. Nothing here is the only
 * copy of anything: with Redis away limits are decided locally, answers are read from the store, caches load. `ioredis` is imported here only.
 *
 * - *lease*: credits of a tenant that one process took ahead and spends without asking.
 * - *mark*: a counter beside a cache entry that changes with each invalidation.
 * - *level*: where a cache keeps an entry: this process (l1), Redis (l2). *group*: entries that are forgotten together.
 * - *counter*: usage of one resource of a tenant in one period, shared by all processes; *report*: telling it what one of them spent.
 * - *note*: a short text about a thing of a tenant, kept for a while.
 * - *gap*: a time without a subscriber connection, in which messages may have been missed.
 */
export { connectRedis, RedisAccess, type RedisOptions } from './client/connect-redis.js';
export { examineRedis, type ExamineRedisOptions, type RedisExamination } from './client/examine-redis.js';
export { type Cache, type CacheOptions, type EntryOptions } from './cache/cache.js';
export {
  type GroupEntries,
  type TenantCache,
  type TenantCacheOptions,
  type TenantEntries,
  type TenantEntry,
} from './cache/tenant-cache.js';
export { type StoredEntry, type WriteBehindOptions } from './cache/write-behind.js';
export { type FailureGuardOptions } from './limits/failure-guard.js';
export { type RateLimiterOptions } from './limits/leased-rate-limiter.js';
export { type ReplyChannelOptions } from './replies/redis-reply-channel.js';
export { type UseCounter } from './uses/use-counter.js';
export { type SharedBoard } from './notes/shared-board.js';
export { type RedisLease } from './leases/redis-lease.js';
export { type CounterValue, type DirtyCounter, markNow, type QuotaCounters } from './quotas/quota-counters.js';
export { type QuotaLedger, type QuotaLedgerOptions } from './quotas/quota-ledger.js';
export { type QuotaStart } from './quotas/quota-reports.js';
export { type QuotaCounting, type QuotaCrossing, type QuotaName, type QuotaReading, type QuotaSubject } from './quotas/quota-subject.js';
export { type TenantCooldowns } from './notes/tenant-cooldowns.js';
export { type TenantNotes } from './notes/tenant-notes.js';
export { type BoardState, type FenceBoard, type Notice } from './fences/fence-board.js';
