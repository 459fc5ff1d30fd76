import { maskedCrc32c } from './crc32c'

/*
 * A journal of LevelDB, `000005.log` or `MANIFEST-000004`: blocks of 32 KiB of pieces, each
 *
 *   0             4        6      7
 *   | masked CRC  | length | kind | bytes |
 *   | uint32      | uint16 | 1    |       |       little-endian; the CRC is of kind and bytes
 *
 * A piece is a whole record or its first, middle or last part. What is too short at the end of a block is zeros.
 */
const BLOCK_BYTES = 32 * 1024
const HEAD_BYTES = 7
const WHOLE = 1
const FIRST = 2
const LAST = 4

export interface JournalRecords {
  readonly records: readonly Buffer[]
  /** Where the first thing lies that is no record, although more follows; null if all is well. */
  readonly damage: { readonly at: number; readonly reason: string } | null
  /** Where the last record begins if the journal ends within it, as a crash may leave it; else null. */
  readonly tornAt: number | null
}

/** The records of a journal up to the first damage, or to what was torn by a crash. */
export function journalRecords(bytes: Buffer): JournalRecords {
  const records: Buffer[] = []
  let parts: Buffer[] | null = null
  let at = 0
  let beginAt = 0
  const damaged = (reason: string): JournalRecords => ({ records, damage: { at, reason }, tornAt: null })
  while (at + HEAD_BYTES <= bytes.length) {
    const blockRest = BLOCK_BYTES - (at % BLOCK_BYTES)
    if (blockRest < HEAD_BYTES) {
      at += blockRest
      continue
    }
    const length = bytes.readUInt16LE(at + 4)
    const kind = bytes[at + 6] as number
    if (kind === 0 && length === 0) {
      if (bytes.subarray(at).some(byte => byte !== 0)) return damaged('zeros, and more behind them')
      at = bytes.length
      break
    }
    const endAt = at + HEAD_BYTES + length
    if (endAt > bytes.length) return { records, damage: null, tornAt: parts === null ? at : beginAt }
    if (length > blockRest - HEAD_BYTES) return damaged('a length that its block does not have')
    if (bytes.readUInt32LE(at) !== maskedCrc32c(bytes, at + 6, endAt)) return damaged('the CRC is another')
    const isBegin = kind === WHOLE || kind === FIRST
    if (isBegin === (parts !== null)) return damaged('a part of a record is missing')
    if (kind > LAST) return damaged(`a record of kind ${kind}`)
    if (isBegin) beginAt = at
    parts = [...(parts ?? []), bytes.subarray(at + HEAD_BYTES, endAt)]
    if (kind === WHOLE || kind === LAST) {
      records.push(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts))
      parts = null
    }
    at = endAt
  }
  const isCut = parts !== null || bytes.subarray(at).some(byte => byte !== 0)
  return { records, damage: null, tornAt: isCut ? (parts === null ? at : beginAt) : null }
}
