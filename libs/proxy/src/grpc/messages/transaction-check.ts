import { parseProperties, readStoredMessage } from '@rocketmq-ts/protocol'
import type { ExtFields, IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { encodeTransactionId } from '../../messaging/transaction-id'
import { toClientMessage } from './to-client-message'

/** A broker asks how a transaction ended: its half message, and what the transaction is ended with. */
export interface TransactionCheck {
  readonly message: v2.Message.$Properties
  readonly transactionId: string
}

/** Reads CHECK_TRANSACTION_STATE, as a broker pushes it to a producer. Null: there is no message in it. */
export async function readTransactionCheck(
  { extFields, body }: RemotingCommand | IncomingCommand,
  brokerName: string,
): Promise<TransactionCheck | null> {
  if (body === null) return null
  const message = readStoredMessage(body, 0)
  const parsedProperties = parseProperties(message.properties)
  const transactionId = encodeTransactionId({
    brokerName,
    topic: message.topic,
    messageId: extFields?.['transactionId'] ?? '',
    queueOffset: numberOf(extFields, 'tranStateTableOffset'),
    physicalOffset: numberOf(extFields, 'commitLogOffset'),
  })
  return { message: await toClientMessage({ ...message, parsedProperties }, null), transactionId }
}

function numberOf(fields: ExtFields | null, name: string): number {
  return Number(fields?.[name] ?? 0)
}
