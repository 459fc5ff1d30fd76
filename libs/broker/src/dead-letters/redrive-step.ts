import { readProperty, TopicPermission } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import { isStored } from '../messages/put-status'
import { getMessages, messagesIn, putMessage } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { deadLetterTopicOf, retryTopicOf } from '../topics/topic-names'
import type { TopicFile } from '../topics/topic-file'
import type { TopicTable } from '../topics/topic-table'
import type { RedriveFilter } from './redrive-filter'
import type { RedriveOrder } from './redrive-order'
import { NAMED_LETTER_COUNT_MAX, STEP_LETTER_COUNT_MAX } from './redrive-limits'
import type { RedriveQueue, RedriveRecord } from './redrive-record'
import { originTopicOf, redrivenMessageOf } from './redriven-message'

export interface RedriveStepDeps {
  readonly store: Pick<MessageStore, 'get' | 'put'>
  readonly topics: Pick<TopicTable, 'find' | 'ensureForSendBack'>
  readonly topicFile: Pick<TopicFile, 'saved'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
}

/**
 * Redrives some letters of one queue, and notes in the record how far it came. Resolves to how many messages it put;
 * if one was not stored, to how many before it, with the reason. Rejects with StorageError.
 */
export async function redriveStep(
  record: RedriveRecord,
  queue: RedriveQueue,
  matches: RedriveFilter,
  deps: RedriveStepDeps,
): Promise<{ readonly putCount: number; readonly failure: string | null }> {
  const result = await getMessages(deps.store, {
    topic: deadLetterTopicOf(record.order.group),
    queueId: queue.queueId,
    queueOffset: queue.nextOffset,
    messageCountMax: Math.min(STEP_LETTER_COUNT_MAX, Math.ceil(record.order.rate / 10)),
    bytesMax: null,
    filter: null,
  })
  try {
    if (result.status !== 'FOUND') {
      // Letters that are too old are gone; of a topic that is gone there are none.
      const { nextBeginOffset } = result
      queue.nextOffset =
        nextBeginOffset > queue.nextOffset ? Math.min(nextBeginOffset, queue.endOffset) : queue.endOffset
      return { putCount: 0, failure: null }
    }
    const letters = [...messagesIn(result)].filter(({ queueOffset }) => queueOffset < queue.endOffset)
    if (isForRetry(record.order) && !record.order.dryRun) await ensureRetryTopic(record.order.group, deps)
    return await redriveLetters(letters, record, queue, matches, deps)
  } finally {
    result.release()
  }
}

async function redriveLetters(
  letters: readonly StoredMessage[],
  record: RedriveRecord,
  queue: RedriveQueue,
  matches: RedriveFilter,
  deps: RedriveStepDeps,
): Promise<{ readonly putCount: number; readonly failure: string | null }> {
  const { order } = record
  const outcomes = letters.map(letter => {
    const isMatched = matches(letter)
    return { letter, isMatched, put: isMatched && !order.dryRun ? redriveLetter(letter, record, deps) : null }
  })
  let putCount = 0
  for (const { letter, isMatched, put } of outcomes) {
    const outcome = await put
    if (outcome !== null && outcome.failure !== null) return { putCount, failure: outcome.failure }
    record.scannedCount += 1
    if (isMatched) noteMatch(letter, record)
    if (outcome !== null && outcome.storedTo > 0) {
      record.redrivenCount += 1
      putCount += 1
      queue.storedTo = Math.max(queue.storedTo, outcome.storedTo)
    } else if (outcome !== null) {
      record.unroutableCount += 1
    }
    queue.nextOffset = letter.queueOffset + 1
  }
  return { putCount, failure: null }
}

function noteMatch({ properties }: StoredMessage, record: RedriveRecord): void {
  record.matchedCount += 1
  if (!record.order.dryRun || record.samples.length >= NAMED_LETTER_COUNT_MAX) return
  record.samples.push(readProperty(properties, 'UNIQ_KEY') ?? '')
}

interface LetterOutcome {
  /** Where the CommitLog ended after it; 0 if it has nowhere to go. */
  readonly storedTo: number
  /** Why it was not stored. */
  readonly failure: string | null
}

async function redriveLetter(
  letter: StoredMessage,
  { id: redriveId, order }: RedriveRecord,
  { store, topics, statistics }: RedriveStepDeps,
): Promise<LetterOutcome> {
  const topic = topicFor(letter, order)
  const queueCount = topic === null ? 0 : (topics.find(topic)?.writeQueueNums ?? 0)
  if (topic === null || queueCount === 0) return { storedTo: 0, failure: null }
  const queueId = letter.queueOffset % queueCount
  const { status, reason, physicalOffset, storedBytes } = await putMessage(
    store,
    redrivenMessageOf(letter, { topic, queueId, redriveId }),
  )
  if (!isStored(status)) return { storedTo: 0, failure: reason ?? status }
  statistics.onPut(topic, 1, storedBytes)
  return { storedTo: physicalOffset + storedBytes, failure: null }
}

/** Null: the letter does not say where it came from, and has to. */
function topicFor(letter: StoredMessage, order: RedriveOrder): string | null {
  if (order.toTopic !== null) return order.toTopic
  const origin = originTopicOf(letter)
  return origin !== null && isForRetry(order) ? retryTopicOf(order.group) : origin
}

function isForRetry({ to, toTopic }: RedriveOrder): boolean {
  return to === 'retry' && toTopic === null
}

/** A retry topic that nobody used yet is on the disk before there is a message in it. */
async function ensureRetryTopic(group: string, { topics, topicFile }: RedriveStepDeps): Promise<void> {
  const topic = retryTopicOf(group)
  if (topics.find(topic) !== null) return
  topics.ensureForSendBack({ topic, queueNums: 1, perm: TopicPermission.READ | TopicPermission.WRITE })
  await topicFile.saved()
}
