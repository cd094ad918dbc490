import { RedisScript } from '../client/redis-script.js';

/**
 * KEYS of all scripts: members (a sorted set: process by the end of its lease), notices (a sorted set: text by its end), since (when this memory of
 * Redis began), acknowledgements of one token (a set). One hash slot. Redis's clock counts.
 */
const NOW = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
`;

const STATE = `
return { redis.call('GET', KEYS[3]) or '', redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf'), redis.call('SMEMBERS', KEYS[4]) }
`;

/** Renews the lease of ARGV[1] by ARGV[2] ms; answers the notices that are up. ARGV[3] names this memory of Redis if it has no name. */
export const beatScript = new RedisScript<string[]>(`${NOW}
redis.call('SET', KEYS[3], ARGV[3], 'NX')
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. now)
return redis.call('ZRANGE', KEYS[2], 0, -1)
`);

/** Puts the notice ARGV[1] up for ARGV[2] ms, in place of ARGV[3], and tells it on the channel ARGV[4]. */
export const postScript = new RedisScript<[string, string[], string[]]>(`${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. now)
if ARGV[3] ~= '' then redis.call('ZREM', KEYS[2], ARGV[3]) end
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[2]), ARGV[1])
redis.call('PUBLISH', ARGV[4], ARGV[1])
${STATE}`);

/** Who is a member now, and who has acknowledged. */
export const stateScript = new RedisScript<[string, string[], string[]]>(`${NOW}${STATE}`);
