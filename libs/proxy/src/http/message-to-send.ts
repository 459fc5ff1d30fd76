import { timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import { requireSendable } from '../grpc/messages/message-checks'
import { toBrokerMessage } from '../grpc/messages/to-broker-message'
import type { MessageToSend } from '../messaging/message-to-send'
import type { HttpRooms } from './http-rooms'
import type { MessageInput } from './shapes/message-input'
import { CONTENT_TYPE } from './shapes/received-message'

export interface Origin {
  readonly topic: string
  /** `ip:port` of the producer. */
  readonly bornHost: string
  readonly isHalf?: boolean
  /** Comes with the message. */
  readonly traceContext?: string | null
}

type Deps = Pick<HttpRooms, 'clock' | 'config' | 'uniqueIds'>

/** What was sent by HTTP, checked as what is sent by gRPC. Throws InvalidRequestError. */
export function messageToSend(
  input: MessageInput,
  bytes: Buffer,
  { topic, bornHost, isHalf = false, traceContext = null }: Origin,
  { clock, config, uniqueIds }: Deps,
): MessageToSend {
  const nowMs = clock.nowMs()
  const { tag, keys, group, deliverAt, delay, priority, liteTopic, contentType, properties = {} } = input
  const deliverAtMs = deliverAt ?? (delay === undefined ? null : nowMs + delay)
  const message: v2.Message.$Properties = {
    body: bytes,
    userProperties: contentType === undefined ? properties : { ...properties, [CONTENT_TYPE]: contentType },
    systemProperties: {
      messageId: uniqueIds.next(),
      bodyEncoding: v2.Encoding.IDENTITY,
      ...(isHalf ? { messageType: v2.MessageType.TRANSACTION } : {}),
      ...(traceContext === null ? {} : { traceContext }),
      ...(tag === undefined ? {} : { tag }),
      ...(keys === undefined ? {} : { keys }),
      ...(group === undefined ? {} : { messageGroup: group }),
      ...(priority === undefined ? {} : { priority }),
      ...(liteTopic === undefined ? {} : { liteTopic }),
      ...(deliverAtMs === null ? {} : { deliveryTimestamp: timestampOfMs(deliverAtMs) }),
    },
  }
  requireSendable(message, config, nowMs)
  return toBrokerMessage(message, { topic, bornHost, nowMs })
}

export function bytesOf({ body = '', bodyBase64 }: MessageInput): Buffer {
  return bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, 'base64')
}
