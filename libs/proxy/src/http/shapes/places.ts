import { z } from 'zod'

/** Said here, and checked where a broken name has its own code. */
const NAME_PATTERN = '^[%|a-zA-Z0-9_-]+$'

export const topicParams = z.object({
  topic: z.string().meta({ description: 'the name of a topic', pattern: NAME_PATTERN, maxLength: 127 }),
})
export const groupParams = z.object({
  group: z.string().meta({ description: 'the name of a consumer group', pattern: NAME_PATTERN, maxLength: 120 }),
})
export const groupTopicParams = topicParams.extend(groupParams.shape)

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
