import { MessageSysFlag, RemotingCommand, RequestCode, toExtFields } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { requireSuccess } from './refusals'
import { decodeTransactionId } from './transaction-id'

export interface TransactionEnd {
  readonly transactionId: string
  readonly resolution: 'COMMIT' | 'ROLLBACK'
  /** The producer was asked. */
  readonly isChecked: boolean
}

const TIMEOUT_MS = 3000

/** Makes a half message visible, or takes it back. Throws InvalidTransactionIdError, BrokerNotFoundError, BrokerRefusedError. */
export function endTransaction({ brokers }: { readonly brokers: Pick<Brokers, 'invoke'> }) {
  return async ({ transactionId, resolution, isChecked }: TransactionEnd): Promise<void> => {
    const { brokerName, topic, messageId, queueOffset, physicalOffset } = decodeTransactionId(transactionId)
    const { TRANSACTION_COMMIT, TRANSACTION_ROLLBACK } = MessageSysFlag
    const fields = {
      ...{ topic, producerGroup: topic, tranStateTableOffset: queueOffset, commitLogOffset: physicalOffset },
      commitOrRollback: resolution === 'COMMIT' ? TRANSACTION_COMMIT : TRANSACTION_ROLLBACK,
      ...{ fromTransactionCheck: isChecked, msgId: messageId, transactionId: messageId, bname: brokerName },
    }
    const command = RemotingCommand.request(RequestCode.END_TRANSACTION, toExtFields(fields))
    requireSuccess(await brokers.invoke(brokerName, command, TIMEOUT_MS))
  }
}
