import type { Log } from '@rocketmq-ts/base'
import type { CommitLog } from '../commit-log/commit-log'
import type { TailSegment } from '../commit-log/tail-segment'
import { isBlankEntry, readMessageBytes, readPhysicalOffset } from '../consume-queue/consume-queue-entry'
import type { ConsumeQueue, EntryRange } from '../consume-queue/consume-queue-store'
import { entryBytesOf, mayMatch, messageCountAt, nextOffsetAt } from '../consume-queue/entry-of-range'
import type { GetMessageQuery, RecordPlace } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { FoundMessages } from './found-messages'
import type { LogChunk } from './log-chunk'
import type { ReadAhead } from './read-ahead'
import { problemOf, spansOf } from './record-spans'
import type { RecordSpan } from './record-spans'
import type { TransferLimits } from './transfer-limits'

export interface DiskGet {
  readonly config: Pick<MessageStoreConfig, 'checkCRCOnColdRead'>
  readonly queue: ConsumeQueue
  readonly query: GetMessageQuery
  readonly limits: TransferLimits
  readonly found: FoundMessages
  readonly commitLog: Pick<CommitLog, 'minOffset' | 'nextFileOffset' | 'segmentAt'>
  readonly readAhead: Pick<ReadAhead, 'chunkWith'>
  readonly log: Log
}

interface Wanted extends RecordPlace {
  readonly messageCount: number
}

type Span = RecordSpan<Wanted>

interface Choice {
  readonly wanted: readonly Wanted[]
  /** Behind what was looked at. */
  readonly nextOffset: number
  /** True if the next one would have been too much. */
  readonly isFull: boolean
}

/**
 * Collects messages of which at least a part has to be read from the disk: entries first, then the records they point
 * to, neighbours in one read, until the answer is full or enough has been looked at. Returns where the last record
 * looked at begins.
 */
export async function getFromDisk(get: DiskGet): Promise<number> {
  const { queue, query, limits, found, commitLog } = get
  const endOffset = Math.min(query.queueOffset + limits.scanCountMax, queue.maxOffset)
  let lastPhysicalOffset = 0
  while (found.nextBeginOffset < endOffset) {
    const range = queue.entriesInMemory(found.nextBeginOffset) ?? (await queue.readEntries(found.nextBeginOffset))
    if (range === null) {
      if (found.messageCount > 0) break
      found.status = 'OFFSET_FOUND_NULL'
      found.nextBeginOffset = queue.nextFileOffset(found.nextBeginOffset)
      break
    }
    const { wanted, nextOffset, isFull } = choose(get, range, endOffset - found.nextBeginOffset)
    if (nextOffset === found.nextBeginOffset) break
    lastPhysicalOffset = wanted.at(-1)?.physicalOffset ?? lastPhysicalOffset
    found.nextBeginOffset = nextOffset
    const spans = spansOf(commitLog, wanted)
    for (const { segment } of spans) if (segment !== null) found.hold(segment)
    await collect(get, spans)
    if (isFull && (query.filter?.matchesRecord ?? null) === null) break
  }
  return lastPhysicalOffset
}

/** The records that the entries say are wanted; `matchesRecord` is asked when their bytes are here. */
function choose({ query: { filter }, limits, found, commitLog }: DiskGet, range: EntryRange, countMax: number): Choice {
  const wanted: Wanted[] = []
  let wantedBytes = 0
  let wantedCount = 0
  let nextOffset = found.nextBeginOffset
  const count = Math.min(range.entryCount, countMax)
  for (let index = 0; index < count; index += 1) {
    const at = range.at + index * entryBytesOf(range)
    const physicalOffset = readPhysicalOffset(range.bytes, at)
    const recordBytes = readMessageBytes(range.bytes, at)
    const messageCount = messageCountAt(range, at)
    const isGone = isBlankEntry(range.bytes, at) || physicalOffset < commitLog.minOffset
    const foundCount = found.messageCount + wantedCount
    if (
      !isGone &&
      limits.isFull(foundCount, found.bodyBytes + wantedBytes, recordBytes, physicalOffset, messageCount)
    ) {
      return { wanted, nextOffset, isFull: true }
    }
    nextOffset = nextOffsetAt(range, at, nextOffset)
    if (isGone) {
      if (found.messageCount === 0) found.status = 'MESSAGE_WAS_REMOVING'
      continue
    }
    if (filter !== null && !mayMatch(filter, range, at)) continue
    wanted.push({ physicalOffset, recordBytes, messageCount })
    wantedBytes += recordBytes
    wantedCount += messageCount
  }
  return { wanted, nextOffset, isFull: false }
}

async function collect(get: DiskGet, spans: readonly Span[]): Promise<void> {
  const sources = await Promise.allSettled(spans.map(span => sourceOf(get, span)))
  sources.forEach((source, index) => {
    if (source.status === 'rejected') throw source.reason
    addRecords(get, spans[index] as Span, source.value)
  })
}

/** Null if the file is gone. */
async function sourceOf({ readAhead, found }: DiskGet, span: Span): Promise<TailSegment | LogChunk | null> {
  if (span.segment !== null) return span.segment
  const chunk = await readAhead.chunkWith(span.startOffset, span.endOffset)
  if (chunk !== null) found.adopt(chunk)
  return chunk
}

function addRecords(get: DiskGet, span: Span, source: TailSegment | LogChunk | null): void {
  const { found, log } = get
  const filter = get.query.filter?.matchesRecord ?? null
  for (const wanted of span.records) {
    const at = wanted.physicalOffset - (source?.startOffset ?? 0)
    const problem = source === null ? 'its file is gone' : problemOf(source.bytes, at, wanted, checksCrc(get, span))
    if (source === null || problem !== null) {
      if (source !== null) log.error({ ...wanted, problem }, 'a queue points to what is not its message')
      if (found.messageCount === 0) found.status = 'MESSAGE_WAS_REMOVING'
      continue
    }
    const { recordBytes, messageCount } = wanted
    if (filter !== null && !filter(source.bytes.subarray(at, at + recordBytes))) continue
    found.add(source.bytes, at, recordBytes, messageCount)
  }
}

/** Memory is trusted: what it has was encoded there. */
function checksCrc({ config }: DiskGet, { segment }: Span): boolean {
  return config.checkCRCOnColdRead && segment === null
}
