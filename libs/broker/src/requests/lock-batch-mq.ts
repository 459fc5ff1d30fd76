import { lockBatchRequestJson, lockBatchResponseJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { queueLockRequestOf } from '../queue-locks/queue-lock-request'
import type { QueueLockTable } from '../queue-locks/queue-lock-table'

export interface LockBatchMqDeps {
  readonly queueLocks: Pick<QueueLockTable, 'lock'>
}

/** LOCK_BATCH_MQ: a client that consumes in order takes queues, or keeps them. Source: broker/processor/AdminBrokerProcessor.java */
export function lockBatchMq({ queueLocks }: LockBatchMqDeps): RequestHandler {
  return request => {
    const wanted = queueLockRequestOf(lockBatchRequestJson.decode(request.command.body))
    const body = lockBatchResponseJson.encode({ lockOKMQSet: queueLocks.lock(wanted) })
    request.reply(RemotingResponse.success(null, body))
  }
}
