import { MessageSysFlag, readEndTransactionHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { isStored, putRefusalText, responseCodeOf } from '../messages/put-status'
import type { TransactionalMessages } from '../transactions/transactional-messages'
import { WrongTransactionError } from '../transactions/transaction-refusals'

export interface EndTransactionDeps {
  readonly transactions: Pick<TransactionalMessages, 'end'>
  readonly config: { readonly maxMessageSize: number }
}

/**
 * END_TRANSACTION: a producer says whether its message is to be seen. Whether it does not know yet, it says too, and
 * nothing happens; clients send it oneway. Source: broker/processor/EndTransactionProcessor.java
 */
export function endTransaction({ transactions, config }: EndTransactionDeps): RequestHandler {
  return answering(async ({ command }) => {
    const header = readEndTransactionHeader(command)
    switch (header.commitOrRollback) {
      case MessageSysFlag.TRANSACTION_NOT:
        return RemotingResponse.success()
      case MessageSysFlag.TRANSACTION_COMMIT:
      case MessageSysFlag.TRANSACTION_ROLLBACK:
        break
      default:
        throw new WrongTransactionError(`the commitOrRollback field wrong: ${header.commitOrRollback}, not 0, 8 or 12`)
    }
    const outcome = await transactions.end(header)
    if (outcome === null || isStored(outcome.status)) return RemotingResponse.success()
    const { status, reason } = outcome
    const remark = putRefusalText({ status, reason, maxMessageSize: config.maxMessageSize })
    return RemotingResponse.refusal(responseCodeOf[status], remark)
  })
}
