import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import { z } from 'zod'
import { LETTERS_A_SECOND_COUNT_MAX, REDRIVE_KEY_COUNT_MAX } from './redrive-limits'

/** What an administrator asks for is not what a redrive can be. */
export class RedriveOrderError extends RefusedError {
  readonly code = 'RMQ_REDRIVE_ORDER'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
}

const timeMs = z.int().min(0).nullable().default(null)

/** Which dead letters of a group go where, and how fast. */
export const redriveOrderSchema = z.strictObject({
  group: z.string().min(1).max(255),
  /** `retry`: only this group gets them. `origin`: back to where they came from, to every group there. */
  to: z.enum(['retry', 'origin']).default('retry'),
  /** In place of `to`: this topic, and every group there. */
  toTopic: z.string().min(1).max(255).nullable().default(null),
  /** `A || B`; null: whatever the tag. */
  tags: z.string().min(1).max(1_000).nullable().default(null),
  /** SQL92 over the properties. */
  sql: z.string().min(1).nullable().default(null),
  /** Letters with one of these among their KEYS, or with this UNIQ_KEY; none: whatever the key. */
  keys: z.array(z.string().min(1)).max(REDRIVE_KEY_COUNT_MAX).default([]),
  /** From when on they were laid there, ms since 1970. */
  fromMs: timeMs,
  /** Until before when. */
  untilMs: timeMs,
  /** Only letters that came after those which the group's last redrive looked at. */
  newOnly: z.boolean().default(false),
  /** Messages a second, at most. */
  rate: z.int().min(1).max(LETTERS_A_SECOND_COUNT_MAX).default(100),
  /** Only counts, and names some. */
  dryRun: z.boolean().default(false),
})

export type RedriveOrder = z.infer<typeof redriveOrderSchema>

/** Throws RedriveOrderError. */
export function readRedriveOrder(body: Buffer | null): RedriveOrder {
  return readJson(body, redriveOrderSchema)
}

/** The body of a request about redrives. Throws RedriveOrderError. */
export function readJson<T extends z.ZodType>(body: Buffer | null, schema: T): z.infer<T> {
  try {
    return schema.parse(JSON.parse(body?.toString() ?? ''))
  } catch (error) {
    if (error instanceof z.ZodError) throw new RedriveOrderError(z.prettifyError(error), { cause: error })
    throw new RedriveOrderError(`the body is no JSON: ${(error as Error).message}`, { cause: error })
  }
}
