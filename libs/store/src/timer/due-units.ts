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

  *oldestFirst(): Generator<DueUnit, void> {
    const { numbers } = this
    for (let at = numbers.length - STRIDE; at >= 0; at -= STRIDE) {
      const bytesAndMagic = numbers[at + 1] as number
      yield {
        physicalOffset: numbers[at] as number,
        recordBytes: Math.floor(bytesAndMagic / 16),
        writeTimeMs: numbers[at + 2] as number,
        magic: bytesAndMagic % 16,
      }
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
  /** The newest unit of the chain. */
  readonly lastPosition: number
  /** What ended the chain before its first unit; null if nothing did. */
  readonly broken: CorruptDataError | null
}

/** A part of the chain of a slot. */
export interface ChainPart {
  readonly lastPosition: number
  /** The part begins behind this unit; NO_POSITION for the whole chain. */
  readonly afterPosition: number
}

/**
 * Follows chains from their newest units to their oldest, all together: their units lie between each other. One that
 * leads to something else ends there: the messages before it cannot be found, and are no reason to hold up all others.
 * Null if there are more than `unitCountMax`. Rejects with StorageError.
 */
export async function readDueSlots(
  log: TimerLog,
  parts: readonly ChainPart[],
  unitCountMax = Infinity,
): Promise<readonly DueSlot[] | null> {
  const chains = parts.map(part => new DueChain(part))
  const window = Buffer.alloc(WINDOW_BYTES)
  let unitCount = 0
  for (let position = newestOf(chains); position !== NO_POSITION; position = newestOf(chains)) {
    if (unitCount > unitCountMax) return null
    const { start, length } = await log.readBackwards(window, position)
    const bytes = window.subarray(0, length)
    for (const chain of chains) {
      unitCount += chain.follow(bytes, start)
      // What the log has let go was for messages that the CommitLog has let go.
      if (chain.position === position) chain.end(position >= log.startPosition)
    }
  }
  return chains
}

function newestOf(chains: readonly DueChain[]): number {
  return chains.reduce((newest, { position }) => Math.max(newest, position), NO_POSITION)
}

class DueChain implements DueSlot {
  readonly recalls = new DueUnits()
  readonly messages = new DueUnits()
  readonly lastPosition: number
  broken: CorruptDataError | null = null
  /** Of the next unit; NO_POSITION when there are no more. */
  position: number
  private readonly afterPosition: number

  constructor({ lastPosition, afterPosition }: ChainPart) {
    this.lastPosition = lastPosition
    this.afterPosition = afterPosition
    this.position = this.next(lastPosition)
  }

  /** Takes the units that lie in the bytes, which begin at `start` of the log; returns how many. */
  follow(bytes: Buffer, start: number): number {
    let count = 0
    while (this.position >= start && this.position + TIMER_UNIT_BYTES <= start + bytes.length) {
      const unit = readTimerUnit(bytes, this.position - start, this.position)
      if (unit === null) {
        this.end(true)
        break
      }
      ;(isRecall(unit) ? this.recalls : this.messages).push(unit)
      this.position = this.next(unit.prevPosition)
      count += 1
    }
    return count
  }

  /** What should be next is not there. */
  end(isBroken: boolean): void {
    if (isBroken) this.broken = new CorruptDataError(`no timer unit at ${this.position}`)
    this.position = NO_POSITION
  }

  private next(position: number): number {
    return position > this.afterPosition ? position : NO_POSITION
  }
}
