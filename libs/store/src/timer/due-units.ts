import { CorruptDataError } from '@rocketmq-ts/base'
import type { TimerLog } from './timer-log'
import { NO_POSITION, TIMER_UNIT_BYTES, TimerMagic, readTimerUnit } from './timer-unit'

/** Of the log, read at once: units of one slot often lie close together. */
const WINDOW_BYTES = 1260 * TIMER_UNIT_BYTES
/** Numbers kept of a unit. */
const STRIDE = 3

export interface DueUnit {
  readonly physicalOffset: number
  readonly recordBytes: number
  readonly writeTimeMs: number
  readonly magic: number
}

/** The messages of one slot, newest first, 24 bytes for each: a second may have a million. */
export class DueUnits {
  private readonly numbers: number[] = []

  get count(): number {
    return this.numbers.length / STRIDE
  }

  push({ physicalOffset, recordBytes, writeTimeMs, magic }: DueUnit): void {
    this.numbers.push(physicalOffset, recordBytes * 16 + magic, writeTimeMs)
  }

  at(index: number): DueUnit {
    const [physicalOffset, bytesAndMagic, writeTimeMs] = this.numbers.slice(
      index * STRIDE,
      index * STRIDE + STRIDE,
    ) as [number, number, number]
    return {
      physicalOffset,
      recordBytes: Math.floor(bytesAndMagic / 16),
      writeTimeMs,
      magic: bytesAndMagic % 16,
    }
  }
}

/** True for a unit that says which message of its slot is not to be delivered. One that rolls on says it later. */
export function isRecall({ magic }: Pick<DueUnit, 'magic'>): boolean {
  return (magic & (TimerMagic.DELETE | TimerMagic.ROLL)) === TimerMagic.DELETE
}

export interface DueSlot {
  readonly recalls: DueUnits
  readonly messages: DueUnits
  /** What ended the chain before its first unit; null if nothing did. */
  readonly broken: CorruptDataError | null
}

/**
 * Follows a chain from its newest unit to its oldest. One that leads to something else ends there: the messages before
 * it cannot be found, and are no reason to hold up all others. Rejects with StorageError.
 */
export async function readDueSlot(log: TimerLog, lastPosition: number): Promise<DueSlot> {
  const recalls = new DueUnits()
  const messages = new DueUnits()
  const window = Buffer.alloc(WINDOW_BYTES)
  let start = 0
  let end = 0
  for (let position = lastPosition; position !== NO_POSITION;) {
    if (position < start || position + TIMER_UNIT_BYTES > end) {
      const read = await log.readBackwards(window, position)
      start = read.start
      end = read.start + read.length
    }
    const unit = position + TIMER_UNIT_BYTES > end ? null : readTimerUnit(window, position - start, position)
    if (unit === null) {
      // What the log has let go was for messages that the CommitLog has let go.
      const isGone = position < log.startPosition
      return { recalls, messages, broken: isGone ? null : new CorruptDataError(`no timer unit at ${position}`) }
    }
    ;(isRecall(unit) ? recalls : messages).push(unit)
    position = unit.prevPosition
  }
  return { recalls, messages, broken: null }
}
