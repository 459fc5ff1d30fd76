import type { Clock } from '@rocketmq-ts/base'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Messaging } from '../../messaging/messaging'
import type { SendStatus, SentMessage } from '../../messaging/send-messages'
import { requireSendable } from '../messages/message-checks'
import type { MessageChecksConfig } from '../messages/message-checks'
import { toBrokerMessage } from '../messages/to-broker-message'
import type { UnaryMethod } from '../method'
import { requireTopic } from '../names'
import { commonStatus, InvalidRequestError, OK } from '../status'
import type { Status } from '../status'

export interface SendMessageDeps {
  readonly messaging: Pick<Messaging, 'send'>
  readonly config: MessageChecksConfig
  readonly clock: Pick<Clock, 'nowMs'>
}

/** SendMessage: one message, or several of one topic. Source: proxy/grpc/v2/producer/SendMessageActivity.java */
export function sendMessage({ messaging, config, clock }: SendMessageDeps): UnaryMethod<'SendMessage'> {
  return async ({ messages }, { remoteAddress }) => {
    const topic = requireOneTopic(messages)
    const nowMs = clock.nowMs()
    const [first, ...rest] = messages.map(message => {
      requireSendable(message, config, nowMs)
      return toBrokerMessage(message, { topic, bornHost: remoteAddress, nowMs })
    })
    if (first === undefined) throw noMessage()
    const entries = (await messaging.send([first, ...rest])).map(entryOf)
    return { status: commonStatus(entries.map(({ status }) => status)), entries }
  }
}

function requireOneTopic(messages: readonly v2.Message.$Properties[]): string {
  const [first] = messages
  if (first === undefined) throw noMessage()
  const topic = requireTopic(first.topic)
  if (messages.every(message => message.topic?.name === topic)) return topic
  throw new InvalidRequestError(v2.Code.MESSAGE_CORRUPTED, 'topic in message is not same')
}

function noMessage(): InvalidRequestError {
  return new InvalidRequestError(v2.Code.MESSAGE_CORRUPTED, 'no message to send')
}

const storedButUnsafe: Readonly<Record<Exclude<SendStatus, 'OK'>, v2.Code>> = {
  FLUSH_DISK_TIMEOUT: v2.Code.MASTER_PERSISTENCE_TIMEOUT,
  FLUSH_SLAVE_TIMEOUT: v2.Code.SLAVE_PERSISTENCE_TIMEOUT,
  SLAVE_NOT_AVAILABLE: v2.Code.HA_NOT_AVAILABLE,
}

function entryOf({ status, messageId, transactionId, queueOffset, recallHandle }: SentMessage): {
  status: Status
  messageId: string
  transactionId: string
  offset: number
  recallHandle: string
} {
  const code: Status = status === 'OK' ? OK : { code: storedButUnsafe[status], message: status }
  return { status: code, messageId, transactionId, offset: queueOffset, recallHandle }
}
