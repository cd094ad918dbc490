import { RedisScript } from '../client/redis-script.js';

/**
 * Adds a failure to each key and answers the latest failures of each within the window, oldest first. ARGV: now and window in milliseconds, how many are kept.
 */
export const failureScript = new RedisScript<[(string | number)[], (string | number)[]]>(`
local now, window, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local answers = {}
for index, key in ipairs(KEYS) do
  redis.call('RPUSH', key, now)
  redis.call('LTRIM', key, -keep, -1)
  redis.call('PEXPIRE', key, window)
  local recent = {}
  for _, at in ipairs(redis.call('LRANGE', key, 0, -1)) do
    if tonumber(at) > now - window then recent[#recent + 1] = at end
  end
  answers[index] = recent
end
return answers
`);
