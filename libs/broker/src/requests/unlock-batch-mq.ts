import { lockBatchRequestJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { queueLockRequestOf } from '../queue-locks/queue-lock-request'
import type { QueueLockTable } from '../queue-locks/queue-lock-table'

export interface UnlockBatchMqDeps {
  readonly queueLocks: Pick<QueueLockTable, 'unlock'>
}

/** UNLOCK_BATCH_MQ: a client gives up queues that it holds. Source: broker/processor/AdminBrokerProcessor.java */
export function unlockBatchMq({ queueLocks }: UnlockBatchMqDeps): RequestHandler {
  return request => {
    queueLocks.unlock(queueLockRequestOf(lockBatchRequestJson.decode(request.command.body)))
    request.reply(RemotingResponse.success())
  }
}
