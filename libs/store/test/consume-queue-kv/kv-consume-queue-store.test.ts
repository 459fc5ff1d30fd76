import * as path from 'node:path'
import { nodeDisk, systemClock } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { KvConsumeQueueStore } from '../../src/consume-queue-kv/kv-consume-queue-store'
import type { OpenKeyValueDatabase } from '../../src/key-value/key-value-database'
import { openLevelDatabase } from '../../src/key-value/level-database'
import { consumeQueueStoreContract } from '../consume-queue/consume-queue-store-contract'
import { BATCH_TOPIC } from '../consume-queue/use-engine'
import { journalDatabaseOn } from '../key-value/journal-database'

/** Less than the entries of one test: what does not fit goes to the database before the test asks for it. */
const TAIL_BYTES = 6000

function storeOn(folder: string, disk: Disk, openDatabase: OpenKeyValueDatabase): KvConsumeQueueStore {
  const onWriteFailed = (error: Error): never => {
    throw error
  }
  const clock = disk === nodeDisk ? systemClock : new FakeClock()
  const isBatchTopic = (topic: string): boolean => topic === BATCH_TOPIC
  return new KvConsumeQueueStore(
    { folder, tailBytes: TAIL_BYTES, isBatchTopic },
    { clock, disk, openDatabase, onWriteFailed },
  )
}

describe('the queues in a database', () => {
  consumeQueueStoreContract(
    () => {
      const faulty = new FaultyDisk()
      const open = (): KvConsumeQueueStore => {
        const disk = faulty.process()
        return storeOn('/store/queues', disk, journalDatabaseOn(disk))
      }
      return { open }
    },
    { numRuns: 100 },
  )
})

describe('the queues in LevelDB', () => {
  consumeQueueStoreContract(
    () => {
      const folder = path.join(temporaryFolder(), 'queues')
      return { open: () => storeOn(folder, nodeDisk, openLevelDatabase) }
    },
    { numRuns: 10 },
  )
  const temporaryFolder = useTemporaryFolders() // its files go when the contract has closed them
})
