import { v2 } from '@rocketmq-ts/protocol/grpc'
import { InvalidRequestError } from '../grpc/status'
import type { Messaging } from '../messaging/messaging'
import type { ProxyConfig } from '../proxy-config'

/**
 * So many waits for messages at a time. A wait is one until its broker has answered, also when its client has gone: a
 * client that hangs up and asks again, and again, does not get around the limit.
 */
export function limitWaits(
  messaging: Messaging,
  { httpWaitsMax }: Pick<ProxyConfig, 'httpWaitsMax'>,
): { readonly messaging: Messaging; readonly waitCount: () => number } {
  let waitCount = 0
  const limited: Messaging = {
    ...messaging,
    async receive(request) {
      if (request.pollMs <= 0) return await messaging.receive(request)
      if (waitCount >= httpWaitsMax) {
        const text = `${waitCount} requests and streams wait for messages: come again soon, or raise httpWaitsMax`
        throw new InvalidRequestError(v2.Code.TOO_MANY_REQUESTS, text)
      }
      waitCount += 1
      try {
        return await messaging.receive(request)
      } finally {
        waitCount -= 1
      }
    },
  }
  return { messaging: limited, waitCount: () => waitCount }
}
