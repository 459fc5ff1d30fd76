import { Cluster, TestClient } from '@rocketmq-ts/testing'
import type { CaseResult } from '../report'
import { serverKind } from '../suite'
import type { Suite, SuiteEnvironment } from '../suite'
import { MovingBroker } from './moving-broker'
import { TimerJourney } from './timer-journey'
import type { TimerStay } from './timer-journey'

const stays: readonly TimerStay[] = [
  { by: 'java', end: 'stop' },
  { by: 'ours', end: 'stop' },
  { by: 'java', end: 'kill' },
  { by: 'ours', end: 'kill' },
  { by: 'java', end: 'stop' },
  { by: 'ours', end: 'stop' },
]

/** Java's broker and ours hand one data directory to and fro, with messages in it that are for later. */
export const timerStoreSuite: Suite = {
  name: 'timer-store',
  what: "one data directory with messages for later times, sent and delivered by Java's broker and ours in turn",
  run,
}

async function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { folder } = environment
  const cluster = await Cluster.create({ folder, nameServerKind: serverKind('ours', environment), brokers: [] })
  const client = new TestClient()
  await cluster.start()
  await client.start()
  const { address } = cluster.nameServer
  const broker = await MovingBroker.create(folder, { namesrvAddr: address, mappedFileSizeCommitLog: 1024 * 1024 })
  try {
    return await new TimerJourney({ environment, client, broker }).run(stays)
  } finally {
    await broker.stop()
    await client.stop()
    await cluster.stop()
  }
}
