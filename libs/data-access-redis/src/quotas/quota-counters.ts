import { parseTenantId } from '@caas/schema';
import { type Redis } from 'ioredis';
import { translateRedisError } from '../client/redis-errors.js';
import { RedisScript } from '../client/redis-script.js';
import { type QuotaName, quotaKey } from './quota-subject.js';

/** Counters that moved since they were last written down, by the time of their last move. */
export const DIRTY_KEY = 'quota:dirty';

/** The time of a mark, in microseconds since the epoch. */
export function markNow(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}

const SEPARATOR = '|';

/** A counter's name as one text. */
export function dirtyMember({ tenantId, period, resource }: QuotaName): string {
  return [tenantId, period, resource].join(SEPARATOR);
}

/** A counter that moved, and when. */
export interface DirtyCounter extends QuotaName {
  readonly markedAt: string;
}

/** What Redis has of one counter. */
export interface CounterValue extends QuotaName {
  /** Counted; of connections: how many are open now. */
  readonly used: number;
  readonly peak: number;
  /** Leased by processes, spent or not. */
  readonly held: number;
  /** Whether Redis lost it once, so that it may lack what came after the last flush. */
  readonly recount: boolean;
  /** The highest threshold that is passed: 0, 80, 90 or 100. */
  readonly level: number;
  /** When it was read, by the clock of Redis. */
  readonly readAt: Date;
}

/** Takes a mark away unless the counter moved again. */
const settleScript = new RedisScript<number>(`
if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
`);

/** Moves a counter by a difference, so that what is counted meanwhile is kept; a counter that is not there stays away. */
const adjustScript = new RedisScript<number>(`
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local used = math.max(0, (tonumber(redis.call('HGET', KEYS[1], 'u')) or 0) + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'u', string.format('%.0f', used))
redis.call('HDEL', KEYS[1], 'r')
return used
`);

/** Reading and mending counters, for the jobs that write them down. Rejects with `UnavailableError` when Redis is away. */
export class QuotaCounters {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Counters that moved, those that wait longest first; at most `limit`, and only those that moved before `before`, a value of {@link markNow}. */
  async dirty(limit: number, before = markNow()): Promise<readonly DirtyCounter[]> {
    const flat = await asked('listing counters', this.#redis.zrangebyscore(DIRTY_KEY, '-inf', before, 'WITHSCORES', 'LIMIT', 0, limit));
    return pairs(flat).map(([member, markedAt]) => {
      const [tenantId, period = '', resource = ''] = member.split(SEPARATOR);
      return { tenantId: parseTenantId(tenantId), period, resource, markedAt };
    });
  }

  /** Says that these were written down as they were when they were listed. */
  async settle(counters: readonly DirtyCounter[]): Promise<void> {
    const settled = counters.map((one) => settleScript.run(this.#redis, [DIRTY_KEY], [dirtyMember(one), one.markedAt]));
    await asked('settling counters', Promise.all(settled));
  }

  /** The value of one counter; `undefined` when Redis does not have it. */
  async read(name: QuotaName, { isLive = false }: { isLive?: boolean } = {}): Promise<CounterValue | undefined> {
    const answer = Promise.all([this.#redis.time(), this.#redis.hgetall(quotaKey(name))]);
    const [[seconds, micros], fields] = await asked('reading a counter', answer);
    if (Object.keys(fields).length === 0) return undefined;
    const nowMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    const held = Object.entries(fields).reduce((sum, [field, value]) => (field.startsWith('i:') ? sum + heldIn(value, nowMs) : sum), 0);
    return {
      tenantId: name.tenantId,
      period: name.period,
      resource: name.resource,
      used: isLive ? held : Number(fields['u'] ?? 0),
      peak: Number(fields['p'] ?? 0),
      held,
      recount: fields['r'] === '1',
      level: Number(fields['a'] ?? 0),
      readAt: new Date(nowMs),
    };
  }

  /** Moves a counter by `by`, and takes it for recounted. Resolves with its value then, or `undefined` when Redis does not have it. */
  async adjust(name: QuotaName, by: number): Promise<number | undefined> {
    await asked('marking a counter', this.#redis.zadd(DIRTY_KEY, markNow(), dirtyMember(name)));
    const used = await asked('adjusting a counter', adjustScript.run(this.#redis, [quotaKey(name)], [by]));
    return used < 0 ? undefined : used;
  }
}

async function asked<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw translateRedisError(error, what);
  }
}

function heldIn(entry: string, nowMs: number): number {
  const [, , held = '0', until = '0'] = entry.split(' ');
  return Number(until) > nowMs ? Number(held) : 0;
}

function pairs(flat: readonly string[]): (readonly [string, string])[] {
  return flat.flatMap((member, index) => (index % 2 === 0 ? [[member, flat[index + 1] ?? '0'] as const] : []));
}
