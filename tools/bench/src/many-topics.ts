import { mkdtempSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { RemotingCommand, RequestCode, topicConfigJson, topicConfigListJson } from '@rocketmq-ts/protocol'
import { Cluster, TestClient } from '@rocketmq-ts/testing'
import { mebibytes, textTable } from './text-table'
import { longestWhile, median, timeOf } from './timing'

const TOPICS_AT_ONCE = 5000
const SINGLE_COUNT = 30
const TIMEOUT_MS = 60_000

/** How a broker with very many topics does. */
export interface ManyTopicsResult {
  readonly configManagerVersion: string
  /** To make one topic more, median. */
  readonly createMs: number
  /** That another request waited meanwhile: the longest for each of those topics, median. */
  readonly waitMs: number
  readonly startAfterStopMs: number
  readonly startAfterKillMs: number
  readonly residentBytes: number
  /** After a start. */
  readonly residentBytesAfterStart: number
  readonly isComplete: boolean
}

/** Makes `topicCount` topics, then some more one by one, then stops, starts, kills and starts the broker. */
export async function measureManyTopics(configManagerVersion: string, topicCount: number): Promise<ManyTopicsResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-ts-bench-'))
  const cluster = await Cluster.create({ folder, brokerConfig: { configManagerVersion } })
  const client = new TestClient('ROCKETMQ')
  try {
    await cluster.start()
    await client.start()
    const { address, process: broker } = cluster.broker()
    for (let from = 0; from < topicCount; from += TOPICS_AT_ONCE) {
      await createTopics(client, address, from, Math.min(topicCount, from + TOPICS_AT_ONCE))
    }
    const singles = await createOneByOne(client, address)
    const residentBytes = broker.residentBytes()
    await broker.stop()
    const startAfterStopMs = await timeOf(() => broker.start())
    const residentBytesAfterStart = broker.residentBytes()
    await client.createTopic(address, 'Last', 4)
    await broker.kill()
    const startAfterKillMs = await timeOf(() => broker.start())
    const asked = ['Topic_0', `Topic_${topicCount - 1}`, `Single_${SINGLE_COUNT - 1}`, 'Last']
    const answers = await Promise.all(asked.map(topic => client.ask(address, RequestCode.GET_TOPIC_CONFIG, { topic })))
    const isComplete = answers.every(({ code }) => code === 0)
    const times = { startAfterStopMs, startAfterKillMs, residentBytes, residentBytesAfterStart }
    return { configManagerVersion, ...singles, ...times, isComplete }
  } finally {
    await client.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One line for each result. */
export function manyTopicsTable(results: readonly ManyTopicsResult[]): string {
  const rows = results.map(result => [
    result.configManagerVersion,
    `${result.createMs.toFixed(1)} ms`,
    `${result.waitMs.toFixed(1)} ms`,
    mebibytes(result.residentBytes),
    `${result.startAfterStopMs.toFixed(0)} ms`,
    mebibytes(result.residentBytesAfterStart),
    `${result.startAfterKillMs.toFixed(0)} ms`,
    result.isComplete ? 'yes' : 'NO',
  ])
  const head = ['kept by', 'one more', 'others wait', 'RSS', 'start', 'RSS then', 'start after SIGKILL', 'all there']
  return textTable(head, rows)
}

async function createTopics(client: TestClient, address: string, from: number, until: number): Promise<void> {
  const topicConfigList = Array.from({ length: until - from }, (_, index) =>
    topicConfigJson.read({ topicName: `Topic_${from + index}`, readQueueNums: 4, writeQueueNums: 4 }, ''),
  )
  const body = topicConfigListJson.encode({ topicConfigList })
  const request = RemotingCommand.request(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, {}, body)
  const { code, remark } = await client.invoke(address, request, TIMEOUT_MS)
  if (code !== 0) throw new Error(`topics ${from} to ${until}: ${code} ${remark}`)
}

async function createOneByOne(
  client: TestClient,
  address: string,
): Promise<Pick<ManyTopicsResult, 'createMs' | 'waitMs'>> {
  const createTimes: number[] = []
  const waits: number[] = []
  for (let number = 0; number < SINGLE_COUNT; number += 1) {
    const create = async (): Promise<void> => {
      createTimes.push(await timeOf(() => client.createTopic(address, `Single_${number}`, 4)))
    }
    waits.push(await longestWhile(create, () => client.maxOffset(address, 'Topic_0', 0)))
  }
  return { createMs: median(createTimes), waitMs: median(waits) }
}
