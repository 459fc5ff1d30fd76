import { CorruptDataError } from '@rocketmq-ts/base'
import { isBlankEntry, readPhysicalOffset } from '../consume-queue/consume-queue-entry'
import type { EntryRange } from '../consume-queue/consume-queue-store'
import type { EntryWindow } from '../consume-queue/entry-window'
import type { KeyValueDatabase } from '../key-value/key-value-database'
import { entriesFrom } from './entry-kind'
import type { EntriesFrom, EntryKind } from './entry-kind'
import { NO_RECORD, lastOffsetOfKey, runsOf } from './queue-records'

/** Runs of one read: where a queue has a message a second, each has one entry. */
const RUN_COUNT_MAX = 512

/** Whose entries are read. */
export interface QueueOfRuns {
  readonly number: number
  readonly kind: EntryKind
}

/** Entries one after the other, under the key of the last. */
export interface Run extends EntriesFrom {
  readonly key: Buffer
  readonly lastOffset: number
}

/** Reads entries of queues from the database. */
export class RunReader {
  constructor(private readonly database: () => KeyValueDatabase) {}

  /** The entries around `queueOffset` and behind it, as many as come cheap, up to `endOffset`; null if there is none. */
  async read(queue: QueueOfRuns, queueOffset: number, endOffset: number): Promise<EntryWindow | null> {
    const { isOfBatches } = queue.kind
    const runs = await this.runs(queue, { fromOffset: queueOffset, countMax: RUN_COUNT_MAX })
    const first = runs[0]
    if (first === undefined || (first.firstOffset > queueOffset && !isOfBatches)) return null
    const following: Buffer[] = []
    const firstOffset = Math.min(first.firstOffset, queueOffset)
    let nextOffset = first.firstOffset
    for (const run of runs) {
      if ((run.firstOffset !== nextOffset && !isOfBatches) || nextOffset >= endOffset) break
      following.push(run.bytes)
      nextOffset = run.lastOffset + 1
    }
    const bytes = following.length === 1 ? first.bytes : Buffer.concat(following)
    return { bytes, firstOffset, endOffset: Math.min(nextOffset, endOffset) }
  }

  /** Throws CorruptDataError if there is no such entry. */
  async entryAt(queue: QueueOfRuns, queueOffset: number): Promise<Pick<EntryRange, 'bytes' | 'at'>> {
    const [run] = await this.runs(queue, { fromOffset: queueOffset, countMax: 1 })
    if (run === undefined || (run.firstOffset > queueOffset && !queue.kind.isOfBatches)) {
      throw new CorruptDataError(`entry ${queueOffset} of queue number ${queue.number} is missing in the database`)
    }
    return { bytes: run.bytes, at: queue.kind.indexOf(run, queueOffset) * queue.kind.entryBytes }
  }

  /** The first runs that have entries from `fromOffset` on. */
  async runs(
    { number, kind }: QueueOfRuns,
    { fromOffset, countMax }: { readonly fromOffset: number; readonly countMax: number },
  ): Promise<readonly Run[]> {
    const bytesMax = kind.runEntryCountMax * kind.entryBytes
    const pairs = await this.database().read(runsOf(number, fromOffset), { countMax, bytesMax })
    return pairs.map(({ key, value }) => {
      const lastOffset = lastOffsetOfKey(key)
      return { key, lastOffset, ...entriesFrom(kind, value, kind.firstOffset(value, lastOffset)) }
    })
  }
}

/** Where the record of an entry begins; `NO_RECORD` for a blank. */
export function recordOffsetAt(bytes: Buffer, at: number): number {
  return isBlankEntry(bytes, at) ? NO_RECORD : readPhysicalOffset(bytes, at)
}
