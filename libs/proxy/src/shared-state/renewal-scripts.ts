import { RedisScript } from './redis-link'

/*
 * In Redis, all of it with an end:
 *
 *   held:<client> <handle>   hash: a message. `owner` is a proxy, or OVER when its client is done with it
 *   holder:<proxy>           set: the keys of the messages that the proxy holds
 *   proxies                  sorted set: each proxy, by the time until which it lives unless it says more
 *   client:<client>          there as long as any proxy has heard of the client
 *
 * What is of another kind was not written by us, and is removed. Times are those of Redis.
 */
const prelude = `
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local function requireKind(key, kind)
    local found = redis.call('TYPE', key).ok
    if found ~= kind and found ~= 'none' then redis.call('DEL', key) end
  end`

/** Keys: the message, its holder. Args: proxy, ms of the message, ms of the holder, ms that it is busy, fields. */
export const tell = new RedisScript(`${prelude}
  requireKind(KEYS[1], 'hash')
  requireKind(KEYS[2], 'set')
  local owner = redis.call('HGET', KEYS[1], 'owner')
  if owner and owner ~= ARGV[1] then
    redis.call('SREM', KEYS[2], KEYS[1])
    return owner
  end
  redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'busyUntil', now + ARGV[4], unpack(ARGV, 5))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('SADD', KEYS[2], KEYS[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
  return owner or ARGV[1]`)

/** Keys: the message, its holder. Args: proxy. */
export const drop = new RedisScript(`${prelude}
  requireKind(KEYS[1], 'hash')
  requireKind(KEYS[2], 'set')
  if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('DEL', KEYS[1]) end
  redis.call('SREM', KEYS[2], KEYS[1])`)

/** Keys: the message. Args: OVER, ms that this is remembered of a message that nobody has told of yet. */
export const take = new RedisScript(`${prelude}
  requireKind(KEYS[1], 'hash')
  local known = redis.call('HMGET', KEYS[1], 'owner', 'busyUntil', 'newest')
  if not known[1] then
    redis.call('HSET', KEYS[1], 'owner', ARGV[1])
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
    return {'FREE'}
  end
  if known[1] ~= ARGV[1] and (tonumber(known[2]) or 0) > now then return {'BUSY'} end
  redis.call('HSET', KEYS[1], 'owner', ARGV[1])
  return {'TAKEN', known[3]}`)

/** Keys: the proxies. Args: proxy, ms that it lives, ms of the set. Returns those that have died. */
export const live = new RedisScript(`${prelude}
  requireKind(KEYS[1], 'zset')
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 10)`)

/** Keys: the proxies, holder: the dead one, holder: the new one. Args: the dead one, the new one, how many, ms of the holder. */
export const takeOver = new RedisScript(`${prelude}
  for _, key in ipairs({KEYS[2], KEYS[3]}) do requireKind(key, 'set') end
  local until_ = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if not until_ or tonumber(until_) > now then return {} end
  local taken = {}
  for _, key in ipairs(redis.call('SRANDMEMBER', KEYS[2], ARGV[3])) do
    requireKind(key, 'hash')
    local held = redis.call('HMGET', key, 'owner', 'busyUntil', 'client', 'handle', 'newest', 'group', 'topic', 'since', 'renewals', 'attempts')
    if held[1] ~= ARGV[1] then
      redis.call('SREM', KEYS[2], key)
    elseif (tonumber(held[2]) or 0) <= now then
      redis.call('HSET', key, 'owner', ARGV[2])
      redis.call('SMOVE', KEYS[2], KEYS[3], key)
      taken[#taken + 1] = {unpack(held, 3, 10)}
    end
  end
  redis.call('PEXPIRE', KEYS[3], ARGV[4])
  if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('ZREM', KEYS[1], ARGV[1]) end
  return taken`)

/** Keys: the proxies. Args: proxy. Returns how many others there are to take over what it holds. */
export const leave = new RedisScript(`${prelude}
  requireKind(KEYS[1], 'zset')
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
  return redis.call('ZCOUNT', KEYS[1], now, '+inf')`)

/** Keys: the client. Args: ms. */
export const seeClient = new RedisScript(`redis.call('SET', KEYS[1], 1, 'PX', ARGV[1])`)
export const forgetClient = new RedisScript(`redis.call('DEL', KEYS[1])`)
export const findClient = new RedisScript(`return redis.call('EXISTS', KEYS[1])`)
