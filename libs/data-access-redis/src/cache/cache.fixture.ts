import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { aRedis, closing, redisUrl } from '../client/redis.fixture.js';
import { type Cache, type CacheOptions } from './cache.js';

export interface Thing {
  readonly version: number;
}

/** A store of one thing that counts how often it is read. */
export function aStore(thing: Thing | undefined = { version: 1 }) {
  const store = { thing, loads: 0, load: async (): Promise<Thing | undefined> => (store.loads++, store.thing) };
  return store;
}

export const LASTING = { l1TtlMs: 60_000, l1Max: 100, ttlMs: 60_000 };

/** Waits until that many processes listen for the invalidations of a cache. */
export async function listening(name: string, listeners: number): Promise<void> {
  const redis = new Redis(redisUrl());
  for (;;) {
    const [, count] = (await redis.pubsub('NUMSUB', `cache:${name}`)) as [string, number];
    if (Number(count) === listeners) break;
  }
  redis.disconnect();
}

export async function listKeys(pattern: string): Promise<string[]> {
  const redis = new Redis(redisUrl());
  const found: string[] = [];
  for await (const keys of redis.scanStream({ match: pattern })) found.push(...(keys as string[]));
  redis.disconnect();
  return found;
}

/** The same cache in two processes. */
export async function twoProcesses(
  options: CacheOptions<Thing> = LASTING,
): Promise<{ name: string; one: Cache<Thing>; two: Cache<Thing> }> {
  const name = `things-${randomUUID()}`;
  const [one, two] = [(await aRedis()).cache<Thing>(name, options), (await aRedis()).cache<Thing>(name, options)];
  await listening(name, 2);
  return { name, one, two };
}

/** A bare connection for looking behind the cache. */
export function aBareRedis(): Redis {
  const redis = new Redis(redisUrl());
  closing({ close: async () => redis.disconnect() });
  return redis;
}
