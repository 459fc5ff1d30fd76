import {
  decodeMessageId,
  encodeMessageBatch,
  encodeProperties,
  propertiesText,
  RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { ExtFields, IncomingCommand } from '@rocketmq-ts/protocol'
import { ConnectFailedError } from '@rocketmq-ts/remoting'
import type { Brokers } from './brokers'
import { MessageProperty, messageTypeOf } from './message-to-send'
import type { MessageToSend } from './message-to-send'
import type { Metadata } from './metadata'
import type { ChosenQueue, QueueChoice } from './queue-choice'
import { BrokerRefusedError, NoQueueError } from './refusals'
import type { RequireFitting } from './require-fitting'
import { encodeTransactionId } from './transaction-id'

export interface SendMessagesDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  readonly metadata: Pick<Metadata, 'requireRoute'>
  readonly requireFitting: RequireFitting
  readonly queueChoice: Pick<QueueChoice, 'writableQueue'>
}

/** Stored is stored, though perhaps not as safely as wished. */
export type SendStatus = 'OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE'

/** Where one message went. */
export interface SentMessage extends ChosenQueue {
  readonly status: SendStatus
  /** Its UNIQ_KEY. */
  readonly messageId: string
  /** Of a half message: what its transaction is ended with; else its UNIQ_KEY. */
  readonly transactionId: string
  readonly queueOffset: number
  /** To take a timed message back; empty for all else. */
  readonly recallHandle: string
}

const SEND_TIMEOUT_MS = 3000
const AUTO_CREATE_TOPIC = 'TBW102'
const AUTO_CREATE_QUEUES = '4'

const stored: ReadonlyMap<number, SendStatus> = new Map([
  [ResponseCode.SUCCESS, 'OK'],
  [ResponseCode.FLUSH_DISK_TIMEOUT, 'FLUSH_DISK_TIMEOUT'],
  [ResponseCode.FLUSH_SLAVE_TIMEOUT, 'FLUSH_SLAVE_TIMEOUT'],
  [ResponseCode.SLAVE_NOT_AVAILABLE, 'SLAVE_NOT_AVAILABLE'],
])

/**
 * Sends messages of one topic. Several plain ones go as one batch; others, which a batch cannot hold, one after another.
 * Throws MessageTypeConflictError, TopicNotFoundError, NoQueueError, BrokerRefusedError.
 */
export function sendMessages(deps: SendMessagesDeps) {
  return async (messages: readonly [MessageToSend, ...MessageToSend[]]): Promise<readonly SentMessage[]> => {
    for (const { topic, properties } of messages) await deps.requireFitting(topic, properties)
    const route = await deps.metadata.requireRoute(messages[0].topic)
    const queueFor = ({ topic, properties }: MessageToSend): ChosenQueue => {
      const name = properties.get(MessageProperty.GROUP) ?? properties.get(MessageProperty.LITE_TOPIC) ?? null
      const queue = deps.queueChoice.writableQueue(route, name)
      if (queue === null) throw new NoQueueError(topic, 'writable')
      return queue
    }
    if (messages.length > 1 && messages.every(isPlain)) {
      return await elsewhereIfNeeded(
        () => queueFor(messages[0]),
        queue => sendBatch(messages, queue, deps),
      )
    }
    const sent: SentMessage[] = []
    for (const message of messages) {
      const one = await elsewhereIfNeeded(
        () => queueFor(message),
        queue => sendOne(message, queue, deps),
      )
      sent.push(one)
    }
    return sent
  }
}

/** What could not reach its broker was not sent: another broker may have it, if there is one. All else is the client's to repeat. */
async function elsewhereIfNeeded<T>(choose: () => ChosenQueue, send: (queue: ChosenQueue) => Promise<T>): Promise<T> {
  const tried = new Set<string>()
  for (let queue = choose(); ;) {
    tried.add(queue.brokerName)
    try {
      return await send(queue)
    } catch (error) {
      if (!(error instanceof ConnectFailedError)) throw error
      const next = choose()
      if (tried.has(next.brokerName)) throw error
      queue = next
    }
  }
}

function isPlain({ properties, sysFlag }: MessageToSend): boolean {
  return messageTypeOf(properties) === 'NORMAL' && sysFlag === 0
}

async function sendOne(
  message: MessageToSend,
  queue: ChosenQueue,
  { brokers }: SendMessagesDeps,
): Promise<SentMessage> {
  const fields = fieldsOf(message, queue, { properties: propertiesText(message.properties), isBatch: false })
  const command = RemotingCommand.request(RequestCode.SEND_MESSAGE_V2, fields, message.body)
  const response = await brokers.invoke(queue.brokerName, command, SEND_TIMEOUT_MS)
  return sentMessage(message, { queue, response, index: 0 })
}

async function sendBatch(
  messages: readonly [MessageToSend, ...MessageToSend[]],
  queue: ChosenQueue,
  { brokers }: SendMessagesDeps,
): Promise<readonly SentMessage[]> {
  const body = encodeMessageBatch(
    messages.map(message => ({ flag: 0, body: message.body, properties: encodeProperties(message.properties) })),
  )
  const ids = messages.map(({ properties }) => properties.get(MessageProperty.UNIQUE_ID) ?? '').join(',')
  const properties = propertiesText([[MessageProperty.UNIQUE_ID, ids]])
  const fields = fieldsOf(messages[0], queue, { properties, isBatch: true })
  const command = RemotingCommand.request(RequestCode.SEND_BATCH_MESSAGE, fields, body)
  const response = await brokers.invoke(queue.brokerName, command, SEND_TIMEOUT_MS)
  return messages.map((message, index) => sentMessage(message, { queue, response, index }))
}

/** The short names of SEND_MESSAGE_V2. A producer's group is its topic. */
function fieldsOf(
  { topic, sysFlag, bornTimestamp }: MessageToSend,
  { brokerName, queueId }: ChosenQueue,
  { properties, isBatch }: { readonly properties: string; readonly isBatch: boolean },
): ExtFields {
  return {
    a: topic,
    b: topic,
    c: AUTO_CREATE_TOPIC,
    d: AUTO_CREATE_QUEUES,
    e: String(queueId),
    f: String(sysFlag),
    g: String(bornTimestamp),
    h: '0',
    i: properties,
    j: '0',
    k: 'false',
    m: String(isBatch),
    n: brokerName,
  }
}

interface Answer {
  readonly queue: ChosenQueue
  readonly response: IncomingCommand
  /** Of the message in its batch. */
  readonly index: number
}

function sentMessage({ topic, properties }: MessageToSend, { queue, response, index }: Answer): SentMessage {
  const { code, remark, extFields } = response
  const status = stored.get(code)
  if (status === undefined) throw new BrokerRefusedError(code, remark)
  const messageId = properties.get(MessageProperty.UNIQUE_ID) ?? ''
  const queueOffset = Number(extFields['queueOffset'] ?? 0) + index
  const { brokerName } = queue
  const isHalf = messageTypeOf(properties) === 'TRANSACTION'
  return {
    status,
    brokerName,
    queueId: Number(extFields['queueId'] ?? queue.queueId),
    messageId,
    transactionId: isHalf
      ? encodeTransactionId({
          brokerName,
          topic,
          messageId,
          queueOffset,
          physicalOffset: physicalOffsetIn(extFields['msgId']),
        })
      : messageId,
    queueOffset,
    recallHandle: extFields['recallHandle'] ?? '',
  }
}

function physicalOffsetIn(offsetMessageId: string | undefined): number {
  return decodeMessageId(offsetMessageId ?? '').physicalOffset
}
