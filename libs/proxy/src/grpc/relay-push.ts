import type { Log } from '@rocketmq-ts/base'
import { parseProperties, readStoredMessage, RequestCode } from '@rocketmq-ts/protocol'
import type { ExtFields, IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'
import { encodeTransactionId } from '../messaging/transaction-id'
import type { SendCommand } from '../settings/connected-clients'
import { toClientMessage } from './messages/to-client-message'

type Push = RemotingCommand | IncomingCommand

/** What brokers push to a client becomes a command on its Telemetry stream. Source: proxy/grpc/v2/channel/GrpcClientChannel.java */
export function relayPush({ log }: { readonly log: Log }) {
  return (push: Push, brokerName: string, sendCommand: SendCommand): void => {
    // Others are for clients that balance queues among themselves: here brokers do that.
    if (push.code !== RequestCode.CHECK_TRANSACTION_STATE) return
    checkTransaction(push, brokerName, sendCommand).catch((err: unknown) => {
      log.warn({ err, brokerName }, 'a producer could not be asked about a transaction: it will be asked again')
    })
  }
}

async function checkTransaction(
  { extFields, body }: Push,
  brokerName: string,
  sendCommand: SendCommand,
): Promise<void> {
  if (body === null) return
  const message = readStoredMessage(body, 0)
  const parsedProperties = parseProperties(message.properties)
  const transactionId = encodeTransactionId({
    brokerName,
    topic: message.topic,
    messageId: extFields?.['transactionId'] ?? '',
    queueOffset: numberOf(extFields, 'tranStateTableOffset'),
    physicalOffset: numberOf(extFields, 'commitLogOffset'),
  })
  const shown = await toClientMessage({ ...message, parsedProperties }, null)
  sendCommand({ recoverOrphanedTransactionCommand: { message: shown, transactionId } })
}

function numberOf(fields: ExtFields | null, name: string): number {
  return Number(fields?.[name] ?? 0)
}
