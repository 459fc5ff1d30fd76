import { z } from 'zod'

const CLIENT_ID_CHARS_MAX = 255

/** Who a consumer of lite topics is, in its own words: brokers know what each has subscribed to. */
export const clientIdShape = z
  .string()
  .min(1)
  .max(CLIENT_ID_CHARS_MAX)
  .regex(/^[!-~]+$/)
  .describe('who consumes lite topics: of your choice, the same where you subscribe and where you receive')
