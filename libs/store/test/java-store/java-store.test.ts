import * as path from 'node:path'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { createFileMessageStore } from '../../src'
import type { MessageStore } from '../../src'
import { silentLog } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { ROOT, STORE_HOST, configOf, readQueue } from '../store-fixture'
import { bytesOf, inflated, putFiles } from './java-files'
import javaStore from './java-store.json'

async function start(disk: Disk): Promise<MessageStore> {
  const config = configOf({ storePathRootDir: ROOT, mappedFileSizeCommitLog: 32_768, mappedFileSizeConsumeQueue: 400 })
  const store = createFileMessageStore(config, {
    clock: new FakeClock(),
    disk,
    log: silentLog,
    storeHost: STORE_HOST,
    delayMsOfLevel: level => (level === 3 ? 10_000 : 0),
  })
  await store.start()
  return store
}

async function queueLengths(store: MessageStore): Promise<Record<string, number>> {
  const lengths: Record<string, number> = {}
  for (const topic of store.topics()) {
    for (const queueId of store.queueIds(topic)) {
      const messages = await readQueue(store, topic, queueId)
      expect(messages.map(({ queueOffset }) => queueOffset)).toEqual(messages.map((_, index) => index))
      lengths[`${topic}/${queueId}`] = messages.length
    }
  }
  return lengths
}

const LENGTHS_WHEN_KILLED = {
  'SCHEDULE_TOPIC_XXXX/2': 4,
  'TopicA/0': 46,
  'TopicA/1': 45,
  'TopicB/0': 4,
  'TopicB/1': 3,
}

test('a store that Java stopped serves every message', async () => {
  const disk = new FaultyDisk().process()
  putFiles(disk, javaStore.stopped)
  const store = await start(disk)
  expect(await queueLengths(store)).toEqual({ ...LENGTHS_WHEN_KILLED, 'TopicC/0': 4 })
  await store.stop()
})

test('a store of a Java that was killed serves every message', async () => {
  const disk = new FaultyDisk().process()
  putFiles(disk, javaStore.killed)
  const store = await start(disk)
  expect(await queueLengths(store)).toEqual(LENGTHS_WHEN_KILLED)
  await store.stop()
})

test.each(['killed', 'stopped'] as const)('what Java left when it was %s stays the same to the byte', async how => {
  const disk = new FaultyDisk().process()
  putFiles(disk, javaStore[how])
  const before = Object.keys(javaStore[how]).filter(name => /^(commitlog|consumequeue)\//.test(name))
  const bytesBefore = before.map(name => bytesOf(disk, name))
  const store = await start(disk)
  await store.stop()
  before.forEach((name, index) => {
    if (disk.exists(path.join(ROOT, name))) expect([name, bytesOf(disk, name)]).toEqual([name, bytesBefore[index]])
    else expect([name, bytesBefore[index]?.every(byte => byte === 0)]).toEqual([name, true])
  })
})

test('queues that are lost are made again as Java had them', async () => {
  const disk = new FaultyDisk().process()
  putFiles(disk, javaStore.stopped)
  disk.remove(path.join(ROOT, 'consumequeue'))
  const store = await start(disk)
  await store.stop()
  for (const [name, deflated] of Object.entries(javaStore.stopped)) {
    if (!name.startsWith('consumequeue/')) continue
    expect([name, bytesOf(disk, name)]).toEqual([name, inflated(deflated)])
  }
})
