import { CorruptDataError } from '@rocketmq-ts/base'
import { dataVersionJson } from '@rocketmq-ts/protocol'
import type { DataVersion } from '@rocketmq-ts/protocol'

const HEAD_BYTES = 8

/**
 * Tells whether the entries beside it are all that was written.
 *
 *   0            4          8
 *   | entryCount | entrySum | version, in JSON |
 *   | uint32     | uint32   | text             |
 */
export interface TableHead {
  readonly dataVersion: DataVersion
  /** Of all entries that are in the database with it. LevelDB would pass over a damaged part of its journal. */
  readonly entryCount: number
  readonly entrySum: number
}

export function encodeTableHead({ dataVersion, entryCount, entrySum }: TableHead): Buffer {
  const numbers = Buffer.alloc(HEAD_BYTES)
  numbers.writeUInt32BE(entryCount, 0)
  numbers.writeUInt32BE(entrySum, 4)
  return Buffer.concat([numbers, dataVersionJson.encode(dataVersion)])
}

/** Throws CorruptDataError, or what the decoder of the version does. */
export function decodeTableHead(bytes: Buffer): TableHead {
  if (bytes.length <= HEAD_BYTES) throw new CorruptDataError(`the head of a table has only ${bytes.length} bytes`)
  return {
    entryCount: bytes.readUInt32BE(0),
    entrySum: bytes.readUInt32BE(4),
    dataVersion: dataVersionJson.decode(bytes.subarray(HEAD_BYTES)),
  }
}
