import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  RemotingCommand,
  RequestCode,
  defaultSubscriptionGroupConfig,
  subscriptionGroupConfigJson,
  subscriptionGroupListJson,
} from '@rocketmq-ts/protocol'
import { Cluster, TestClient } from '@rocketmq-ts/testing'
import type { ServerProcess } from '@rocketmq-ts/testing'
import { mebibytes, textTable } from './text-table'
import { longestWhile, median, timeOf } from './timing'

const TOPIC = 'Many'
const QUEUE_COUNT = 8
const GROUPS_AT_ONCE = 2000
const COMMITS_AT_ONCE = 256
const SINGLE_COUNT = 30
const TIMEOUT_MS = 60_000
/** So often offsets are saved that changed; by default every 5 s. */
const SAVE_INTERVAL_MS = 2000
const MEASURED_SAVES = 4
/** Between the little requests that tell how long others wait. */
const ASK_PAUSE_MS = 5

/** What saves cost, over several save intervals. */
interface SaveCost {
  /** That another request waited: the longest of each interval, median. */
  readonly waitMs: number
  /** With all else that the broker does meanwhile: commits, little requests. */
  readonly cpuMsPerSave: number
  readonly writtenBytesPerSave: number
}

/** How a broker with very many groups does, each with offsets of all queues of a topic. */
export interface ManyGroupsResult {
  readonly configManagerVersion: string
  /** To make one group more, median. */
  readonly createMs: number
  /** One group commits again and again. */
  readonly oneCommits: SaveCost
  /** Each group commits once in a save interval. */
  readonly allCommit: SaveCost
  readonly startAfterStopMs: number
  readonly startAfterKillMs: number
  readonly residentBytes: number
  /** After a start. */
  readonly residentBytesAfterStart: number
  readonly isComplete: boolean
}

/** Makes the groups, has them commit, then stops, starts, kills and starts the broker. */
export async function measureManyGroups(configManagerVersion: string, groupCount: number): Promise<ManyGroupsResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-ts-bench-'))
  const brokerConfig = { configManagerVersion, flushConsumerOffsetInterval: SAVE_INTERVAL_MS }
  const cluster = await Cluster.create({ folder, brokerConfig })
  const client = new TestClient('ROCKETMQ')
  try {
    await cluster.start()
    await client.start()
    const { address, process: broker } = cluster.broker()
    const groups = new ManyGroups(client, address, groupCount)
    await groups.make()
    for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) await groups.commitAll(queueId, 1)
    await pause(2 * SAVE_INTERVAL_MS)
    const oneCommits = await saveCost(broker, groups, () => groups.commitOne())
    const allCommit = await saveCost(broker, groups, round => groups.commitAll(0, round + 2))
    const createMs = await groups.createOneByOne()
    const residentBytes = broker.residentBytes()
    await broker.stop()
    const startAfterStopMs = await timeOf(() => broker.start())
    const residentBytesAfterStart = broker.residentBytes()
    await broker.kill()
    const startAfterKillMs = await timeOf(() => broker.start())
    const isComplete = await groups.areThere(MEASURED_SAVES + 1)
    const starts = { startAfterStopMs, startAfterKillMs, residentBytesAfterStart }
    return { configManagerVersion, createMs, oneCommits, allCommit, residentBytes, ...starts, isComplete }
  } finally {
    await client.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One line for each result. */
export function manyGroupsTable(results: readonly ManyGroupsResult[]): string {
  const rows = results.map(result => [
    result.configManagerVersion,
    ...[result.oneCommits, result.allCommit].map(
      ({ waitMs, cpuMsPerSave, writtenBytesPerSave }) =>
        `${waitMs.toFixed(1)} ms, ${cpuMsPerSave.toFixed(0)} ms, ${(writtenBytesPerSave / 1024).toFixed(0)} KiB`,
    ),
    `${result.createMs.toFixed(1)} ms`,
    mebibytes(result.residentBytes),
    `${result.startAfterStopMs.toFixed(0)} ms`,
    mebibytes(result.residentBytesAfterStart),
    `${result.startAfterKillMs.toFixed(0)} ms`,
    result.isComplete ? 'yes' : 'NO',
  ])
  const head = ['kept by', 'one commits: others wait, CPU, written', 'all commit', 'one group more', 'RSS']
  head.push('start', 'RSS then', 'start after SIGKILL', 'all there')
  return textTable(head, rows)
}

/** While `commit` goes on, once in each save interval. */
async function saveCost(
  broker: ServerProcess,
  groups: ManyGroups,
  commit: (round: number) => Promise<void>,
): Promise<SaveCost> {
  const before = { cpuSeconds: broker.cpuSeconds(), writtenBytes: writtenBytes(broker) }
  const startMs = performance.now()
  const waits: number[] = []
  for (let round = 0; round < MEASURED_SAVES; round += 1) {
    const untilMs = startMs + (round + 1) * SAVE_INTERVAL_MS
    const oneInterval = async (): Promise<void> => {
      await commit(round)
      await pause(Math.max(0, untilMs - performance.now()))
    }
    waits.push(await longestWhile(oneInterval, () => groups.askSomething(), ASK_PAUSE_MS))
  }
  return {
    waitMs: median(waits),
    cpuMsPerSave: ((broker.cpuSeconds() - before.cpuSeconds) * 1000) / MEASURED_SAVES,
    writtenBytesPerSave: (writtenBytes(broker) - before.writtenBytes) / MEASURED_SAVES,
  }
}

/** By the process, to whatever: files, and the few bytes of its answers. */
function writtenBytes(broker: ServerProcess): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${broker.pid}/io`, 'utf8'))?.[1])
}

/** The groups of the measurement, and what clients do with them. */
class ManyGroups {
  constructor(
    private readonly client: TestClient,
    private readonly address: string,
    private readonly groupCount: number,
  ) {}

  async make(): Promise<void> {
    const { client, address, groupCount } = this
    await client.createTopic(address, TOPIC, QUEUE_COUNT)
    for (let from = 0; from < groupCount; from += GROUPS_AT_ONCE) {
      const count = Math.min(GROUPS_AT_ONCE, groupCount - from)
      const groupConfigList = Array.from({ length: count }, (_, at) =>
        defaultSubscriptionGroupConfig(groupOf(from + at)),
      )
      const body = subscriptionGroupListJson.encode({ groupConfigList })
      const request = RemotingCommand.request(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, {}, body)
      const { code, remark } = await client.invoke(address, request, TIMEOUT_MS)
      if (code !== 0) throw new Error(`groups from ${from} on: ${code} ${remark}`)
    }
  }

  async commitOne(): Promise<void> {
    await this.commit(0, 0, Date.now())
  }

  async commitAll(queueId: number, offset: number): Promise<void> {
    let next = 0
    const committer = async (): Promise<void> => {
      for (let number = next++; number < this.groupCount; number = next++) await this.commit(number, queueId, offset)
    }
    await Promise.all(Array.from({ length: COMMITS_AT_ONCE }, committer))
  }

  /** Ms for one, median. */
  async createOneByOne(): Promise<number> {
    const times: number[] = []
    for (let number = 0; number < SINGLE_COUNT; number += 1) {
      const body = subscriptionGroupConfigJson.encode(defaultSubscriptionGroupConfig(`Single_${number}`))
      const code = RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP
      times.push(await timeOf(() => this.client.ask(this.address, code, {}, body)))
    }
    return median(times)
  }

  async askSomething(): Promise<void> {
    await this.client.maxOffset(this.address, TOPIC, 0)
  }

  /** Looks at some of them. */
  async areThere(offset: number): Promise<boolean> {
    const { client, address, groupCount } = this
    const groups = [1, groupCount >> 1, groupCount - 1].map(groupOf)
    const code = RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG
    const asked = [...groups, `Single_${SINGLE_COUNT - 1}`].map(group => client.ask(address, code, { group }))
    const offsets = groups.flatMap(group =>
      [0, QUEUE_COUNT - 1].map(queueId => client.queryOffset(address, { group, topic: TOPIC, queueId })),
    )
    const found = (await Promise.all(offsets)).join()
    return (
      (await Promise.all(asked)).every(answer => answer.code === 0) && found === groups.map(() => `${offset},1`).join()
    )
  }

  private commit(number: number, queueId: number, offset: number): Promise<void> {
    return this.client.commitOffset(this.address, { group: groupOf(number), topic: TOPIC, queueId, offset })
  }
}

function groupOf(number: number): string {
  return `Group_${number}`
}
