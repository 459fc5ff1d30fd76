import type { Log } from '@rocketmq-ts/base'
import { RequestCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'
import type { SendCommand } from '../settings/connected-clients'
import { readTransactionCheck } from './messages/transaction-check'

type Push = RemotingCommand | IncomingCommand

/** What brokers push to a client becomes a command on its Telemetry stream. Source: proxy/grpc/v2/channel/GrpcClientChannel.java */
export function relayPush({ log }: { readonly log: Log }) {
  return (push: Push, brokerName: string, sendCommand: SendCommand): void => {
    if (push.code === RequestCode.NOTIFY_UNSUBSCRIBE_LITE) {
      sendCommand({ notifyUnsubscribeLiteCommand: { liteTopic: push.extFields?.['liteTopic'] ?? '' } })
      return
    }
    // Others are for clients that balance queues among themselves: here brokers do that.
    if (push.code !== RequestCode.CHECK_TRANSACTION_STATE) return
    readTransactionCheck(push, brokerName).then(
      check => {
        if (check !== null) sendCommand({ recoverOrphanedTransactionCommand: check })
      },
      (err: unknown) => {
        log.warn({ err, brokerName }, 'a producer could not be asked about a transaction: it will be asked again')
      },
    )
  }
}
