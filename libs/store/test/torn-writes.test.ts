import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { readProperty } from '@rocketmq-ts/protocol'
import type { MessageStore, MessageStoreConfig } from '../src'
import { dieAt, isWriteTo } from './faults/die-at'
import { expectAgreement } from './faults/log-and-queues'
import { SMALL, createStore, endOfTurn, messageOf, put, readQueue, startStore, taggedMessage } from './store-fixture'

const text = (body: string) => messageOf({ body: Buffer.from(body) })
const torn = (index: number) => taggedMessage('SomeTag', { body: Buffer.from(`torn ${index}`) })

async function bodiesOf(store: MessageStore): Promise<string[]> {
  return (await readQueue(store, 'TopicA', 0)).map(({ body }) => body.toString())
}

/** What a restart finds, and again after one more message and one more restart. */
async function expectAfterRestart(
  disk: FaultyDisk,
  values: Partial<MessageStoreConfig>,
  bodies: readonly string[],
): Promise<void> {
  const store = await startStore(values, disk.process(), new FakeClock())
  expect(await bodiesOf(store)).toEqual(bodies)
  const messages = await readQueue(store, 'TopicA', 0)
  const wholeProperties = messages.filter(({ body }) => body.toString().startsWith('torn'))
  for (const { properties } of wholeProperties) expect(readProperty(properties, 'TAGS')).toBe('SomeTag')
  expect(await put(store, text('next'))).toMatchObject({ status: 'PUT_OK', queueOffset: bodies.length })
  disk.kill()
  const again = await startStore(values, disk.process(), new FakeClock())
  expect(await bodiesOf(again)).toEqual([...bodies, 'next'])
  await again.stop()
  expectAgreement(disk.process(), new Set())
}

describe('a write that a crash tears at any byte leaves the whole records before it, and no part of one', () => {
  const RECORD_COUNT = 3

  async function lengths(): Promise<readonly number[]> {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const results = await Promise.all(Array.from({ length: RECORD_COUNT }, (_, index) => put(store, torn(index))))
    await store.stop()
    return results.map(({ storedBytes }) => storedBytes)
  }

  test.each(['ASYNC_FLUSH', 'SYNC_FLUSH'] as const)('of the CommitLog, with %s', async flushDiskType => {
    const values = { ...SMALL, flushDiskType }
    const recordBytes = await lengths()
    const totalBytes = recordBytes.reduce((sum, bytes) => sum + bytes, 0)
    for (let takenBytes = 0; takenBytes <= totalBytes; takenBytes += 1) {
      const disk = new FaultyDisk()
      const store = await startStore(values, disk.process(), new FakeClock())
      await put(store, text('before'))
      await dieAt(disk, takenBytes, isWriteTo('/commitlog/'), async () => {
        for (let index = 0; index < RECORD_COUNT; index += 1) void put(store, torn(index))
        await endOfTurn()
      })
      let end = 0
      const whole = recordBytes.filter(bytes => (end += bytes) <= takenBytes)
      await expectAfterRestart(disk, values, ['before', ...whole.map((_, index) => `torn ${index}`)])
    }
  })

  test('at the end of a file, where a blank and a new file are written too', async () => {
    const fill = SMALL.mappedFileSizeCommitLog! - 2000
    for (let takenBytes = 0; takenBytes <= 64; takenBytes += 1) {
      const disk = new FaultyDisk()
      const store = await startStore(SMALL, disk.process(), new FakeClock())
      const long = 'f'.repeat(fill)
      await put(store, text(long))
      await dieAt(disk, takenBytes, isWriteTo('/commitlog/00000000000000000000'), async () => {
        void put(store, text('g'.repeat(5000)))
        await endOfTurn()
      })
      await expectAfterRestart(disk, SMALL, [long])
    }
  })

  test('of a queue: it is made again from the log', async () => {
    const ENTRIES_BYTES = 5 * 20
    for (let takenBytes = 0; takenBytes <= ENTRIES_BYTES; takenBytes += 1) {
      const disk = new FaultyDisk()
      const clock = new FakeClock()
      const store = await startStore(SMALL, disk.process(), clock)
      const bodies = Array.from({ length: 5 }, (_, index) => `entry ${index}`)
      for (const body of bodies) await put(store, text(body))
      await dieAt(disk, takenBytes, isWriteTo('/consumequeue/'), async () => {
        clock.advance(1000)
        await endOfTurn()
      })
      await expectAfterRestart(disk, SMALL, bodies)
    }
  })

  test('of the checkpoint: what it says then costs time at most', async () => {
    for (let takenBytes = 0; takenBytes <= 48; takenBytes += 1) {
      const disk = new FaultyDisk()
      const clock = new FakeClock()
      const store = await startStore(SMALL, disk.process(), clock)
      const bodies: string[] = []
      for (let round = 0; round < 3; round += 1) {
        for (let index = 0; index < 40; index += 1) {
          bodies.push(`${round} ${index}`.padEnd(400, '.'))
          await put(store, text(bodies.at(-1)!))
        }
        if (round === 2) break
        clock.advance(60_000)
        await endOfTurn()
      }
      await dieAt(disk, takenBytes, isWriteTo('/checkpoint'), async () => {
        clock.advance(60_000)
        await endOfTurn()
      })
      await expectAfterRestart(disk, SMALL, bodies)
    }
  })
})

test('a start that dies with any of its operations leaves the next one everything', async () => {
  for (let operation = 1; ; operation += 1) {
    const disk = new FaultyDisk()
    const bodies = Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(900, '.'))
    const store = await startStore(SMALL, disk.process(), new FakeClock())
    for (const body of bodies) await put(store, text(body))
    disk.kill()
    const dying = createStore(SMALL, disk.process(), new FakeClock())
    disk.killAtNth(operation)
    const isStarted = await dying.start().then(
      () => true,
      () => false,
    )
    disk.kill()
    disk.fault = () => null
    await expectAfterRestart(disk, SMALL, bodies)
    if (isStarted) break
  }
})
