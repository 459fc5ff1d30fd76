import { msOfTimestamp, v2 } from '@rocketmq-ts/protocol/grpc'
import type { Queues } from '../../messaging/queues'
import type { UnaryMethod } from '../method'
import { requireQueue } from '../names'
import { InvalidRequestError, OK } from '../status'

export interface QueryOffsetDeps {
  readonly queues: Pick<Queues, 'maxOffset' | 'minOffset' | 'offsetAt'>
}

/** QueryOffset: where a queue begins, where it ends, or where it was at a time. */
export function queryOffset({ queues }: QueryOffsetDeps): UnaryMethod<'QueryOffset'> {
  return async request => {
    const queue = requireQueue(request.messageQueue)
    switch (request.queryOffsetPolicy) {
      case v2.QueryOffsetPolicy.BEGINNING:
        return { status: OK, offset: await queues.minOffset(queue) }
      case v2.QueryOffsetPolicy.END:
        return { status: OK, offset: await queues.maxOffset(queue) }
      case v2.QueryOffsetPolicy.TIMESTAMP: {
        const timestamp = msOfTimestamp(request.timestamp)
        if (timestamp === null) throw new InvalidRequestError(v2.Code.ILLEGAL_OFFSET, 'TIMESTAMP needs a timestamp')
        return { status: OK, offset: await queues.offsetAt(queue, timestamp) }
      }
    }
  }
}
