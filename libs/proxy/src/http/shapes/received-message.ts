import { isUtf8 } from 'node:buffer'
import { msOfTimestamp, v2 } from '@rocketmq-ts/protocol/grpc'
import { z } from 'zod'
import { withoutNamespace } from '../namespaces/resource-names'
import { timeText } from './durations'
import { offsetShape } from './places'

const text = z.string().optional()

/** A message as it is received. */
export const receivedShape = z.object({
  messageId: z.string(),
  topic: z.string(),
  receiptHandle: text.describe('what it is acknowledged by'),
  deliveryAttempt: z.int().describe('1 the first time'),
  body: text.describe('when it is text in UTF-8'),
  bodyBase64: text.describe('when it is not'),
  contentType: text,
  tag: text,
  keys: z.array(z.string()),
  properties: z.record(z.string(), z.string()),
  group: text,
  priority: z.int().optional(),
  liteTopic: text,
  type: z.string().describe('NORMAL, FIFO, DELAY, TRANSACTION, …'),
  bornAt: z.string(),
  storedAt: z.string(),
  deliverAt: text,
  traceContext: text.describe('`traceparent` of who sent it'),
  brokerName: text,
  queueId: z.int(),
  offset: offsetShape,
  digest: z.string().describe('MD5 of the body'),
})
export type Received = z.infer<typeof receivedShape>

export const CONTENT_TYPE = 'content-type'

/** Who looks at a message calls its topic as in this namespace; `brokerName`: where it lies, if that is to be said. */
export interface Look {
  readonly namespace: string
  readonly brokerName?: string
}

/** A message of the messaging core, or of gRPC, as JSON has it. */
export function receivedOf(message: v2.Message.$Properties, { namespace, brokerName }: Look): Received {
  const system = message.systemProperties ?? {}
  const body = Buffer.from(message.body ?? [])
  const properties = message.userProperties ?? {}
  return {
    messageId: system.messageId ?? '',
    topic: withoutNamespace(namespace, message.topic?.name ?? ''),
    ...present('receiptHandle', system.receiptHandle),
    deliveryAttempt: system.deliveryAttempt ?? 1,
    ...(isUtf8(body) ? { body: body.toString() } : { bodyBase64: body.toString('base64') }),
    ...present('contentType', properties[CONTENT_TYPE]),
    ...present('tag', system.tag),
    keys: [...(system.keys ?? [])],
    properties,
    ...present('group', system.messageGroup),
    ...present('priority', system.priority),
    ...present('liteTopic', system.liteTopic),
    type: typeNames[system.messageType ?? 0] ?? 'NORMAL',
    bornAt: timeText(msOfTimestamp(system.bornTimestamp) ?? 0),
    storedAt: timeText(msOfTimestamp(system.storeTimestamp) ?? 0),
    ...present('deliverAt', deliverAtOf(system)),
    ...present('traceContext', system.traceContext),
    ...present('brokerName', brokerName),
    queueId: system.queueId ?? 0,
    offset: String(system.queueOffset ?? 0),
    digest: system.bodyDigest?.checksum ?? '',
  }
}

const typeNames = v2.MessageType as unknown as Readonly<Record<number, string | undefined>>

function deliverAtOf({ deliveryTimestamp }: v2.SystemProperties.$Properties): string | null {
  const ms = msOfTimestamp(deliveryTimestamp)
  return ms === null ? null : timeText(ms)
}

/** Nothing at all where there is nothing to say. */
function present<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { readonly [N in Name]?: Value } {
  return value === null || value === undefined || value === '' ? {} : ({ [name]: value } as Record<Name, Value>)
}
