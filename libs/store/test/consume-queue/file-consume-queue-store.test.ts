import { nodeDisk, systemClock } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { FileConsumeQueueStore } from '../../src/consume-queue/file-consume-queue-store'
import { put } from './queue-entries'
import { consumeQueueStoreContract } from './consume-queue-store-contract'
import { BATCH_TOPIC } from './use-engine'

/** Small files and little memory, so that a few entries reach every edge. */
const isBatchTopic = (topic: string): boolean => topic === BATCH_TOPIC
const batches = { folder: '/batch-queues', fileBytes: 8 * 46, isBatchTopic }
const options = { folder: '/queues', fileBytes: 40 * 20, tailBytes: 4096, batches }

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
  const store = new FileConsumeQueueStore({ folder: temporaryFolder(), fileBytes: 40 * 20, tailBytes: 4096 }, deps)
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

describe('very many queues', () => {
  const QUEUE_COUNT = 1200
  const onWriteFailed = (error: Error): never => {
    throw error
  }

  async function open(disk: FaultyDisk): Promise<FileConsumeQueueStore> {
    const deps = { disk: disk.process(), clock: new FakeClock(), onWriteFailed }
    const store = new FileConsumeQueueStore(options, deps)
    await store.load({ physicalOffset: 10 ** 9, isRight: () => true, wasStopped: true, mayBeShort: false })
    return store
  }

  async function putEach(store: FileConsumeQueueStore, physicalOffset: number): Promise<void> {
    for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) put(store.require('TopicA', queueId), physicalOffset)
    await store.writeOut()
  }

  function expectEach(store: FileConsumeQueueStore, maxOffset: number): void {
    const offsets = store.queueIds('TopicA').map(queueId => store.require('TopicA', queueId).maxOffset)
    expect([offsets.length, ...new Set(offsets)]).toEqual([QUEUE_COUNT, maxOffset])
  }

  test.each([true, false])('survive a loss of power, synced together or one by one (%s)', async canSync => {
    const disk = new FaultyDisk()
    disk.canSyncFileSystem = canSync
    const kinds: string[] = []
    disk.fault = ({ kind, path }) => {
      if (kind === 'datasync') kinds.push(path)
      return null
    }
    const store = await open(disk)
    await putEach(store, 100)
    await store.datasync()
    expect(kinds).toHaveLength(canSync ? 1 : QUEUE_COUNT)
    disk.losePower()
    expectEach(await open(disk), 1)
  })

  test('what comes while the file system is synced is synced by the next call', async () => {
    const disk = new FaultyDisk()
    const store = await open(disk)
    await putEach(store, 100)
    disk.holdSyncs()
    const synced = store.datasync()
    await putEach(store, 200)
    disk.releaseSyncs()
    await synced
    await store.datasync()
    disk.losePower()
    expectEach(await open(disk), 2)
  })

  test('a file system that fails to sync is asked file by file, and what fails there is told', async () => {
    const disk = new FaultyDisk()
    const store = await open(disk)
    await putEach(store, 100)
    disk.fault = ({ kind }) => (kind === 'datasync' ? { code: 'EIO' } : null)
    await expect(store.datasync()).rejects.toThrow('EIO')
    disk.fault = () => null
    await store.datasync()
    disk.losePower()
    expectEach(await open(disk), 1)
  })
})
