import { z } from 'zod'
import type { SentMessage } from '../../messaging/send-messages'
import { offsetShape } from './places'
import { problemShape } from './problem'

/** Where a message went. */
export const sentShape = z.object({
  messageId: z.string(),
  brokerName: z.string(),
  queueId: z.int(),
  offset: offsetShape,
  recallHandle: z.string().optional().describe('takes a delayed message back'),
})
export type Sent = z.infer<typeof sentShape>

/** What became of each message of several, in their order. */
export const resultsShape = z.object({ results: z.array(z.union([sentShape, z.object({ problem: problemShape })])) })

export function sentOf({ messageId, brokerName, queueId, queueOffset, recallHandle }: SentMessage): Sent {
  const place = { messageId, brokerName, queueId, offset: String(queueOffset) }
  return recallHandle === '' ? place : { ...place, recallHandle }
}
