import type { Clock } from '@rocketmq-ts/base'
import { RedisAwayError, RedisScript } from './redis-link'
import type { RedisLink } from './redis-link'
import { CountsInMemory } from './request-counts'
import type { RequestCount, RequestCounts } from './request-counts'

/** What is no number, or never ends, was not written by us. */
const add = new RedisScript(`
  local count = redis.pcall('INCR', KEYS[1])
  local remaining = redis.call('PTTL', KEYS[1])
  if type(count) ~= 'number' or remaining < 0 then
    redis.call('SET', KEYS[1], 1, 'PX', ARGV[1])
    return {1, tonumber(ARGV[1])}
  end
  return {count, remaining}`)

/** Counts that proxies share; while Redis is away each counts for itself. */
export class CountsInRedis implements RequestCounts {
  private readonly own: CountsInMemory

  constructor(
    private readonly deps: {
      readonly link: Pick<RedisLink, 'run'>
      readonly clock: Pick<Clock, 'monotonicMs'>
      readonly keyPrefix: string
    },
  ) {
    this.own = new CountsInMemory(deps.clock)
  }

  async add(caller: string, periodMs: number): Promise<RequestCount> {
    const own = await this.own.add(caller, periodMs)
    try {
      const [count, remainingMs] = (await this.deps.link.run(
        add,
        [`${this.deps.keyPrefix}requests:${caller}`],
        [periodMs],
      )) as readonly [number, number]
      return { count, remainingMs }
    } catch (error) {
      if (error instanceof RedisAwayError) return own
      throw error
    }
  }
}
