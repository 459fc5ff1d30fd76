import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import { Cluster, TestClient } from '@rocketmq-ts/testing'
import { serverKind } from '../suite'
import type { Suite, SuiteEnvironment } from '../suite'
import type { CaseResult } from '../report'
import { MovingBroker } from './moving-broker'
import { StoreJourney } from './store-journey'
import type { Stay } from './store-journey'
import { StoreWriter } from './store-writer'

/** Who has the directory, one after the other, and how each leaves it. */
const stays: readonly Stay[] = [
  { by: 'java', end: 'is killed' },
  { by: 'ours', end: 'stops' },
  { by: 'java', end: 'stops' },
  { by: 'ours', end: 'is killed' },
  { by: 'java', end: 'stops' },
  { by: 'ours', storeType: 'kv', end: 'is killed' },
  { by: 'java', isRefused: true, end: 'stops' },
  { by: 'ours', end: 'stops' },
  { by: 'java', end: 'stops' },
]

/** Small files, so that a few seconds of traffic fill several; offsets and topics on the disk soon. */
const brokerProperties = {
  mappedFileSizeCommitLog: 1024 * 1024,
  mappedFileSizeConsumeQueue: 500 * 20,
  maxIndexNum: 2000,
  maxHashSlotNum: 500,
  flushConsumerOffsetInterval: 500,
  transactionCheckInterval: 3_600_000,
}

/** Java's broker and ours hand one data directory to and fro, stopped and killed. */
export const storeSuite: Suite = {
  name: 'store',
  what: "one data directory, written and served by Java's broker and ours in turn, stopped and killed",
  run,
}

async function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { folder, toolchain } = environment
  const clientHome = path.join(folder, 'client')
  mkdirSync(clientHome, { recursive: true })
  const cluster = await Cluster.create({ folder, nameServerKind: serverKind('ours', environment), brokers: [] })
  const client = new TestClient()
  await cluster.start()
  await client.start()
  const namesrvAddr = cluster.nameServer.address
  const broker = await MovingBroker.create(folder, { namesrvAddr, ...brokerProperties })
  const writer = new StoreWriter(toolchain, clientHome, namesrvAddr)
  try {
    return await new StoreJourney({ environment, client, broker, writer }).run(stays)
  } finally {
    await writer.stop()
    await broker.stop()
    await client.stop()
    await cluster.stop()
  }
}
