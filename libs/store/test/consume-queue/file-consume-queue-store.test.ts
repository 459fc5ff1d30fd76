import { nodeDisk, systemClock } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { FileConsumeQueueStore } from '../../src/consume-queue/file-consume-queue-store'
import { consumeQueueStoreContract } from './consume-queue-store-contract'

/** Small files and little memory, so that a few entries reach every edge. */
const options = { folder: '/queues', fileBytes: 40 * 20, tailBytes: 4096 }

describe('the queues in files', () => {
  consumeQueueStoreContract(
    () => {
      const faulty = new FaultyDisk()
      const open = (): FileConsumeQueueStore => {
        const onWriteFailed = (error: Error): never => {
          throw error
        }
        return new FileConsumeQueueStore(options, { disk: faulty.process(), clock: new FakeClock(), onWriteFailed })
      }
      return { open }
    },
    { numRuns: 100 },
  )
})

const temporaryFolder = useTemporaryFolders()

test('a topic may be deleted while its new files are on their way to the disk', async () => {
  const onWriteFailed = (error: Error): never => {
    throw error
  }
  const deps = { disk: nodeDisk, clock: systemClock, onWriteFailed }
  const store = new FileConsumeQueueStore({ ...options, folder: temporaryFolder() }, deps)
  for (let index = 0; index < 20; index += 1) {
    store.require(`Topic${index}`, 0).append(index, 100, 0, 0, 1)
    store.require(`Topic${index}`, 0).publish(1)
  }
  await store.writeOut()
  const synced = store.datasync()
  await store.deleteTopics(store.topics().slice(0, 15))
  await synced
  expect(store.topics()).toHaveLength(5)
  await store.close()
})
