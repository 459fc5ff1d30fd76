import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { Cluster, TestClient } from '@rocketmq-ts/testing'
import { mebibytes, textTable } from './text-table'
import { timeOf } from './timing'

const QUEUES_PER_TOPIC = 1000
const SENDS_AT_ONCE = 256

/** How a broker with very many queues does, one message in each. */
export interface ManyQueuesResult {
  readonly storeType: string
  readonly sendsPerSecond: number
  readonly residentBytes: number
  /** With all queues just made. */
  readonly firstStopMs: number
  readonly startAfterStopMs: number
  readonly startAfterKillMs: number
  /** After a start, nothing read or sent yet. */
  readonly residentBytesAfterStart: number
  readonly openFileCount: number
  readonly isComplete: boolean
}

/** Sends one message to each of `queueCount` queues, then stops, starts, kills and starts the broker. */
export async function measureManyQueues(storeType: string, queueCount: number): Promise<ManyQueuesResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-ts-bench-'))
  const brokerConfig = { storeType, mappedFileSizeCommitLog: 1024 ** 3 }
  const cluster = await Cluster.create({ folder, brokerConfig })
  const client = new TestClient('ROCKETMQ')
  try {
    await cluster.start()
    await client.start()
    const { address, process: broker } = cluster.broker()
    const topics = Array.from({ length: Math.ceil(queueCount / QUEUES_PER_TOPIC) }, (_, index) => `Many_${index}`)
    for (const topic of topics) await client.createTopic(address, topic, QUEUES_PER_TOPIC)
    const sendMs = await sendToEach(client, address, topics, queueCount)
    const residentBytes = broker.residentBytes()
    const openFileCount = readdirSync(`/proc/${broker.pid}/fd`).length
    const firstStopMs = await timeOf(() => broker.stop())
    const startAfterStopMs = await timeOf(() => broker.start())
    const residentBytesAfterStart = broker.residentBytes()
    await sendToEach(client, address, topics, queueCount)
    await broker.kill()
    const startAfterKillMs = await timeOf(() => broker.start())
    return {
      storeType,
      sendsPerSecond: (queueCount / sendMs) * 1000,
      residentBytes,
      firstStopMs,
      startAfterStopMs,
      startAfterKillMs,
      residentBytesAfterStart,
      openFileCount,
      isComplete: await hasTwoEach(client, address, topics),
    }
  } finally {
    await client.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One line for each result. */
export function manyQueuesTable(results: readonly ManyQueuesResult[]): string {
  const rows = results.map(result => [
    result.storeType,
    result.sendsPerSecond.toFixed(0),
    mebibytes(result.residentBytes),
    result.openFileCount.toFixed(0),
    `${result.firstStopMs.toFixed(0)} ms`,
    `${result.startAfterStopMs.toFixed(0)} ms`,
    mebibytes(result.residentBytesAfterStart),
    `${result.startAfterKillMs.toFixed(0)} ms`,
    result.isComplete ? 'yes' : 'NO',
  ])
  const head = [
    'storeType',
    'sends/s',
    'RSS',
    'open files',
    'first stop',
    'start',
    'RSS then',
    'start after SIGKILL',
    'all there',
  ]
  return textTable(head, rows)
}

async function sendToEach(
  client: TestClient,
  address: string,
  topics: readonly string[],
  queueCount: number,
): Promise<number> {
  let next = 0
  const sender = async (): Promise<void> => {
    for (let index = next++; index < queueCount; index = next++) {
      const topic = topics[Math.floor(index / QUEUES_PER_TOPIC)] ?? ''
      const { code, remark } = await client.send(address, {
        topic,
        queueId: index % QUEUES_PER_TOPIC,
        body: 'x'.repeat(128),
      })
      if (code !== 0) throw new Error(`${topic}: ${code} ${remark}`)
    }
  }
  return timeOf(() => Promise.all(Array.from({ length: SENDS_AT_ONCE }, sender)).then(() => undefined))
}

/** Looks at one queue of each topic. */
async function hasTwoEach(client: TestClient, address: string, topics: readonly string[]): Promise<boolean> {
  for (const [queueId, topic] of topics.entries()) {
    const messages = await client.pullAll(address, topic, queueId % QUEUES_PER_TOPIC)
    if (messages.length !== 2) return false
  }
  return true
}
