import { CorruptDataError } from '@rocketmq-ts/base'
import { ByteCursor } from './byte-cursor'

export interface BlockEntry {
  readonly key: Buffer
  readonly value: Buffer
}

/**
 * The entries of a block of a table: each key says how much of the one before it begins with.
 *
 *   | shared | rest | valueBytes | rest of the key | value |  … | restarts, uint32 each | their count, uint32 |
 *   | varints                    | bytes           | bytes |
 *
 * Throws CorruptDataError.
 */
export function* blockEntries(block: Buffer): IterableIterator<BlockEntry> {
  const restartCount = block.length >= 4 ? block.readUInt32LE(block.length - 4) : 0
  const endAt = block.length - 4 - 4 * restartCount
  if (endAt < 0) throw new CorruptDataError('a block is too short')
  const cursor = new ByteCursor(block, 0, endAt)
  let key = Buffer.alloc(0)
  while (!cursor.isAtEnd) {
    const shared = cursor.varint()
    const restBytes = cursor.varint()
    const valueBytes = cursor.varint()
    if (shared > key.length) throw new CorruptDataError('a key begins with more than the one before it has')
    key = Buffer.concat([key.subarray(0, shared), cursor.take(restBytes)])
    yield { key, value: cursor.take(valueBytes) }
  }
}
