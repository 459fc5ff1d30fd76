import * as fs from 'node:fs'
import * as path from 'node:path'
import { nodeDisk } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import type { GetMessageResult, MessageStore, MessageStoreConfig } from '../../src'
import { endOfTurn, get, messageOf, messagesOf, put, startStore } from '../store-fixture'

const temporaryFolder = useTemporaryFolders()

const FILE_COUNT = 1000
const ROUND_MS = 60_000

/** A file of the CommitLog holds one message, one of a queue twenty entries, and nothing stays in memory for long. */
const CONFIG: Partial<MessageStoreConfig> = {
  mappedFileSizeCommitLog: 4096,
  mappedFileSizeConsumeQueue: 400,
  hotTailBytes: 8192,
  consumeQueueTailBytes: 2048,
  flushIntervalCommitLog: 2 * ROUND_MS,
  flushIntervalConsumeQueue: ROUND_MS,
  cleanResourceInterval: ROUND_MS,
  fileReservedTime: 0,
  deleteFileBatchMax: 1,
  deleteCommitLogFilesInterval: 0,
  deleteConsumeQueueFilesInterval: 0,
}

const openFileCount = (): number => fs.readdirSync('/proc/self/fd').length

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await endOfTurn()
}

/** A pull of what lies at the beginning gets its bytes, or is told in a clean way that they go. */
async function outcomeOf(pull: Promise<GetMessageResult>, queueOffset: number): Promise<'bytes' | 'removed'> {
  const result = await pull
  const [first] = messagesOf(result)
  if (result.status === 'FOUND') {
    expect(first?.body.equals(Buffer.alloc(3000, first.queueOffset))).toBe(true)
    return 'bytes'
  }
  expect(['MESSAGE_WAS_REMOVING', 'OFFSET_TOO_SMALL', 'OFFSET_FOUND_NULL']).toContain(result.status)
  expect(result.nextBeginOffset).toBeGreaterThanOrEqual(result.status === 'OFFSET_TOO_SMALL' ? 0 : queueOffset)
  return 'removed'
}

/** All of it is on the disk, and the checkpoint knows. */
async function fill(store: MessageStore, clock: FakeClock, checkpoint: string): Promise<void> {
  for (let index = 0; index < FILE_COUNT + 3; index += 1)
    await put(store, messageOf({ body: Buffer.alloc(3000, index) }))
  clock.advance(ROUND_MS)
  await until(() => fs.readFileSync(checkpoint).readBigInt64BE(40) > 0n)
}

test('a thousand files that are deleted while they are read give their bytes or say that they go, and leak nothing', async () => {
  const clock = new FakeClock(Date.now() + 3_600_000)
  const folder = temporaryFolder()
  const store = await startStore({ ...CONFIG, storePathRootDir: folder }, nodeDisk, clock)
  await fill(store, clock, path.join(folder, 'checkpoint'))
  const outcomes = { bytes: 0, removed: 0 }
  let openBefore = 0
  for (let round = 0; round < FILE_COUNT; round += 1) {
    if (round === 20) openBefore = openFileCount()
    const queueOffset = store.minOffset('TopicA', 0)
    const { minPhysicalOffset } = store
    if (round % 20 === 0) store.deleteExpiredCommitLog()
    const pulls = [0, 1, 2].map(ahead => get(store, { queueOffset: queueOffset + ahead, messageCountMax: 3 }))
    clock.advance(ROUND_MS)
    pulls.push(get(store, { queueOffset, messageCountMax: 3 }))
    for (const [index, pull] of pulls.entries()) outcomes[await outcomeOf(pull, queueOffset + (index % 3))] += 1
    await until(() => store.minPhysicalOffset > minPhysicalOffset && store.minOffset('TopicA', 0) > queueOffset)
  }
  expect(store.minOffset('TopicA', 0)).toBe(FILE_COUNT)
  expect(outcomes.bytes).toBeGreaterThan(FILE_COUNT)
  expect(openFileCount()).toBeLessThanOrEqual(openBefore)
  await store.stop()
}, 60_000)
