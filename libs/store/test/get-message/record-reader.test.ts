import * as fc from 'fast-check'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore, RecordPlace } from '../../src'
import { SMALL, endOfTurn, messageOf, put, startStore } from '../store-fixture'

const MESSAGE_COUNT = 150
const LOG_FILE = '/store/commitlog/00000000000000000000'
const BODY_AT = 88

interface Room {
  readonly disk: FaultyDisk
  readonly store: MessageStore
  readonly places: readonly RecordPlace[]
}

/** Messages of several lengths in many files of the log; the newest of them are in memory. */
async function openRoom(values: Partial<typeof SMALL> = {}): Promise<Room> {
  const disk = new FaultyDisk()
  const store = await startStore({ ...SMALL, ...values }, disk.process(), new FakeClock())
  const places: RecordPlace[] = []
  for (let index = 0; index < MESSAGE_COUNT; index += 1) {
    const body = Buffer.from(`${index} `.repeat(1 + ((index * 37) % 300)))
    const { physicalOffset, storedBytes } = await put(store, messageOf({ body }))
    places.push({ physicalOffset, recordBytes: storedBytes })
  }
  await endOfTurn()
  return { disk, store, places }
}

async function oneByOne(store: MessageStore, places: readonly RecordPlace[]): Promise<(Buffer | null)[]> {
  return Promise.all(places.map(({ physicalOffset }) => store.readRecord(physicalOffset)))
}

test('many records come as one by one, in any order, whatever else is asked for', async () => {
  const { store, places } = await openRoom()
  const strays = [0, 1, -1].map(shift => ({ physicalOffset: store.maxPhysicalOffset + shift, recordBytes: 200 }))
  const inside = places.map(({ physicalOffset }) => ({ physicalOffset: physicalOffset + 7, recordBytes: 100 }))
  const wrong = places.map(({ physicalOffset }, at) => ({
    physicalOffset,
    recordBytes: at % 3 === 0 ? 2 ** 31 - 1 : at,
  }))
  const asked = fc.array(fc.constantFrom(...places, ...places, ...inside, ...wrong, ...strays), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(asked, async wanted => {
      expect(await store.readRecords(wanted)).toEqual(await oneByOne(store, wanted))
    }),
  )
  await store.stop()
})

test('neighbours on the disk come by one read', async () => {
  const { disk, store, places } = await openRoom()
  let readCount = 0
  disk.fault = ({ kind, path }) => {
    if (kind === 'read' && path.includes('commitlog')) readCount += 1
    return null
  }
  const wanted = places.filter(({ physicalOffset }) => physicalOffset < SMALL.mappedFileSizeCommitLog!)
  expect(wanted.length).toBeGreaterThan(10)
  const records = await store.readRecords([...wanted].reverse())
  expect(records.map(record => record?.length)).toEqual(wanted.map(({ recordBytes }) => recordBytes).reverse())
  expect(readCount).toBe(1)
  await store.stop()
})

test('a disk that fails is said, and asked again', async () => {
  const { disk, store, places } = await openRoom()
  disk.fault = ({ kind }) => (kind === 'read' ? { code: 'EIO' } : null)
  await expect(store.readRecords(places)).rejects.toThrow('EIO')
  disk.fault = () => null
  expect(await store.readRecords(places)).toEqual(await oneByOne(store, places))
  await store.stop()
})

test('a record with a wrong bit is none when cold reads are checked', async () => {
  const { disk, store, places } = await openRoom({ checkCRCOnColdRead: true })
  disk.flipBit(LOG_FILE, (places[2]!.physicalOffset + BODY_AT) * 8)
  const records = await store.readRecords(places.slice(0, 5))
  expect(records.map(record => record !== null)).toEqual([true, true, false, true, true])
  await store.stop()
})
