import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { tagsCodeOf } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import type { InspectStoreOptions, StoreReport } from '../../src'
import golden from '../index-file/java-index.json'
import { ROOT, messageOf, put, startStore } from '../store-fixture'
import { inspect, putFile } from './inspect-fixture'

const INDEX = `${ROOT}/index`
const javaFiles = golden.store.index.map(hex => Buffer.from(hex, 'hex'))
const WITH_SLOTS: Partial<InspectStoreOptions> = { indexSlotCount: golden.slotCount }
const nameOf = (index: number): string => `2026010100000000${index}`

/** The log and the index that a Java broker left, and the queues that we make of it. */
async function javaDisk(): Promise<FaultyDisk> {
  const disk = new FaultyDisk()
  const process = disk.process()
  golden.store.commitLog.forEach((hex, index) => {
    putFile(process, `commitlog/${String(index * golden.logFileBytes).padStart(20, '0')}`, Buffer.from(hex, 'hex'))
  })
  const config = {
    storePathRootDir: ROOT,
    mappedFileSizeCommitLog: golden.logFileBytes,
    maxHashSlotNum: golden.slotCount,
    maxIndexNum: golden.entryCountMax,
  }
  await (await startStore(config, process, new FakeClock())).stop()
  process.remove(INDEX)
  javaFiles.forEach((bytes, index) => putFile(process, `index/${nameOf(index)}`, bytes))
  return disk
}

const textsOf = ({ problems }: StoreReport): string => problems.map(({ text }) => text).join('\n')

test('the index files of Java are healthy, and every entry is a key of its record', async () => {
  const report = inspect(await javaDisk(), WITH_SLOTS)
  expect(report.problems).toEqual([])
  expect(report.indexFiles.map(({ path }) => path)).toEqual(javaFiles.map((_, index) => `${INDEX}/${nameOf(index)}`))
  expect(report.indexFiles[0]).toMatchObject({ entryCount: golden.entryCountMax - 1, beginPhysicalOffset: 0 })
})

test('those of a store of ours are healthy too', async () => {
  const disk = new FaultyDisk()
  const config = { storePathRootDir: ROOT, mappedFileSizeCommitLog: 16_384, maxHashSlotNum: 100, maxIndexNum: 400 }
  const store = await startStore(config, disk.process(), new FakeClock())
  for (let index = 0; index < 300; index += 1) {
    const properties = Buffer.from(`UNIQ_KEY\x01${index}\x02KEYS\x01a${index % 7} ключ${index}\x02TAGS\x01tag\x02`)
    await put(store, messageOf({ properties, tagsCode: tagsCodeOf('tag') }))
  }
  await store.stop()
  const report = inspect(disk)
  expect(report.problems).toEqual([])
  expect(report.indexFiles.reduce((sum, { entryCount }) => sum + entryCount, 0)).toBe(1200)
})

test('an index file that is none is named', async () => {
  const disk = await javaDisk()
  putFile(disk.process(), 'index/20260101000000009', Buffer.from('nothing of the kind'))
  expect(textsOf(inspect(disk, WITH_SLOTS))).toMatch(/000000009 is no index file/)
})

test('a record whose keys an index should have, and has not, is named', async () => {
  const disk = await javaDisk()
  const process = disk.process()
  const second = disk.content(`${ROOT}/commitlog/${'0'.repeat(20)}`)
  const bytes = Buffer.alloc(second.sizeBytes)
  second.read(bytes, 0, bytes.length, 0)
  bytes.write('UNIQ_KEZ', bytes.lastIndexOf('UNIQ_KEY'))
  putFile(process, `commitlog/${'0'.repeat(20)}`, bytes)
  expect(textsOf(inspect(disk, WITH_SLOTS))).toMatch(/entry \d+ has a key that the record at \d+ has not/)
})

test('after a crash the newest index file is not judged: a start makes it again', async () => {
  const disk = await javaDisk()
  const last = `${INDEX}/${nameOf(javaFiles.length - 1)}`
  disk.content(last).write(Buffer.alloc(20, 7), 40)
  expect(inspect(disk, WITH_SLOTS).isHealthy).toBe(false)
  putFile(disk.process(), 'abort', Buffer.from('1'))
  expect(inspect(disk, WITH_SLOTS).isHealthy).toBe(true)
})

test('no byte of a slot or an entry changes unseen', async () => {
  const disk = await javaDisk()
  const entriesAt = 40 + 4 * golden.slotCount
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, flip) => {
      const file = disk.content(`${INDEX}/${nameOf(0)}`)
      const at = 40 + (place % (javaFiles[0]!.length - 40))
      fc.pre(at < entriesAt || at >= entriesAt + 20) // entry 0 is never used
      file.write(Uint8Array.of(javaFiles[0]![at]! ^ flip), at)
      const report = inspect(disk, WITH_SLOTS)
      file.write(javaFiles[0]!, 0)
      expect(report.isHealthy).toBe(false)
    }),
    { numRuns: 200 },
  )
})
