import { Cluster, TestClient } from '@rocketmq-ts/testing'
import type { CaseResult } from '../report'
import { serverKind } from '../suite'
import type { Suite, SuiteEnvironment } from '../suite'
import { MovingBroker } from './moving-broker'
import { PopJourney } from './pop-journey'
import type { PopStay } from './pop-journey'

const stays: readonly PopStay[] = [
  { by: 'java' },
  { by: 'ours' },
  { by: 'java' },
  { by: 'ours', enablePopBufferMerge: true },
  { by: 'java' },
]

/** Java's broker and ours hand one data directory to and fro, with messages in consumers' hands. */
export const popStoreSuite: Suite = {
  name: 'pop-store',
  what: "one data directory with popped messages, given out and taken back by Java's broker and ours in turn",
  run,
}

async function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { folder } = environment
  const cluster = await Cluster.create({ folder, nameServerKind: serverKind('ours', environment), brokers: [] })
  const client = new TestClient()
  await cluster.start()
  await client.start()
  const broker = await MovingBroker.create(folder, {
    namesrvAddr: cluster.nameServer.address,
    mappedFileSizeCommitLog: 1024 * 1024,
    flushConsumerOffsetInterval: 500,
  })
  try {
    return await new PopJourney({ environment, client, broker }).run(stays)
  } finally {
    await broker.stop()
    await client.stop()
    await cluster.stop()
  }
}
