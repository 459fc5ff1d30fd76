import { z } from 'zod'
import { redriveOrderSchema } from './redrive-order'

const count = z.int().min(0)

const redriveQueueSchema = z.strictObject({
  queueId: count,
  /** Of the next dead letter to look at. */
  nextOffset: count,
  /** Where the queue ended when the redrive began: what fails again is not redriven again. */
  endOffset: count,
  /** Where the CommitLog ended after the last message that this redrive put. */
  storedTo: count,
  /** A `nextOffset` of before which everything that was put is flushed. */
  flushedOffset: count,
})

/** One redrive: what was asked, and how far it is. */
export const redriveRecordSchema = z.strictObject({
  id: z.string(),
  order: redriveOrderSchema,
  state: z.enum(['RUNNING', 'DONE', 'CANCELLED']),
  startedMs: count,
  changedMs: count,
  queues: z.array(redriveQueueSchema),
  scannedCount: count,
  matchedCount: count,
  redrivenCount: count,
  /** Matched, and nowhere to go: no origin is named, or its topic is gone. They stay where they are. */
  unroutableCount: count,
  /** Why it does not get on at the moment; it tries again. */
  failure: z.string().nullable(),
  /** Message ids (UNIQ_KEY) of the first that match, of a dry run. */
  samples: z.array(z.string()),
})

/** The file `deadLetterRedrives.json`, and the answer to who asks. */
export const redriveRecordsSchema = z.strictObject({ redrives: z.array(redriveRecordSchema) })

export type RedriveQueue = z.infer<typeof redriveQueueSchema>
export type RedriveRecord = z.infer<typeof redriveRecordSchema>
