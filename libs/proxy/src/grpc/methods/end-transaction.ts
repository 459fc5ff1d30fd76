import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Messaging } from '../../messaging/messaging'
import { InvalidTransactionIdError } from '../../messaging/refusals'
import type { UnaryMethod } from '../method'
import { requireTopic } from '../names'
import { OK } from '../status'

/** EndTransaction. Source: proxy/grpc/v2/transaction/EndTransactionActivity.java */
export function endTransaction(messaging: Pick<Messaging, 'endTransaction'>): UnaryMethod<'EndTransaction'> {
  return async ({ topic, transactionId, resolution, source }) => {
    requireTopic(topic)
    if (transactionId.trim() === '') throw new InvalidTransactionIdError()
    const isChecked = source === v2.TransactionSource.SOURCE_SERVER_CHECK
    switch (resolution) {
      case v2.TransactionResolution.COMMIT:
        await messaging.endTransaction({ transactionId, resolution: 'COMMIT', isChecked })
        break
      case v2.TransactionResolution.ROLLBACK:
        await messaging.endTransaction({ transactionId, resolution: 'ROLLBACK', isChecked })
        break
      case v2.TransactionResolution.TRANSACTION_RESOLUTION_UNSPECIFIED:
        break // it is not decided yet: the broker will ask again
    }
    return { status: OK }
  }
}
