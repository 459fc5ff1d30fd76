import { z } from 'zod'
import { durationShape, timeShape } from './durations'

export const HTTP_BATCH_COUNT_MAX = 256
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** A message as it is sent. What it is (FIFO, delayed, …) follows from what is set, and must fit its topic. */
export const messageInput = z
  .strictObject({
    body: z.string().optional().describe('the body, as text'),
    bodyBase64: z.string().regex(BASE64).optional().describe('or the body, as base64'),
    contentType: z.string().optional().describe('kept as the property content-type'),
    tag: z.string().optional().describe('what consumers filter by'),
    keys: z.array(z.string()).optional().describe('what the message is found by later'),
    properties: z.record(z.string(), z.string()).optional(),
    group: z.string().optional().describe('messages of one group are consumed one after another (FIFO)'),
    deliverAt: timeShape.optional().describe('not to be delivered before'),
    delay: durationShape.optional().describe('or: not before so long from now'),
    priority: z.int().min(0).optional(),
    liteTopic: z.string().optional().describe('which of the lite topics of a topic of type LITE'),
  })
  .refine(({ body, bodyBase64 }) => body === undefined || bodyBase64 === undefined, 'body or bodyBase64, not both')
  .refine(({ deliverAt, delay }) => deliverAt === undefined || delay === undefined, 'deliverAt or delay, not both')
export type MessageInput = z.infer<typeof messageInput>

export const batchInput = z.strictObject({ messages: z.array(messageInput).min(1).max(HTTP_BATCH_COUNT_MAX) })
export type BatchInput = z.infer<typeof batchInput>
