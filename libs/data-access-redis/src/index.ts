/**
 * data-access-redis → runtime → schema
 *
 * What CAAS keeps in Redis: counters of limits, answers on their way to a waiting request, shared cache entries. Nothing here is the only
 * copy of anything: with Redis away limits are decided locally, answers are read from the store, caches load. `ioredis` is imported here only.
 *
 * - *lease*: credits of a tenant that one process took ahead and spends without asking.
 * - *mark*: a counter beside a cache entry that changes with each invalidation.
 * - *gap*: a time without a subscriber connection, in which messages may have been missed.
 */
export { connectRedis, RedisAccess, type RedisOptions } from './client/connect-redis.js';
export { type Cache, type CacheOptions } from './cache/cache.js';
export { type RateLimiterOptions } from './limits/leased-rate-limiter.js';
export { type ReplyChannelOptions } from './replies/redis-reply-channel.js';
