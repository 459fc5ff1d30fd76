import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
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
