import rateLimit from '@fastify/rate-limit'
import type { FastifyRateLimitStore } from '@fastify/rate-limit'
import type { RequestCounts } from '../shared-state/request-counts'
import type { HttpRoutes } from './http-rooms'

const MINUTE_MS = 60_000

/** More requests than `max` of one address in a minute are refused, whichever proxies they go to. */
export async function limitRequests(app: HttpRoutes, max: number, requestCounts: RequestCounts): Promise<void> {
  class Store implements FastifyRateLimitStore {
    incr(address: string, callback: Parameters<FastifyRateLimitStore['incr']>[1], periodMs = MINUTE_MS): void {
      requestCounts.add(address, periodMs).then(
        ({ count, remainingMs }) => callback(null, { current: count, ttl: remainingMs }),
        (error: unknown) => callback(error as Error),
      )
    }

    /** All routes count together. */
    child(): this {
      return this
    }
  }
  await app.register(rateLimit, { max, timeWindow: MINUTE_MS, store: Store })
}
