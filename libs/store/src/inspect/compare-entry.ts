import { readProperty, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { RecordToDispatch } from '../commit-log/check-record'
import { SCHEDULE_TOPIC } from '../consume-queue/dispatch-rules'
import type { QueueCursor } from './queue-cursor'

/** A tags code below what an int32 can be is the address of an entry in the ConsumeQueueExt. */
const INT32_MIN = -0x8000_0000

type EntryAtHand = Pick<QueueCursor, 'messageBytes' | 'queueOffset' | 'tagsCode'>

export interface TagsCheck {
  /** True if the store has ext units, to which a tags code may lead. */
  readonly mayBeAddress: boolean
}

/** What an entry says of its record that is not so; null if all is. Without a `tagsCheck` its tags code is not looked at. */
export function disagreement(entry: EntryAtHand, record: RecordToDispatch, tagsCheck: TagsCheck | null): string | null {
  const { messageBytes, queueOffset, tagsCode } = entry
  if (queueOffset !== record.queueOffset) return `leads to message ${record.queueOffset}`
  if (messageBytes !== record.recordBytes) {
    return `says that its message has ${messageBytes} bytes, it has ${record.recordBytes}`
  }
  if (tagsCheck === null || (tagsCheck.mayBeAddress && tagsCode < INT32_MIN)) return null
  if (!isTagsCodeOf(tagsCode, record)) return `has the tags code ${tagsCode}, which is not its message's`
  return null
}

/** A delayed message's code is the time at which it is due, by a table that the store does not have. */
function isTagsCodeOf(tagsCode: number, { topic, properties, storeTimestamp }: RecordToDispatch): boolean {
  if (topic === SCHEDULE_TOPIC && Number(readProperty(properties, 'DELAY') ?? 0) > 0) return tagsCode >= storeTimestamp
  return tagsCode === tagsCodeOf(readProperty(properties, 'TAGS'))
}
