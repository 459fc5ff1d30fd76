import type { Clock, Log } from '@rocketmq-ts/base'
import { CorruptDataError } from '@rocketmq-ts/base'
import {
  BLANK_MESSAGE_BYTES,
  isBlankEntry,
  readMessageBytes,
  readPhysicalOffset,
  readTagsCode,
} from '../consume-queue/consume-queue-entry'
import type { ConsumeQueue, ConsumeQueueStore, EntryRange } from '../consume-queue/consume-queue-store'
import { entryBytesOf, messageCountAt, nextOffsetAt, storeTimestampAt } from '../consume-queue/entry-of-range'
import { inStretches } from '../consume-queue/stretches'

const PROGRESS_PERIOD_MS = 1000

export interface CopyQueuesDeps {
  readonly clock: Clock
  readonly log: Log
}

/** Gives an engine without queues what another one has. Resolves when it would survive a loss of power. */
export async function copyQueues(
  from: ConsumeQueueStore,
  to: ConsumeQueueStore,
  { clock, log }: CopyQueuesDeps,
): Promise<void> {
  const sources = from.topics().flatMap(topic => from.queueIds(topic).map(queueId => from.require(topic, queueId)))
  let doneCount = 0
  let lastMs = clock.monotonicMs()
  await inStretches(clock, sources, async source => {
    await copyQueue(source, to.require(source.topic, source.queueId), to)
    doneCount += 1
    if (clock.monotonicMs() - lastMs < PROGRESS_PERIOD_MS) return
    lastMs = clock.monotonicMs()
    log.info({ doneCount, totalCount: sources.length }, 'bringing the queues over')
  })
  await to.writeOut()
  await to.datasync()
}

/** Of a queue that has no entry left, a blank one keeps the next offset. */
async function copyQueue(source: ConsumeQueue, target: ConsumeQueue, to: ConsumeQueueStore): Promise<void> {
  const { minOffset, maxOffset } = source
  for (let queueOffset = minOffset; queueOffset < maxOffset;) {
    const range = source.entriesInMemory(queueOffset) ?? (await source.readEntries(queueOffset))
    if (range === null) {
      throw new CorruptDataError(`entry ${queueOffset} of ${source.topic}, queue ${source.queueId} is missing`)
    }
    queueOffset = copyEntries(range, queueOffset, target)
    if (to.isCrowded) await to.writeOut()
  }
  if (target.nextOffset < maxOffset) target.replay(maxOffset - 1, 0, BLANK_MESSAGE_BYTES, 0, 0, 1)
}

/** Blanks are left out: where they lie between entries the target makes its own. Returns where the entries end. */
function copyEntries(range: EntryRange, fromOffset: number, target: ConsumeQueue): number {
  const { bytes, at: firstAt, entryCount } = range
  let queueOffset = fromOffset
  for (let index = 0; index < entryCount; index += 1) {
    const at = firstAt + index * entryBytesOf(range)
    const nextOffset = nextOffsetAt(range, at, queueOffset)
    const messageCount = messageCountAt(range, at)
    if (!isBlankEntry(bytes, at)) {
      target.replay(
        nextOffset - messageCount,
        readPhysicalOffset(bytes, at),
        readMessageBytes(bytes, at),
        readTagsCode(bytes, at),
        storeTimestampAt(range, at),
        messageCount,
      )
    }
    queueOffset = nextOffset
  }
  return queueOffset
}
