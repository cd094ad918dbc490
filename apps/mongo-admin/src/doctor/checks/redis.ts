import { type RedisExamination } from '@caas/data-access-redis';
import { faultOfServer, judgeClock, SERVERS } from '../advice.js';
import { type Check, type Diagnosis, ok, skipped, warning } from '../check.js';
import { type Installation } from '../installation.js';

const REACHABLE = 'redis.login';

/** Redis: the way there, its clock, and whether it keeps what it is given. */
export function redisChecks({ redisExamined }: Installation): readonly Check[] {
  return [
    { name: REACHABLE, run: async () => [judgeReach(await redisExamined())] },
    { name: 'redis.clock', needs: [REACHABLE], run: async () => [judgeRedisClock(await redisExamined())] },
    { name: 'redis.memory', needs: [REACHABLE], run: async () => [judgeMemory(await redisExamined())] },
  ];
}

function judgeReach({ fault, address, version, latencyMs }: RedisExamination): Diagnosis {
  if (fault !== undefined) return faultOfServer('redis', fault, address);
  return ok(`${address}${version === undefined ? '' : `, version ${version}`}, answers in ${latencyMs ?? '?'} ms`);
}

function judgeRedisClock({ clock }: RedisExamination): Diagnosis {
  return clock === undefined ? skipped('the server does not tell the time') : judgeClock(SERVERS.redis.title, clock);
}

/** What is evicted is counted as never used: limits and quotas would begin anew. */
export function judgeMemory({ maxmemoryPolicy }: Pick<RedisExamination, 'maxmemoryPolicy'>): Diagnosis {
  if (maxmemoryPolicy === undefined) return skipped('its user may not ask what happens when the memory is full');
  if (maxmemoryPolicy === 'noeviction') return ok('nothing is evicted');
  return warning(
    `A full memory evicts (${maxmemoryPolicy}): limits and quotas would be forgotten`,
    'Set maxmemory-policy noeviction, and watch the memory.',
  );
}
