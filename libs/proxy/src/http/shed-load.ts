import { v2 } from '@rocketmq-ts/protocol/grpc'
import { InvalidRequestError } from '../grpc/status'
import type { ProxyConfig } from '../proxy-config'
import type { HttpRoutes } from './http-rooms'
import { whenOver } from './responses'

/**
 * More than so many requests at a time are refused before they are read, with a word on when to come again. Returns how many
 * there are.
 */
export function shedLoad(
  app: HttpRoutes,
  { httpRequestsInProgressMax }: Pick<ProxyConfig, 'httpRequestsInProgressMax'>,
): () => number {
  let inProgressCount = 0
  app.addHook('onRequest', (_request, reply, done) => {
    if (inProgressCount >= httpRequestsInProgressMax) {
      done(new InvalidRequestError(v2.Code.TOO_MANY_REQUESTS, 'too many requests are in progress: come again soon'))
      return
    }
    inProgressCount += 1
    whenOver(reply.raw, () => (inProgressCount -= 1))
    done()
  })
  return () => inProgressCount
}
