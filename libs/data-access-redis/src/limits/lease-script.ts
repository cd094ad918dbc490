import { RedisScript } from '../client/redis-script.js';

/**
 * Takes credits under all policies of a tenant, or none. Redis's clock counts. KEYS: one hash per policy, all with the tenant as hash
 * tag. ARGV: how many are needed now; how many more may be leased, as a fraction of what then remains; how many the caller still holds of
 * an earlier lease; 1 for all or nothing; then limit and window in milliseconds of each policy.
 * Returns the credits taken, then per policy: current, previous, elapsed milliseconds (after the taking).
 */
export const leaseScript = new RedisScript<number[]>(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local needed, fraction, held, exact = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local states, room = {}, nil

for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[3 + 2 * i]), tonumber(ARGV[4 + 2 * i])
  local stored = redis.call('HMGET', key, 'w', 'c', 'p')
  local index = math.floor(now / window)
  local seen, current, previous = tonumber(stored[1]), tonumber(stored[2]) or 0, tonumber(stored[3]) or 0
  if seen and seen > index then
    index = seen -- the clock went back (failover): stay in the later window
  end
  if seen == index - 1 then
    current, previous = 0, current
  elseif seen ~= index then
    current, previous = 0, 0
  end
  local elapsed = math.max(0, now - index * window)
  local free = math.floor(limit - current - previous * (1 - elapsed / window) + 1e-9)
  if room == nil or free < room then room = free end
  states[i] = { key = key, index = index, current = current, previous = previous, elapsed = elapsed, window = window }
end

local taken = 0
if room >= needed then
  taken = needed
  if not exact then
    taken = needed + math.max(0, math.floor((room - needed) * fraction) - held)
  end
elseif not exact and room > 0 then
  taken = room
end

local reply = { taken }
for i, state in ipairs(states) do
  if taken > 0 then
    redis.call('HSET', state.key, 'w', state.index, 'c', state.current + taken, 'p', state.previous)
    redis.call('PEXPIRE', state.key, 2 * state.window)
  end
  reply[#reply + 1] = state.current + taken
  reply[#reply + 1] = state.previous
  reply[#reply + 1] = state.elapsed
end
return reply
`);
