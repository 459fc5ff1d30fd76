import { msOfDuration, v2 } from '@rocketmq-ts/protocol/grpc'
import type { Queues } from '../../messaging/queues'
import type { ProxyConfig } from '../../proxy-config'
import { requireFilter } from '../filters'
import { toClientMessage } from '../messages/to-client-message'
import type { StreamMethod } from '../method'
import { requireGroup, requireOffset, requireQueue } from '../names'
import { OK } from '../status'

export interface PullMessageDeps {
  readonly queues: Pick<Queues, 'pull'>
  readonly config: Pick<
    ProxyConfig,
    | 'grpcClientConsumerLongPollingBatchSize'
    | 'grpcClientConsumerMaxLongPollingTimeoutMillis'
    | 'longPollingReserveTimeInMillis'
  >
}

/**
 * PullMessage: a status, the messages of a queue from an offset on, and where to go on. Nothing is hidden from others, and
 * nothing is committed.
 */
export function pullMessage({ queues, config }: PullMessageDeps): StreamMethod<'PullMessage'> {
  return async (request, context, write) => {
    const { batchSize, filterExpression, longPollingTimeout } = request
    const queue = requireQueue(request.messageQueue)
    const group = requireGroup(request.group)
    const wishedMs = Math.max(0, msOfDuration(longPollingTimeout) ?? 0)
    const availableMs = Math.max(0, context.remainingMs() - config.longPollingReserveTimeInMillis)
    const { messages, nextOffset, isOutside } = await queues.pull({
      ...{ group, queue, offset: requireOffset(request.offset), filter: requireFilter(filterExpression) },
      messageCountMax: Math.max(1, Math.min(batchSize, config.grpcClientConsumerLongPollingBatchSize)),
      pollMs: Math.min(wishedMs, availableMs, config.grpcClientConsumerMaxLongPollingTimeoutMillis),
    })
    if (isOutside) {
      const message = `offset ${request.offset} is not in the queue: go on at ${nextOffset}`
      write({ status: { code: v2.Code.ILLEGAL_OFFSET, message } })
    } else {
      write({ status: messages.length > 0 ? OK : { code: v2.Code.MESSAGE_NOT_FOUND, message: 'no new message' } })
    }
    for (const message of messages) if (!write({ message: await toClientMessage(message, null) })) return
    write({ nextOffset })
  }
}
