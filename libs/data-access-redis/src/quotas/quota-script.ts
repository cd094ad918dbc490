import { RedisScript } from '../client/redis-script.js';

/** Milliseconds after which the entry of a silent process goes; one that comes back later starts a new one. */
const FORGET_MS = 600_000;

/** Milliseconds of one window of reservations; what is not counted by the end of the next one is taken for lost. */
const RESERVE_WINDOW_MS = 60_000;

/**
 * Reports what one process spent and takes what it needs, in one step. KEYS: the counter, a hash:
 * `u` used, `h` and `g` reserved in this and in the previous window `w`, `p` peak, `a` highest alert, `r` 1 when it is to be recounted, and per
 * process `i:<id>` = number of its last report, its net spending since it began, what it holds, until when.
 *
 * Net spending is absolute, so a repeated report changes nothing and a lost answer is made up for by the next report.
 *
 * ARGV: process; role; report number; 1 when an earlier report was acknowledged; net; held; what is needed, one number per waiting check;
 * part of the free room that may be leased on top; most that may be leased; limit; cap (-1: none); lease in ms; expiry of the counter (ms since the epoch); used and recount flag to start
 * with ('' when not known); 1 for a gauge; 1 when the process lets go of the counter.
 *
 * Returns {0, taken, used, reserved, held by all, alert before, alert after}; {-1}: the counter is not there and no start was given; {-2}:
 * the process is not known here (any more), so its net starts anew; {-3}: a later report was here before.
 */
export const quotaScript = new RedisScript<number[]>(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local key, mine, role = KEYS[1], 'i:' .. ARGV[1], ARGV[2]
local seq, known, net, held = tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5]), tonumber(ARGV[6])
local fraction, most = tonumber(ARGV[8]), tonumber(ARGV[9])
local limit, cap, lease, expiry = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local function whole(n) return string.format('%.0f', n) end

if redis.call('EXISTS', key) == 0 then
  if ARGV[14] == '' then return {-1} end
  if known then return {-2} end
  redis.call('HSET', key, 'u', ARGV[14], 'p', ARGV[14], 'r', ARGV[15])
end

local stored = redis.call('HGETALL', key)
local f, others = {}, 0
for i = 1, #stored, 2 do
  local name, value = stored[i], stored[i + 1]
  f[name] = value
  if name ~= mine and string.sub(name, 1, 2) == 'i:' then
    local theirs, till = string.match(value, '^%S+ %S+ (%S+) (%S+)$')
    if tonumber(till) > now then
      others = others + tonumber(theirs)
    elseif tonumber(till) + ${FORGET_MS} < now then
      redis.call('HDEL', key, name)
    end
  end
end
if known and not f[mine] then return {-2} end

local lastSeq, lastNet = 0, 0
if f[mine] then
  local s, n = string.match(f[mine], '^(%S+) (%S+)')
  lastSeq, lastNet = tonumber(s), tonumber(n)
end
if seq <= lastSeq then return {-3} end

local used, reserved, before = tonumber(f.u) or 0, tonumber(f.h) or 0, tonumber(f.g) or 0
local window = math.floor(now / ${RESERVE_WINDOW_MS})
local seen = tonumber(f.w) or window
if seen == window - 1 then
  reserved, before = 0, reserved
elseif seen < window then
  reserved, before = 0, 0
end

-- What is counted before its reservation was reported makes the window negative, and the report makes up for it.
local function settle(n)
  local old = math.min(math.max(0, before), n)
  before = before - old
  reserved = reserved - (n - old)
end
local delta = net - lastNet
if role == 'reserve' then
  if delta >= 0 then reserved = reserved + delta else settle(-delta) end
else
  used = math.max(0, used + delta)
  if role == 'count' and delta > 0 then settle(delta) end
end

local promised = math.max(0, reserved + before)
local free = math.huge
if cap >= 0 then free = math.max(0, math.floor(cap - used - promised - others - held)) end
local taken = 0
for cost in string.gmatch(ARGV[7], '%d+') do
  if tonumber(cost) <= free then
    free = free - tonumber(cost)
    taken = taken + tonumber(cost)
  end
end
if fraction > 0 and cap >= 0 then
  taken = taken + math.max(0, math.min(most, math.floor(free * fraction)) - held)
end
if role == 'commit' then
  used = used + taken
  net = net + taken
else
  held = held + taken
end

local value = used
if role == 'live' then value = others + held end
local was = tonumber(f.a) or 0
local level = was
if limit > 0 then
  local percent = value * 100 / limit
  local function at(p) if p >= 100 then return 100 elseif p >= 90 then return 90 elseif p >= 80 then return 80 end return 0 end
  if at(percent) > was then
    level = at(percent)
  elseif ARGV[16] == '1' and percent < was - 5 then
    level = math.min(was, at(percent + 5))
  end
end

redis.call('HSET', key, 'u', whole(used), 'h', whole(reserved), 'g', whole(before), 'w', window,
  'p', whole(math.max(tonumber(f.p) or 0, value)), 'a', level)
if ARGV[17] == '1' then
  redis.call('HDEL', key, mine)
else
  redis.call('HSET', key, mine, whole(seq) .. ' ' .. whole(net) .. ' ' .. whole(held) .. ' ' .. whole(now + lease))
end
redis.call('PEXPIREAT', key, whole(expiry))
return {0, taken, used, promised, others + held, was, level}
`);
