import { CorruptDataError } from '@rocketmq-ts/base'
import { ENTRY_BYTES, isBlankEntry, readPhysicalOffset } from '../consume-queue/consume-queue-entry'
import type { EntryWindow } from '../consume-queue/entry-window'
import type { KeyRange, KeyValueDatabase } from '../key-value/key-value-database'
import { NO_RECORD, lastOffsetOfKey, runsOf } from './queue-records'

/** Entries of the longest run, and of one read: 64 KiB. */
export const RUN_ENTRY_COUNT_MAX = 3276
/** Runs of one read: where a queue has a message a second, each has one entry. */
const RUN_COUNT_MAX = 512

/** Entries one after the other, under the key of the last. */
export interface Run {
  readonly key: Buffer
  readonly entries: Buffer
  readonly firstOffset: number
  readonly lastOffset: number
}

/** Reads entries of queues from the database. */
export class RunReader {
  constructor(private readonly database: () => KeyValueDatabase) {}

  /** The entries around `queueOffset` and behind it, as many as come cheap, up to `endOffset`; null if there is none. */
  async read(number: number, queueOffset: number, endOffset: number): Promise<EntryWindow | null> {
    const runs = await this.runs(runsOf(number, queueOffset), RUN_COUNT_MAX)
    const first = runs[0]
    if (first === undefined || first.firstOffset > queueOffset) return null
    const following: Buffer[] = []
    let nextOffset = first.firstOffset
    for (const run of runs) {
      if (run.firstOffset !== nextOffset || nextOffset >= endOffset) break
      following.push(run.entries)
      nextOffset = run.lastOffset + 1
    }
    return {
      bytes: following.length === 1 ? first.entries : Buffer.concat(following),
      firstOffset: first.firstOffset,
      endOffset: Math.min(nextOffset, endOffset),
    }
  }

  /** Throws CorruptDataError if there is no such entry. */
  async physicalOffsetAt(number: number, queueOffset: number): Promise<number> {
    const [run] = await this.runs(runsOf(number, queueOffset), 1)
    if (run === undefined || run.firstOffset > queueOffset) {
      throw new CorruptDataError(`entry ${queueOffset} of queue number ${number} is missing in the database`)
    }
    return recordOffsetAt(run.entries, (queueOffset - run.firstOffset) * ENTRY_BYTES)
  }

  /** The first runs of a range. */
  async runs(range: KeyRange, countMax: number): Promise<readonly Run[]> {
    const pairs = await this.database().read(range, { countMax, bytesMax: RUN_ENTRY_COUNT_MAX * ENTRY_BYTES })
    return pairs.map(({ key, value }) => {
      const lastOffset = lastOffsetOfKey(key)
      return { key, entries: value, lastOffset, firstOffset: lastOffset + 1 - value.length / ENTRY_BYTES }
    })
  }
}

/** Where the record of an entry begins; `NO_RECORD` for a blank. */
export function recordOffsetAt(bytes: Buffer, at: number): number {
  return isBlankEntry(bytes, at) ? NO_RECORD : readPhysicalOffset(bytes, at)
}
