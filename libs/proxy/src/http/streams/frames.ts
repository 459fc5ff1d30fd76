import { z } from 'zod'
import { clientIdShape } from '../shapes/client-id'
import { durationShape } from '../shapes/durations'
import { messageInput } from '../shapes/message-input'
import { filterInput } from '../routes/receive'
import { RECEIPT_COUNT_MAX } from '../routes/receipts'
import { INVISIBLE_MS, STREAM_CREDIT_COUNT_MAX } from './stream-routes'

const ref = z.union([z.string(), z.number()]).optional()
const receiptHandle = z.string()

/** What a client may say on a WebSocket. `ref` comes back with the answer. */
export const frameShape = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('subscribe'),
    ref,
    credit: z.int().min(1).max(STREAM_CREDIT_COUNT_MAX),
    invisible: durationShape.default(INVISIBLE_MS),
    filter: filterInput.default({ type: 'TAG', expression: '*' }),
    clientId: clientIdShape.optional(),
  }),
  z.strictObject({
    op: z.literal('ack'),
    ref,
    receiptHandles: z.array(receiptHandle).min(1).max(RECEIPT_COUNT_MAX),
  }),
  z.strictObject({ op: z.literal('nack'), ref, receiptHandle, delay: durationShape.default(0) }),
  z.strictObject({ op: z.literal('extend'), ref, receiptHandle, invisible: durationShape }),
  z.strictObject({ op: z.literal('send'), ref, message: messageInput }),
])
export type Frame = z.infer<typeof frameShape>
export type Ref = Frame['ref']

/** Of what cannot be read as a whole, for the answer. */
const refShape = z.object({ ref })

export function refOf(json: unknown): Ref {
  const found = refShape.safeParse(json)
  return found.success ? found.data.ref : undefined
}
