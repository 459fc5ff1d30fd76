import { CorruptDataError } from '@rocketmq-ts/base'
import { ByteCursor } from './byte-cursor'

/** Behind each key in LevelDB's files: a kind, and 56 bits of the number of the change. */
const TRAILER_BYTES = 8
const DELETION = 0
const VALUE = 1
const BATCH_HEAD_BYTES = 12

/** A change of one key: the one with the largest number counts. */
export interface LevelEntry {
  readonly key: Buffer
  readonly sequence: number
  /** Null if the key was removed. */
  readonly value: Buffer | null
}

/** Throws CorruptDataError. */
export function userKeyOf(internalKey: Buffer): Buffer {
  if (internalKey.length < TRAILER_BYTES) throw new CorruptDataError('a key is too short')
  return internalKey.subarray(0, internalKey.length - TRAILER_BYTES)
}

/** An entry of a table. Throws CorruptDataError. */
export function levelEntry(internalKey: Buffer, value: Buffer): LevelEntry {
  const key = userKeyOf(internalKey)
  const kind = internalKey[key.length]
  if (kind !== DELETION && kind !== VALUE) throw new CorruptDataError(`a change of kind ${kind ?? -1}`)
  const sequence = internalKey.readUIntLE(key.length + 1, 6) + (internalKey[key.length + 7] as number) * 2 ** 48
  return { key, sequence, value: kind === VALUE ? value : null }
}

/**
 * The changes of a batch, as a record of the journal has it.
 *
 *   0              8       12
 *   | sequence     | count | changes: kind(1), key, value; texts with their lengths before them, removals without value |
 *   | uint64       | uint32| little-endian
 *
 * Throws CorruptDataError.
 */
export function entriesOfBatch(record: Buffer): readonly LevelEntry[] {
  if (record.length < BATCH_HEAD_BYTES) throw new CorruptDataError('a batch is too short')
  const firstSequence = Number(record.readBigUInt64LE(0))
  const count = record.readUInt32LE(8)
  const cursor = new ByteCursor(record, BATCH_HEAD_BYTES)
  const entries: LevelEntry[] = []
  while (!cursor.isAtEnd) {
    const kind = cursor.byte()
    if (kind !== DELETION && kind !== VALUE) throw new CorruptDataError(`a change of kind ${kind}`)
    const key = cursor.takeCounted()
    const value = kind === VALUE ? cursor.takeCounted() : null
    entries.push({ key, sequence: firstSequence + entries.length, value })
  }
  if (entries.length !== count) throw new CorruptDataError(`a batch has ${entries.length} changes, not ${count}`)
  return entries
}
