import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { FileConsumeQueueStore } from '../../src/consume-queue/file-consume-queue-store'
import { FoundMessages } from '../../src/get-message/found-messages'
import { getFromDisk } from '../../src/get-message/get-from-disk'
import { TransferLimits } from '../../src/get-message/transfer-limits'
import { configOf } from '../store-fixture'

const RECORD_BYTES = 100
const ENTRIES_PER_FILE = 20

/** What a get finds that was on its way to the disk when files of the queue, or all of the log, went. */
async function foundAt(queueOffset: number, { trimmedTo, logBegins }: { trimmedTo: number; logBegins: number }) {
  const onWriteFailed = (error: Error): never => {
    throw error
  }
  const options = { folder: '/queues', fileBytes: ENTRIES_PER_FILE * 20, tailBytes: 4096 }
  const deps = { disk: new FaultyDisk().process(), clock: new FakeClock(), onWriteFailed }
  const store = new FileConsumeQueueStore(options, deps)
  const queue = store.require('TopicA', 0)
  for (let index = 0; index < 50; index += 1) queue.append(index * RECORD_BYTES, RECORD_BYTES, 0, 0, 1)
  queue.publish(50)
  await store.writeOut()
  queue.forgetTail()
  await store.trim('TopicA', 0, trimmedTo * RECORD_BYTES)
  const found = new FoundMessages()
  found.nextBeginOffset = queueOffset
  const query = { topic: 'TopicA', queueId: 0, queueOffset, messageCountMax: 32, bytesMax: null, filter: null }
  await getFromDisk({
    ...{
      config: configOf({}),
      queue,
      query,
      found,
      log: silentLog,
      limits: new TransferLimits(configOf({}), query, 0),
    },
    commitLog: { minOffset: logBegins, nextFileOffset: offset => offset + 10_000, segmentAt: () => null },
    readAhead: { chunkWith: () => Promise.resolve(null) },
  })
  return found
}

test('where the file of its entries is gone a reader is led to the next one', async () => {
  const found = await foundAt(3, { trimmedTo: 45, logBegins: 45 * RECORD_BYTES })
  expect(found).toMatchObject({ status: 'OFFSET_FOUND_NULL', messageCount: 0, nextBeginOffset: 20 })
})

test('of entries whose records lie before the beginning of the log it is told that they were removed, and led behind them', async () => {
  const found = await foundAt(3, { trimmedTo: 0, logBegins: 50 * RECORD_BYTES })
  expect(found).toMatchObject({ status: 'MESSAGE_WAS_REMOVING', messageCount: 0, nextBeginOffset: 50 })
})

test('a file of the log that goes before it is read is the same to it', async () => {
  const found = await foundAt(40, { trimmedTo: 0, logBegins: 0 })
  expect(found).toMatchObject({ status: 'MESSAGE_WAS_REMOVING', messageCount: 0 })
  expect(found.nextBeginOffset).toBeGreaterThan(40)
})
