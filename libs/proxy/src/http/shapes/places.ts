import { z } from 'zod'

export const topicParams = z.object({ topic: z.string().describe('the name of a topic') })
export const groupTopicParams = topicParams.extend({ group: z.string().describe('the name of a consumer group') })

export const queueParams = topicParams.extend({
  brokerName: z.string(),
  queueId: z.coerce.number().int().min(0).describe('the number of the queue on its broker'),
})

/** 64-bit numbers are text in JSON. */
export const offsetShape = z
  .string()
  .regex(/^-?\d+$/)
  .describe('a 64-bit number, as text')

/** As it is given: no offset is beyond what a number holds exactly. */
export const offsetInput = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
