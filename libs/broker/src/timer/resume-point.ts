import { readStoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore, OpenedTimer } from '@rocketmq-ts/store'
import { SystemTopic } from '../topics/topic-names'
import { slotTimeOf } from './roll-window'
import type { RollWindow } from './roll-window'
import type { TimedRecord } from './timed-record'

/** How long after it was stored a message may have been put into the wheel. */
const ENQUEUE_LAG_MS = 3_600_000

/** Where reading the timer topic goes on, and what of it was done before. */
export interface ResumePoint {
  readonly queueOffset: number
  isDone(timed: TimedRecord): boolean
}

/**
 * Reading goes on where the checkpoint says; behind that some messages may be in the log already. If the log lacks what
 * the checkpoint speaks of, reading goes back to what it has, and leaves out what was delivered: Java, which trusts the
 * checkpoint, never delivers the others.
 */
export async function resumePointOf(
  opened: OpenedTimer,
  store: Pick<MessageStore, 'minOffset' | 'maxOffset' | 'readRecord'>,
  window: RollWindow,
): Promise<ResumePoint> {
  const { checkpoint, isLogShort, unitsBeyond, readTimeMs } = opened
  const minOffset = store.minOffset(SystemTopic.TIMER, 0)
  const maxOffset = store.maxOffset(SystemTopic.TIMER, 0)
  const isKnown = checkpoint !== null && !isLogShort
  const wanted = isKnown ? checkpoint.queueOffset : ((await offsetAfterLastUnit(opened, store)) ?? minOffset)
  const knownOffset = checkpoint?.queueOffset ?? 0
  return {
    queueOffset: Math.max(minOffset, Math.min(wanted, maxOffset)),
    isDone: ({ record, outMs }) => {
      if (unitsBeyond.has(record.physicalOffset)) return true
      if (record.queueOffset >= knownOffset || !isLogShort) return false
      const { slotTimeMs, rolls } = slotTimeOf({ outMs, writeTimeMs: record.storeTimestamp }, window)
      return slotTimeMs < (rolls ? readTimeMs - ENQUEUE_LAG_MS : readTimeMs)
    },
  }
}

async function offsetAfterLastUnit(
  { lastUnit }: OpenedTimer,
  store: Pick<MessageStore, 'readRecord'>,
): Promise<number | null> {
  if (lastUnit === null) return null
  const record = await store.readRecord(lastUnit.physicalOffset)
  return record === null ? null : readStoredMessage(record, 0).queueOffset + 1
}
