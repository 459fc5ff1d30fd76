import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore } from '../../src'
import { SMALL, endOfTurn, get, messageOf, messagesOf, put, startStore } from '../store-fixture'

const LOG_FILE = '/store/commitlog/00000000000000000000'
const BODY_AT = 88

/** Ten messages that are on the disk only, the body of the third with a wrong bit. */
async function damaged(checkCRCOnColdRead: boolean): Promise<{ store: MessageStore; physicalOffsets: number[] }> {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const first = await startStore(SMALL, disk.process(), clock)
  const physicalOffsets: number[] = []
  for (let index = 0; index < 10; index += 1) {
    physicalOffsets.push((await put(first, messageOf({ body: Buffer.from(`body ${index}`) }))).physicalOffset)
  }
  await first.stop()
  disk.flipBit(LOG_FILE, (physicalOffsets[2]! + BODY_AT) * 8)
  const store = await startStore({ ...SMALL, checkCRCOnColdRead }, disk.process(), clock)
  await endOfTurn()
  return { store, physicalOffsets }
}

async function bodiesFrom(store: MessageStore, queueOffset: number): Promise<string[]> {
  return messagesOf(await get(store, { queueOffset })).map(({ body }) => body.toString())
}

test('a body with a wrong bit is left out when cold reads are checked, and the reader goes on behind it', async () => {
  const { store } = await damaged(true)
  expect(await bodiesFrom(store, 0)).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9].map(index => `body ${index}`))
  const alone = await get(store, { queueOffset: 2, messageCountMax: 1 })
  expect(alone).toMatchObject({ status: 'MESSAGE_WAS_REMOVING', messageCount: 0, nextBeginOffset: 3 })
  await store.stop()
})

test('nor is it found by its physical offset then', async () => {
  const { store, physicalOffsets } = await damaged(true)
  expect(await store.readRecord(physicalOffsets[2]!)).toBeNull()
  expect(await store.readRecord(physicalOffsets[3]!)).not.toBeNull()
  await store.stop()
})

test('without the check it is served as the disk has it, as Java does', async () => {
  const { store, physicalOffsets } = await damaged(false)
  const bodies = await bodiesFrom(store, 0)
  expect(bodies).toHaveLength(10)
  expect(bodies[2]).not.toBe('body 2')
  expect(await store.readRecord(physicalOffsets[2]!)).not.toBeNull()
  await store.stop()
})
