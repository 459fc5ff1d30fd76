import * as path from 'node:path'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { Standalone, TestClient, writeLargeStore } from '../src'

const TOPIC = 'LargeStoreTopic'
const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const component of started.splice(0).reverse()) await component.stop()
})
const temporaryFolder = useTemporaryFolders()

async function start<T extends { start(): Promise<void>; stop(): Promise<void> }>(component: T): Promise<T> {
  started.push(component)
  await component.start()
  return component
}

test('of a log of 10 GiB that nobody closed only what the checkpoint does not know is read', async () => {
  const home = temporaryFolder()
  const store = writeLargeStore({ folder: path.join(home, 'store'), topic: TOPIC, fileCount: 10, uncheckedCount: 8 })
  const standalone = await start(new Standalone(home))
  const client = await start(new TestClient())
  expect(await client.maxOffset(standalone.brokerAddress, TOPIC, 0)).toBe(store.recordCount)
  const recovered = standalone.output.split('\n').find(line => line.includes('CommitLog recovered')) ?? ''
  expect(JSON.parse(recovered)).toMatchObject({ fromOffset: store.checkpointOffset, endOffset: store.endOffset })
})
