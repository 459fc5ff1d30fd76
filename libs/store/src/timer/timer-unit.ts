import { readInt64, writeInt64 } from '@rocketmq-ts/base'

export const TIMER_UNIT_BYTES = 52
/** What the last unit of a file leaves behind it at least: there stands who closes the file. */
export const TIMER_BLANK_BYTES = 16
/** Stands in the place of the magic where a file ends early; it is that of a blank in the CommitLog. */
const BLANK_MAGIC = 0xcbd43194 | 0
/** No unit before this one. */
export const NO_POSITION = -1

/** Bits that say what a unit is; 1 is always set. */
export const TimerMagic = { DEFAULT: 1, ROLL: 2, DELETE: 4 } as const

/**
 * A timed message in the TimerLog: one link of the chain of its slot in the wheel. 52 bytes, big-endian:
 *
 *   0      4              12      16            24        28               36            40           44
 *   | 52   | prevPosition | magic | writeTimeMs | delayMs | physicalOffset | recordBytes | topicHash  | 0     |
 *   | int32| int64        | int32 | int64       | int32   | int64          | int32       | int32      | int64 |
 *
 * A file that has no room for one more unit and a blank is closed by a blank: bytes left int32, 0 int64, magic int32.
 * Source: store/timer/TimerLog.java
 */
export interface TimerUnit {
  /** Of the unit of the same slot that was written before; -1 for none. */
  readonly prevPosition: number
  readonly magic: number
  /** The time of the wheel when the unit was written. */
  readonly writeTimeMs: number
  /** The time of its slot. */
  readonly slotTimeMs: number
  /** Of the message on the timer topic. */
  readonly physicalOffset: number
  readonly recordBytes: number
  /** Java's hash of the topic that the message is for. */
  readonly topicHash: number
}

export function writeTimerUnit(bytes: Buffer, unit: TimerUnit, at: number): void {
  bytes.writeInt32BE(TIMER_UNIT_BYTES, at)
  writeInt64(bytes, unit.prevPosition, at + 4)
  bytes.writeInt32BE(unit.magic, at + 12)
  writeInt64(bytes, unit.writeTimeMs, at + 16)
  bytes.writeInt32BE((unit.slotTimeMs - unit.writeTimeMs) | 0, at + 24)
  writeInt64(bytes, unit.physicalOffset, at + 28)
  bytes.writeInt32BE(unit.recordBytes, at + 36)
  bytes.writeInt32BE(unit.topicHash, at + 40)
  writeInt64(bytes, 0, at + 44)
}

/** Null for bytes that are no unit, or not one that can lie at `position`: zeros, a blank, what a crash left half-way. */
export function readTimerUnit(bytes: Buffer, at: number, position: number): TimerUnit | null {
  if (bytes.readInt32BE(at) !== TIMER_UNIT_BYTES) return null
  const magic = bytes.readInt32BE(at + 12)
  const prevPosition = readInt64(bytes, at + 4)
  if ((magic | 0xf) !== 0xf || prevPosition < NO_POSITION || prevPosition >= position) return null
  const writeTimeMs = readInt64(bytes, at + 16)
  const physicalOffset = readInt64(bytes, at + 28)
  const recordBytes = bytes.readInt32BE(at + 36)
  if (writeTimeMs <= 0 || physicalOffset < 0 || recordBytes <= 0) return null
  const slotTimeMs = writeTimeMs + bytes.readInt32BE(at + 24)
  return {
    prevPosition,
    magic,
    writeTimeMs,
    slotTimeMs,
    physicalOffset,
    recordBytes,
    topicHash: bytes.readInt32BE(at + 40),
  }
}

export function writeTimerBlank(bytes: Buffer, bytesLeft: number, at: number): void {
  bytes.writeInt32BE(bytesLeft, at)
  writeInt64(bytes, 0, at + 4)
  bytes.writeInt32BE(BLANK_MAGIC, at + 12)
}

/** The bytes are 16 at least. */
export function isTimerBlank(bytes: Buffer, at: number): boolean {
  return bytes.readInt32BE(at + 12) === BLANK_MAGIC
}
