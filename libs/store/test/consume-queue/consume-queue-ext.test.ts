import fc from 'fast-check'
import type { Disk } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { readStoredMessage, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { FilterBitMap, MessageStore, MessageStoreConfig } from '../../src'
import {
  readExtOffset,
  readExtUnit,
  readExtUnitBytes,
  hasExtAddress,
  writeExtAddress,
  writeExtUnit,
} from '../../src/consume-queue/consume-queue-ext-unit'
import { dieAt, isWriteTo } from '../faults/die-at'
import golden from './java-ext-units.json'
import { SMALL, get, messageOf, messagesOf, put, startStore, taggedMessage } from '../store-fixture'

const EXT: Partial<MessageStoreConfig> = { ...SMALL, enableConsumeQueueExt: true, mappedFileSizeConsumeQueueExt: 90 }
const TAGS = ['TagA', 'TagB', 'polygenelubricants'] as const

function start(disk: Disk, values: Partial<MessageStoreConfig> = {}): Promise<MessageStore> {
  return startStore({ ...EXT, ...values }, disk, new FakeClock())
}

async function offsetsWith(store: MessageStore, tag: string): Promise<number[]> {
  const filter = { matchesTagsCode: (code: number) => code === tagsCodeOf(tag), matchesRecord: null }
  const offsets: number[] = []
  for (let queueOffset = 0; queueOffset < store.maxOffset('TopicA', 0);) {
    const result = await get(store, { queueOffset, filter })
    queueOffset = result.nextBeginOffset
    offsets.push(...messagesOf(result).map(message => message.queueOffset))
  }
  return offsets
}

async function expectTags(store: MessageStore, tags: readonly string[]): Promise<void> {
  for (const wanted of TAGS) {
    const expected = tags.flatMap((tag, queueOffset) => (tag === wanted ? [queueOffset] : []))
    expect(await offsetsWith(store, wanted)).toEqual(expected)
  }
}

test("units with and without bit maps are Java's", () => {
  const files = new Map(Object.entries(golden.files).map(([name, hex]) => [Number(name), Buffer.from(hex, 'hex')]))
  for (const { tagsCode, storeTimestamp, bitMap: hex, address } of golden.units) {
    const entry = Buffer.alloc(20)
    entry.writeBigInt64BE(BigInt(address), 12)
    const offset = readExtOffset(entry, 0)
    const startOffset = offset - (offset % golden.fileBytes)
    const file = files.get(startOffset) as Buffer
    const unit = { tagsCode, storeTimestamp, bitMap: Buffer.from(hex, 'hex') }
    expect(readExtUnit(file, offset - startOffset)).toEqual(unit)
    const written = Buffer.from(file)
    const end = writeExtUnit(written, offset - startOffset, unit)
    expect(readExtUnitBytes(file, offset - startOffset)).toBe(end - offset + startOffset)
    expect(written.toString('hex')).toBe(file.toString('hex'))
  }
})

const bits = fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes))

test('whatever is written, the address is read back, and no tags code is taken for one', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer(), fc.maxSafeNat(), bits, (offset, tagsCode, storeTimestamp, bitMap) => {
      const entry = Buffer.alloc(20)
      writeExtAddress(entry, 0, offset)
      expect([hasExtAddress(entry, 0), readExtOffset(entry, 0)]).toEqual([true, offset])
      entry.writeBigInt64BE(BigInt(tagsCode), 12)
      expect(hasExtAddress(entry, 0)).toBe(false)
      const unit = Buffer.alloc(20 + bitMap.length)
      writeExtUnit(unit, 0, { tagsCode, storeTimestamp, bitMap })
      expect(readExtUnit(unit, 0)).toEqual({ tagsCode, storeTimestamp, bitMap })
      expect(readExtUnit(unit.subarray(0, -1), 0)).toBeNull()
    }),
  )
})

const session = fc.record({
  tags: fc.array(fc.constantFrom(...TAGS), { maxLength: 30 }),
  end: fc.constantFrom('stop', 'kill', 'power' as const),
  enableConsumeQueueExt: fc.boolean(),
})

test('tags are found however the store ends, and whether it writes beside its queues or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 4 }), async sessions => {
      const disk = new FaultyDisk()
      const all: string[] = []
      for (const { tags, end, enableConsumeQueueExt } of sessions) {
        const store = await start(disk.process(), { enableConsumeQueueExt, flushDiskType: 'SYNC_FLUSH' })
        await expectTags(store, all)
        await Promise.all(tags.map(tag => put(store, taggedMessage(tag))))
        all.push(...tags)
        await expectTags(store, all)
        if (end === 'stop') await store.stop()
        else if (end === 'kill') disk.kill()
        else disk.losePower()
      }
      const store = await start(disk.process())
      await expectTags(store, all)
      await store.stop()
    }),
    { numRuns: 40 },
  )
})

test('a write beside the queue that fails loses nothing', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(EXT, disk.process(), clock)
  const tags = Array.from({ length: 12 }, (_, index) => TAGS[index % 3] as string)
  await Promise.all(tags.map(tag => put(store, taggedMessage(tag))))
  disk.fault = ({ kind, path }) => (kind === 'write' && path.includes('consumequeue_ext') ? { code: 'ENOSPC' } : null)
  clock.advance(1000)
  await store.stop()
  disk.fault = () => null
  const restarted = await start(disk.process())
  await expectTags(restarted, tags)
  await restarted.stop()
})

test('a write beside the queue that a crash tears at any byte costs no message its tag', async () => {
  const tags = ['TagA', 'TagB', 'TagA']
  for (let takenBytes = 0; takenBytes <= 3 * 20; takenBytes += 1) {
    const disk = new FaultyDisk()
    const store = await start(disk.process())
    for (const tag of tags) await put(store, taggedMessage(tag))
    await dieAt(disk, takenBytes, isWriteTo('/consumequeue_ext/'), () => store.stop())
    const restarted = await start(disk.process())
    await expectTags(restarted, tags)
    await put(restarted, taggedMessage('TagB'))
    await restarted.stop()
    const again = await start(disk.process())
    await expectTags(again, [...tags, 'TagB'])
    await again.stop()
  }
})

test('where what lies beside a queue is lost, every message is left to the consumer', async () => {
  const disk = new FaultyDisk()
  let store = await start(disk.process())
  for (const tag of ['TagA', 'TagB', 'TagA']) await put(store, taggedMessage(tag))
  await store.stop()
  const process = disk.process()
  process.remove('/store/consumequeue_ext')
  store = await start(process)
  expect(await offsetsWith(store, 'TagA')).toEqual([0, 1, 2])
  await put(store, taggedMessage('TagB'))
  expect(await offsetsWith(store, 'TagA')).toEqual([0, 1, 2])
  await store.stop()
})

test('files beside a queue go with its topic', async () => {
  const disk = new FaultyDisk()
  const process = disk.process()
  const store = await start(process)
  await put(store, taggedMessage('TagA'))
  await store.stop()
  const restarted = await start(process)
  await restarted.deleteTopics(['TopicA'])
  expect(process.list('/store/consumequeue_ext')).toEqual([])
  await restarted.stop()
})

/** Bits that say whether the body is `wanted`, and how often whole records were asked for. */
function bitMapFilter(wanted: string) {
  let recordCount = 0
  const filter = {
    matchesTagsCode: () => true,
    matchesBitMap: ({ bits }: FilterBitMap) => bits.toString().startsWith(wanted),
    matchesRecord: (record: Buffer) => {
      recordCount += 1
      return readStoredMessage(record, 0).body.toString() === wanted
    },
  }
  return { filter, recordCount: () => recordCount }
}

test('what its bits leave out is not read, from files that each has its end and after a rebuild', async () => {
  const disk = new FaultyDisk()
  // Longer and longer, at last longer than a file has room for: such are not kept.
  const bitMapOf = (_topic: string, record: Buffer): Buffer => {
    const { body, queueOffset } = readStoredMessage(record, 0)
    return Buffer.concat([body, Buffer.alloc(3 * queueOffset)])
  }
  const bodies = Array.from({ length: 40 }, (_, index) => TAGS[index % 3] as string)
  const first = await startStore(EXT, disk.process(), new FakeClock(), { bitMapOf })
  for (const body of bodies) await put(first, messageOf({ body: Buffer.from(body) }))
  await first.stop()
  const second = await start(disk.process())
  const { filter, recordCount } = bitMapFilter('TagA')
  const found = await get(second, { queueOffset: 0, filter, messageCountMax: 1000 })
  const expected = bodies.flatMap((body, queueOffset) => (body === 'TagA' ? [queueOffset] : []))
  expect(messagesOf(found).map(({ queueOffset }) => queueOffset)).toEqual(expected)
  expect(recordCount()).toBeGreaterThan(expected.length)
  expect(recordCount()).toBeLessThan(bodies.length)
  await second.stop()
})
