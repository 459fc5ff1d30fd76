import { MessageSysFlag } from '@rocketmq-ts/protocol'
import { msOfDuration, msOfTimestamp, v2 } from '@rocketmq-ts/protocol/grpc'
import { MessageProperty } from '../../messaging/message-to-send'
import type { MessageToSend } from '../../messaging/message-to-send'

const MS_PER_SECOND = 1000

/** A message of a gRPC producer as brokers store it: its body as it is. Source: proxy/grpc/v2/producer/SendMessageActivity.java */
export function toBrokerMessage(
  message: v2.Message.$Properties,
  { topic, bornHost, nowMs }: { readonly topic: string; readonly bornHost: string; readonly nowMs: number },
): MessageToSend {
  const system = message.systemProperties ?? {}
  const isHalf = system.messageType === v2.MessageType.TRANSACTION
  const bornTimestamp = msOfTimestamp(system.bornTimestamp) ?? nowMs
  const properties = new Map(Object.entries(message.userProperties ?? {}))
  const set = (name: string, value: string | number | null | undefined): void => {
    if (value !== null && value !== undefined && value !== '') properties.set(name, String(value))
  }
  set(MessageProperty.UNIQUE_ID, system.messageId)
  set(MessageProperty.TAGS, system.tag)
  set(MessageProperty.KEYS, system.keys?.join(' '))
  set(MessageProperty.PRODUCER_GROUP, topic)
  set(MessageProperty.GROUP, system.messageGroup)
  set(MessageProperty.DELIVER_AT_MS, msOfTimestamp(system.deliveryTimestamp))
  set(MessageProperty.LITE_TOPIC, system.liteTopic)
  set(MessageProperty.PRIORITY, system.priority)
  set(MessageProperty.TRACE_CONTEXT, system.traceContext)
  set(MessageProperty.BORN_HOST, system.bornHost === '' ? bornHost : (system.bornHost ?? bornHost))
  set(MessageProperty.BORN_TIMESTAMP, bornTimestamp)
  set(MessageProperty.RECONSUME_TIMES, 0)
  if (isHalf) {
    set(MessageProperty.TRANSACTION_PREPARED, 'true')
    const recoveryMs = msOfDuration(system.orphanedTransactionRecoveryDuration)
    if (recoveryMs !== null) set(MessageProperty.TRANSACTION_IMMUNITY_SECONDS, Math.floor(recoveryMs / MS_PER_SECOND))
  }
  const isCompressed = system.bodyEncoding === v2.Encoding.GZIP
  return {
    topic,
    body: bufferOf(message.body),
    properties,
    sysFlag: (isCompressed ? MessageSysFlag.COMPRESSED : 0) | (isHalf ? MessageSysFlag.TRANSACTION_PREPARED : 0),
    bornTimestamp,
  }
}

function bufferOf(bytes: Uint8Array | null | undefined): Buffer {
  if (bytes === null || bytes === undefined) return Buffer.alloc(0)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
