import * as path from 'node:path'
import { useComponents, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { Standalone, TestClient, writeLargeStore } from '../src'

const TOPIC = 'LargeStoreTopic'
const start = useComponents()
const temporaryFolder = useTemporaryFolders()

test('of a log of 10 GiB that nobody closed only what the checkpoint does not know is read', async () => {
  const home = temporaryFolder()
  const store = writeLargeStore({ folder: path.join(home, 'store'), topic: TOPIC, fileCount: 10, uncheckedCount: 8 })
  const standalone = await start(new Standalone(home))
  const client = await start(new TestClient())
  expect(await client.maxOffset(standalone.brokerAddress, TOPIC, 0)).toBe(store.recordCount)
  const recovered = standalone.output.split('\n').find(line => line.includes('CommitLog recovered')) ?? ''
  expect(JSON.parse(recovered)).toMatchObject({ fromOffset: store.checkpointOffset, endOffset: store.endOffset })
})
