import { RedisScript } from '../client/redis-script.js';

/**
 * Takes credits of several accounts for several demands in one step. A demand is taken from all of its accounts or from none; Redis's clock counts.
 * KEYS: one hash per policy, account by account, all with their scope as hash tag. ARGV: the fraction of what remains that may be leased on top; how many
 * accounts; per account: how many policies, how many credits the caller still holds, then limit and window in milliseconds of each policy; how many groups
 * of equal demands; per group: how many demands, the cost of one, how many accounts, and which.
 * Returns how many demands of each group were taken; then per account the credits leased, and per policy: current, previous, elapsed milliseconds (after
 * the taking).
 */
export const leaseScript = new RedisScript<number[]>(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local position, hashes = 0, 0
local function argument()
  position = position + 1
  return tonumber(ARGV[position])
end

local function read(key, limit, window)
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
  return { key = key, index = index, current = current, previous = previous, elapsed = elapsed, window = window }, free
end

local fraction, accounts = argument(), {}
for i = 1, argument() do
  local account = { policies = {}, taken = 0 }
  local count = argument()
  account.held = argument()
  for p = 1, count do
    hashes = hashes + 1
    local state, free = read(KEYS[hashes], argument(), argument())
    account.policies[p] = state
    if account.room == nil or free < account.room then account.room = free end
  end
  accounts[i] = account
end

local reply = {}
for group = 1, argument() do
  local granted, cost, wanted = argument(), argument(), {}
  for k = 1, argument() do
    wanted[k] = accounts[argument()]
    granted = math.min(granted, math.max(0, math.floor(wanted[k].room / cost)))
  end
  for _, account in ipairs(wanted) do
    account.room = account.room - granted * cost
    account.taken = account.taken + granted * cost
  end
  reply[group] = granted
end

for _, account in ipairs(accounts) do
  local lease = math.max(0, math.floor(account.room * fraction) - account.held)
  local taken = account.taken + lease
  reply[#reply + 1] = lease
  for _, state in ipairs(account.policies) do
    if taken > 0 then
      redis.call('HSET', state.key, 'w', state.index, 'c', state.current + taken, 'p', state.previous)
      redis.call('PEXPIRE', state.key, 2 * state.window)
    end
    reply[#reply + 1] = state.current + taken
    reply[#reply + 1] = state.previous
    reply[#reply + 1] = state.elapsed
  end
end
return reply
`);
