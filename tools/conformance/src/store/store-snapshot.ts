import { readProperty, readStoredMessage } from '@rocketmq-ts/protocol'
import type { BrokerQuestions } from './broker-questions'

/** One queue: its records from offset 0 on, as the broker served them. */
export interface StoredQueue {
  readonly topic: string
  readonly queueId: number
  readonly records: readonly Buffer[]
}

/** All that a broker served at one time, by `topic/queueId`. */
export type StoreSnapshot = ReadonlyMap<string, StoredQueue>

const IDS_AT_ONCE = 64
/** Points in time that are asked for in each queue. */
const TIMES_OF_QUEUE_MAX = 10

/** Reads every queue of every topic that the broker knows, those of the system too. */
export async function takeSnapshot(questions: BrokerQuestions): Promise<StoreSnapshot> {
  const queues = new Map<string, StoredQueue>()
  for (const [topic, { readQueueNums, writeQueueNums }] of await questions.topicConfigs()) {
    for (let queueId = 0; queueId < Math.max(readQueueNums, writeQueueNums); queueId += 1) {
      const maxOffset = await questions.maxOffset(topic, queueId)
      if (maxOffset === 0) continue
      const records = await questions.records(topic, queueId)
      const servedCount = records.reduce((sum, record) => sum + messageCountOf(record), 0)
      if (servedCount < maxOffset) throw new Error(`${topic}/${queueId}: ${servedCount} of ${maxOffset} served`)
      queues.set(`${topic}/${queueId}`, { topic, queueId, records })
    }
  }
  return queues
}

/** Of a batch that is stored as one record the properties say it. */
function messageCountOf(record: Buffer): number {
  return Number(readProperty(readStoredMessage(record, 0).properties, 'INNER_NUM') ?? 1)
}

/** What of `before` is not the same, byte for byte, in `now`. What was added since is welcome. */
export function differences(before: StoreSnapshot, now: StoreSnapshot): readonly string[] {
  const problems: string[] = []
  for (const [name, { records }] of before) {
    const recordsNow = now.get(name)?.records ?? []
    const at = records.findIndex((record, index) => recordsNow[index]?.equals(record) !== true)
    if (at >= 0)
      problems.push(`${name} at ${at} of ${records.length}: ${describe(records[at])}; now ${describe(recordsNow[at])}`)
  }
  return problems
}

/** Which records do not come when they are asked for by id. */
export async function wrongById(snapshot: StoreSnapshot, questions: BrokerQuestions): Promise<readonly string[]> {
  const problems: string[] = []
  const wanted = [...snapshot.values()].flatMap(({ topic, records }) => records.map(record => ({ topic, record })))
  for (let at = 0; at < wanted.length; at += IDS_AT_ONCE) {
    const asked = wanted.slice(at, at + IDS_AT_ONCE).map(async ({ topic, record }) => {
      const { physicalOffset } = readStoredMessage(record, 0)
      const found = await questions.recordAt(topic, physicalOffset)
      if (found?.equals(record) !== true)
        problems.push(`${physicalOffset}: ${describe(record)}; now ${describe(found)}`)
    })
    await Promise.all(asked)
  }
  return problems
}

/**
 * Where the search by time ends elsewhere than at the record of that time. Only times that one record of the queue has:
 * between several, Java's answer depends on where its files begin.
 */
export async function wrongByTime(snapshot: StoreSnapshot, questions: BrokerQuestions): Promise<readonly string[]> {
  const problems: string[] = []
  for (const [name, { topic, queueId, records }] of snapshot) {
    for (const { timestamp, queueOffset } of lonelyTimes(records)) {
      for (const boundary of ['LOWER', 'UPPER']) {
        const found = await questions.offsetByTime(topic, queueId, timestamp, boundary)
        if (found !== queueOffset) problems.push(`${name} ${boundary} of ${timestamp}: ${found}, not ${queueOffset}`)
      }
    }
  }
  return problems
}

function lonelyTimes(records: readonly Buffer[]): readonly { timestamp: number; queueOffset: number }[] {
  const stored = records.map(record => readStoredMessage(record, 0))
  const timeAt = (at: number): number | undefined => stored[at]?.storeTimestamp
  const lonely = stored
    .filter(({ storeTimestamp }, at) => timeAt(at - 1) !== storeTimestamp && timeAt(at + 1) !== storeTimestamp)
    .map(({ storeTimestamp: timestamp, queueOffset }) => ({ timestamp, queueOffset }))
  const step = Math.ceil(lonely.length / TIMES_OF_QUEUE_MAX)
  return lonely.filter((_, index) => index % step === 0)
}

/** How many records a snapshot has. */
export function recordCount(snapshot: StoreSnapshot): number {
  return [...snapshot.values()].reduce((sum, { records }) => sum + records.length, 0)
}

function describe(record: Buffer | null | undefined): string {
  if (record == null || record.length === 0) return 'nothing'
  const { topic, queueId, queueOffset, physicalOffset, body, properties } = readStoredMessage(record, 0)
  return `${topic}/${queueId} ${queueOffset} at ${physicalOffset} "${body.toString('utf8', 0, 30)}" ${properties.toString()}`
}
