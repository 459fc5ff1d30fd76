import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { tagsCodeOf } from '@rocketmq-ts/protocol'
import type { MessageFilter, MessageStore } from '../../src'
import { SMALL, endOfTurn, get, messageOf, messagesOf, put, startStore, taggedMessage } from '../store-fixture'

/** Holds everything in memory. */
const WARM = { ...SMALL, hotTailBytes: 1024 ** 2, consumeQueueTailBytes: 1024 ** 2 }

async function filled(values: object, bodies: readonly Buffer[], clock = new FakeClock()): Promise<MessageStore> {
  const store = await startStore(values, new FaultyDisk().process(), clock)
  for (const body of bodies) await put(store, messageOf({ body }))
  return store
}

function bodies(count: number, bytes = 100): Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`${index}`.padEnd(bytes, '.')))
}

const tagged = (tag: string): MessageFilter => ({
  matchesTagsCode: tagsCode => tagsCode === tagsCodeOf(tag),
  matchesRecord: null,
})

describe('where there is nothing, the answer says where to go on', () => {
  test('a queue that nothing was put into', async () => {
    const store = await filled(SMALL, [])
    expect(await get(store, { queueOffset: 5 })).toMatchObject({ status: 'NO_MESSAGE_IN_QUEUE', nextBeginOffset: 0 })
  })

  test('the end of a queue, and behind it', async () => {
    const store = await filled(SMALL, bodies(3))
    expect(await get(store, { queueOffset: 3 })).toMatchObject({ status: 'OFFSET_OVERFLOW_ONE', nextBeginOffset: 3 })
    expect(await get(store, { queueOffset: 9 })).toMatchObject({ status: 'OFFSET_OVERFLOW_BADLY', nextBeginOffset: 3 })
    expect(store.statistics).toMatchObject({ getMissCount: 2, getFoundCount: 0 })
  })

  test('a queue whose first message is not in a queue yet', async () => {
    const disk = new FaultyDisk()
    const store = await startStore({ ...SMALL, flushDiskType: 'SYNC_FLUSH' }, disk.process())
    disk.holdSyncs()
    void put(store, messageOf())
    await endOfTurn()
    expect(await get(store)).toMatchObject({ status: 'NO_MESSAGE_IN_QUEUE', nextBeginOffset: 0 })
    disk.releaseSyncs()
  })
})

describe('one get returns', () => {
  test('32 messages at most near the end of the log', async () => {
    const store = await filled(WARM, bodies(40))
    expect(await get(store, { messageCountMax: 100 })).toMatchObject({ messageCount: 32, nextBeginOffset: 32 })
  })

  test('8 messages at most from far behind', async () => {
    const store = await filled({ ...WARM, accessMessageInMemoryMaxRatio: 0 }, bodies(40))
    expect(await get(store)).toMatchObject({ messageCount: 8, suggestPullingFromSlave: true })
  })

  test('as many as were asked for', async () => {
    const store = await filled(WARM, bodies(10))
    expect(await get(store, { queueOffset: 4, messageCountMax: 3 })).toMatchObject({
      messageCount: 3,
      nextBeginOffset: 7,
    })
  })

  test('as many bytes as were asked for, but always one message', async () => {
    const store = await filled(WARM, bodies(10, 300))
    const [one] = messagesOf(await get(store, { messageCountMax: 1 }))
    const bytes = one!.recordBytes
    expect(await get(store, { bytesMax: 3 * bytes })).toMatchObject({ messageCount: 3, bodyBytes: 3 * bytes })
    expect(await get(store, { bytesMax: 1 })).toMatchObject({ messageCount: 1 })
  })

  test('256 KiB at most', async () => {
    const store = await filled({ ...WARM, mappedFileSizeCommitLog: 1024 ** 2 }, bodies(10, 60_000))
    expect(await get(store)).toMatchObject({ messageCount: 4 })
  })

  test('64 KiB at most from far behind', async () => {
    const store = await filled(
      { ...WARM, mappedFileSizeCommitLog: 1024 ** 2, accessMessageInMemoryMaxRatio: 0 },
      bodies(10, 20_000),
    )
    expect(await get(store)).toMatchObject({ messageCount: 3, nextBeginOffset: 3 })
  })

  test('the first message of those far behind, however large it is', async () => {
    const store = await filled(
      { ...WARM, mappedFileSizeCommitLog: 1024 ** 2, accessMessageInMemoryMaxRatio: 0 },
      bodies(2, 200_000),
    )
    expect(await get(store)).toMatchObject({ status: 'FOUND', messageCount: 1, nextBeginOffset: 1 })
  })

  test('neighbours as one part', async () => {
    const store = await filled(WARM, bodies(5))
    const result = await get(store)
    expect(result.parts).toHaveLength(1)
    expect(result.bodyBytes).toBe(result.parts[0]?.length)
  })
})

describe.each([
  ['from memory', WARM],
  ['from the disk', SMALL],
])('a filter, %s', (_, values) => {
  async function mixed(): Promise<MessageStore> {
    const clock = new FakeClock()
    const store = await startStore(values, new FaultyDisk().process(), clock)
    for (let index = 0; index < 300; index += 1) {
      await put(store, taggedMessage(index % 10 === 9 ? 'TagB' : 'TagA', { body: Buffer.from(`${index}`.padEnd(200)) }))
    }
    clock.advance(60_000)
    await endOfTurn()
    return store
  }

  test('by tag leaves out what does not match', async () => {
    const store = await mixed()
    const result = await get(store, { filter: tagged('TagB'), messageCountMax: 5 })
    expect(result).toMatchObject({ status: 'FOUND', messageCount: 5, nextBeginOffset: 50 })
    expect(messagesOf(result).map(({ queueOffset }) => queueOffset)).toEqual([9, 19, 29, 39, 49])
  })

  test('by record sees each whole record whose tag matches', async () => {
    const store = await mixed()
    const seen: number[] = []
    const filter: MessageFilter = {
      matchesTagsCode: tagsCode => tagsCode === tagsCodeOf('TagB'),
      matchesRecord: record => {
        seen.push(record.length)
        return record.includes('19 ') || record.includes('39 ')
      },
    }
    const result = await get(store, { filter, messageCountMax: 2 })
    expect(messagesOf(result).map(({ queueOffset }) => queueOffset)).toEqual([19, 39])
    expect(seen.length).toBeGreaterThanOrEqual(4)
    expect(new Set(seen).size).toBe(1)
  })

  test('that matches nothing lets the reader go on behind what was looked at', async () => {
    const store = await mixed()
    const result = await get(store, { filter: tagged('TagC') })
    expect(result).toMatchObject({ status: 'NO_MATCHED_MESSAGE', messageCount: 0, parts: [] })
    expect(result.nextBeginOffset).toBeGreaterThan(0)
  })
})

test('looks at maxFilterMessageSize bytes of entries and no more', async () => {
  const store = await filled({ ...WARM, maxFilterMessageSize: 400 }, bodies(100))
  expect(await get(store, { filter: tagged('TagA'), messageCountMax: 1 })).toMatchObject({
    status: 'NO_MATCHED_MESSAGE',
    nextBeginOffset: 20,
  })
})

test('bytes stay as they are until they are released, however much comes in', async () => {
  const store = await filled(SMALL, bodies(20))
  const held = await get(store)
  const before = Buffer.concat(held.parts)
  for (const body of bodies(600, 500)) await put(store, messageOf({ body }))
  expect(Buffer.concat(held.parts)).toEqual(before)
  held.release()
})

test('a disk that fails is told, and the next get works', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  for (const body of bodies(600, 500)) await put(store, messageOf({ body }))
  clock.advance(60_000)
  await endOfTurn()
  disk.failNth('read', 1, { code: 'EIO' })
  await expect(get(store)).rejects.toThrow(/EIO/)
  expect(await get(store)).toMatchObject({ status: 'FOUND' })
})

test('an entry that points to what is not its message is left out', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  for (const body of bodies(600, 500)) await put(store, messageOf({ body }))
  clock.advance(60_000)
  await endOfTurn()
  disk.flipBit('/store/commitlog/00000000000000000000', 8 * 31)
  const result = await get(store)
  expect(messagesOf(result).map(({ queueOffset }) => queueOffset)).not.toContain(0)
  expect(result.status).toBe('FOUND')
})

test('a store that is stopped answers no more', async () => {
  const store = await filled(SMALL, bodies(3))
  await store.stop()
  await expect(get(store)).rejects.toThrow(/not running/)
})
