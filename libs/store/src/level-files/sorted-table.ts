import { CorruptDataError } from '@rocketmq-ts/base'
import { ByteCursor } from './byte-cursor'
import { maskedCrc32c } from './crc32c'
import { firstFrom } from './first-from'
import { levelEntry, userKeyOf } from './level-entry'
import type { LevelEntry } from './level-entry'
import { snappyUncompress } from './snappy'
import { blockEntries } from './table-block'

/*
 * A table of LevelDB, `000007.ldb`: blocks with a trailer each, then 48 bytes that say where its index is.
 *
 *   | block | kind: 1 | masked CRC of both: 4 | …  | handle of metadata, handle of the index, up to 40 | magic: 8 |
 *
 * A handle is two varints: where a block begins, and how long it is.
 */
const FOOTER_BYTES = 48
const MAGIC = Buffer.from('57fb808b247547db', 'hex')
const TRAILER_BYTES = 5
const PLAIN = 0
const SNAPPY = 1
/** A value may be as large as a batch that was written. */
const BLOCK_BYTES_MAX = 64 * 1024 ** 2

/** A file that is read. */
export interface RandomAccessFile {
  readonly path: string
  readonly sizeBytes: number
  /** Fills `into` up to `length` with what lies at `offset`; returns how much there was. Throws StorageError. */
  read(into: Buffer, length: number, offset: number): number
}

interface BlockHandle {
  readonly at: number
  readonly length: number
}

/** The block that ends with the key, or before it. */
interface BlockOfIndex extends BlockHandle {
  readonly lastKey: Buffer
}

/** A file of LevelDB with entries in the order of their keys. */
export class SortedTable {
  private index: readonly BlockOfIndex[] | null = null

  constructor(private readonly file: RandomAccessFile) {}

  /** The entries from `key` on. Throws StorageError; CorruptDataError says where the file is damaged. */
  *entriesFrom(key: Buffer): Generator<LevelEntry, undefined> {
    const index = (this.index ??= this.readIndex())
    for (let at = firstFrom(index, key, block => block.lastKey); at < index.length; at += 1) {
      const handle = index[at] as BlockOfIndex
      yield* this.reading(handle, block => [...entriesOf(block)].filter(entry => entry.key.compare(key) >= 0))
    }
  }

  /** Gives the memory of the index back. */
  forgetIndex(): void {
    this.index = null
  }

  private readIndex(): readonly BlockOfIndex[] {
    const { sizeBytes } = this.file
    const footer = sizeBytes < FOOTER_BYTES ? Buffer.alloc(0) : this.bytes(sizeBytes - FOOTER_BYTES, FOOTER_BYTES)
    if (!footer.subarray(-MAGIC.length).equals(MAGIC)) throw this.corrupt(sizeBytes, 'it does not end as a table does')
    const cursor = new ByteCursor(footer)
    handleAt(cursor) // of the metadata
    return this.reading(handleAt(cursor), block =>
      [...blockEntries(block)].map(entry => {
        return { lastKey: userKeyOf(entry.key), ...handleAt(new ByteCursor(entry.value)) }
      }),
    )
  }

  private reading<T>(handle: BlockHandle, read: (block: Buffer) => T): T {
    try {
      return read(this.block(handle))
    } catch (error) {
      if (!(error instanceof CorruptDataError)) throw error
      throw this.corrupt(handle.at, error.message)
    }
  }

  private block({ at, length }: BlockHandle): Buffer {
    if (length > BLOCK_BYTES_MAX) throw new CorruptDataError(`a length of ${length} bytes`)
    const bytes = this.bytes(at, length + TRAILER_BYTES)
    if (bytes.readUInt32LE(length + 1) !== maskedCrc32c(bytes, 0, length + 1)) {
      throw new CorruptDataError('the CRC is another')
    }
    const kind = bytes[length] as number
    if (kind === SNAPPY) return snappyUncompress(bytes.subarray(0, length))
    if (kind !== PLAIN) throw new CorruptDataError(`compression ${kind} is not known`)
    return bytes.subarray(0, length)
  }

  private bytes(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    if (this.file.read(bytes, length, at) < length) throw new CorruptDataError('the file ends before')
    return bytes
  }

  private corrupt(at: number, reason: string): CorruptDataError {
    return new CorruptDataError(`${this.file.path} is damaged at ${at}: ${reason}`)
  }
}

function* entriesOf(block: Buffer): IterableIterator<LevelEntry> {
  for (const { key, value } of blockEntries(block)) yield levelEntry(key, value)
}

function handleAt(cursor: ByteCursor): BlockHandle {
  return { at: cursor.varint(), length: cursor.varint() }
}
