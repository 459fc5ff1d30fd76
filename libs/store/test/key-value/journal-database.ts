import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import type { Disk, DiskFile } from '@rocketmq-ts/base'
import { crc32 } from 'node:zlib'
import type {
  KeyRange,
  KeyValue,
  KeyValueBatch,
  KeyValueDatabase,
  OpenKeyValueDatabase,
  ReadLimits,
} from '../../src/key-value/key-value-database'

type Change = readonly [key: string, value: string | null]

/**
 * A database for tests of what a crash leaves: in memory, and in a journal on the disk of the test, which can be torn,
 * lost and full. A batch is one line: its CRC, and its changes.
 */
export function journalDatabaseOn(disk: Disk): OpenKeyValueDatabase {
  return async folder => {
    disk.makeFolder(folder)
    const file = disk.open(path.join(folder, 'journal'), { create: true })
    disk.syncFolder(folder)
    const database = new JournalDatabase(file)
    await file.datasync()
    return database
  }
}

class JournalDatabase implements KeyValueDatabase {
  private readonly pairs = new Map<string, string>()
  private journalBytes = 0

  constructor(private readonly file: DiskFile) {
    const text = Buffer.alloc(file.sizeBytes())
    file.readNow(text, 0, text.length, 0)
    for (const line of text.toString('latin1').split('\n').slice(0, -1)) {
      if (Number(line.slice(0, line.indexOf(' '))) !== crc32(line.slice(line.indexOf(' ') + 1))) break
      this.apply(JSON.parse(line.slice(line.indexOf(' ') + 1)) as Change[])
      this.journalBytes += line.length + 1
    }
    file.truncate(this.journalBytes)
  }

  batch(): KeyValueBatch {
    const changes: Change[] = []
    return {
      put: (key, value) => void changes.push([key.toString('hex'), value.toString('hex')]),
      remove: key => void changes.push([key.toString('hex'), null]),
      write: () => this.write(changes),
    }
  }

  async read({ from, until }: KeyRange, { countMax, bytesMax }: ReadLimits): Promise<readonly KeyValue[]> {
    await Promise.resolve()
    const keys = this.keysOf({ from, until }).slice(0, countMax)
    const pairs: KeyValue[] = []
    for (let bytes = 0; pairs.length < keys.length && bytes < bytesMax; bytes += pairs.at(-1)!.value.length) {
      const key = keys[pairs.length]!
      pairs.push({ key: Buffer.from(key, 'hex'), value: Buffer.from(this.pairs.get(key)!, 'hex') })
    }
    return pairs
  }

  removeRange(range: KeyRange): Promise<void> {
    return this.write(this.keysOf(range).map(key => [key, null]))
  }

  async close(): Promise<void> {
    await Promise.resolve()
    this.file.close()
  }

  get size(): number {
    return this.pairs.size
  }

  private keysOf({ from, until }: KeyRange): readonly string[] {
    const [first, end] = [from.toString('hex'), until.toString('hex')]
    return [...this.pairs.keys()].filter(key => key >= first && key < end).sort()
  }

  private async write(changes: readonly Change[]): Promise<void> {
    await Promise.resolve()
    const text = JSON.stringify(changes)
    const line = Buffer.from(`${crc32(text)} ${text}\n`)
    try {
      this.file.write(line, this.journalBytes)
    } catch (error) {
      throw new StorageError(`cannot write: ${(error as Error).message}`)
    }
    this.journalBytes += line.length
    this.apply(changes)
    await this.file.datasync()
  }

  private apply(changes: readonly Change[]): void {
    for (const [key, value] of changes) {
      if (value === null) this.pairs.delete(key)
      else this.pairs.set(key, value)
    }
  }
}
