import { z } from 'zod'

/** Why a request, or one of its parts, was refused. RFC 9457. */
export const problemShape = z.object({
  type: z.string().describe('urn:rocketmq:code:NAME, the name of `code`'),
  title: z.string(),
  status: z.int().describe('the HTTP status'),
  detail: z.string().describe('what is wrong, and what to do about it'),
  instance: z.string().optional().describe('the id of the request'),
  code: z.int().describe('the code of RocketMQ, the same that gRPC clients get'),
  stored: z.literal('uncertain').optional().describe('the message may have been stored, or may be lost yet'),
  entries: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
})
export type Problem = z.infer<typeof problemShape>

export const PROBLEM = 'application/problem+json'

/** For what every route may answer. */
export const failures = {
  '4xx': { description: 'The request cannot be served as it is', content: { [PROBLEM]: { schema: problemShape } } },
  '5xx': { description: 'It could not be served for the moment', content: { [PROBLEM]: { schema: problemShape } } },
}
