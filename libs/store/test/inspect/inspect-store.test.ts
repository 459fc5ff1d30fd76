import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import { NoStoreError, inspectStore, reportText, verdictText } from '../../src'
import type { MessageStore, StoreReport } from '../../src'
import { ROOT, SMALL, batchOf, messageOf, put, putBatch, startStore, taggedMessage } from '../store-fixture'
import { inspect, putFile } from './inspect-fixture'

const LOG = `${ROOT}/commitlog`
const FIRST_FILE = `${LOG}/${'0'.repeat(20)}`
const SECOND_FILE = `${LOG}/${'16384'.padStart(20, '0')}`
const QUEUE_FILE = `${ROOT}/consumequeue/TopicA/0/${'0'.repeat(20)}`

/** A store of two files of records, with entries in several files. */
async function filled(disk: FaultyDisk): Promise<MessageStore> {
  const store = await startStore(SMALL, disk.process(), new FakeClock())
  for (let index = 0; index < 60; index += 1) {
    const body = Buffer.from(`${index}:`.padEnd(250, 'x'))
    await put(store, taggedMessage(`tag${index % 3}`, { body, queueId: index % 2 }))
  }
  await putBatch(store, batchOf([Buffer.from('one'), Buffer.from('two')], { topic: 'TopicB' }))
  return store
}

async function stopped(): Promise<FaultyDisk> {
  const disk = new FaultyDisk()
  await (await filled(disk)).stop()
  return disk
}

function bytesOf(disk: FaultyDisk, file: string): Buffer {
  const content = disk.content(file)
  const bytes = Buffer.alloc(content.sizeBytes)
  content.read(bytes, 0, bytes.length, 0)
  return bytes
}

const kindsOf = ({ problemCountByKind }: StoreReport): readonly string[] => Object.keys(problemCountByKind)
const textsOf = ({ problems }: StoreReport): string => problems.map(({ text }) => text).join('\n')

test('a store that was stopped is healthy, every record has its entry and every entry its record', async () => {
  const report = inspect(await stopped())
  expect(report.problems).toEqual([])
  expect(report).toMatchObject({ isHealthy: true, wasStopped: true, problemCount: 0 })
  expect(report.commitLog).toMatchObject({ recordCount: 62, end: { reason: null } })
  expect(report.queues).toMatchObject({ topicCount: 2, queueCount: 3, entryCount: 62, matchedCount: 62 })
})

test('a store that is running is healthy, and nothing in it is touched', async () => {
  const disk = new FaultyDisk()
  const store = await filled(disk)
  const before = [...disk.contents.keys()].map(file => bytesOf(disk, file))
  const report = inspectStore(
    { folder: ROOT, commitLogFolders: [], isThorough: true, problemCountMax: 10 },
    { disk: disk.process(), onProgress: () => undefined },
  )
  expect(report.problems).toEqual([])
  expect(report).toMatchObject({ isHealthy: true, wasStopped: false })
  expect(report.queues.matchedCount + report.queues.pendingRecordCount).toBe(62)
  expect([...disk.contents.keys()].map(file => bytesOf(disk, file))).toEqual(before)
  await store.stop()
})

test('of a long log it says how far it is', async () => {
  const disk = new FaultyDisk()
  const config = { ...SMALL, mappedFileSizeCommitLog: 8 * 1024 ** 2 }
  const store = await startStore(config, disk.process(), new FakeClock())
  for (let index = 0; index < 24; index += 1) await put(store, messageOf({ body: Buffer.alloc(1024 ** 2) }))
  const { maxPhysicalOffset } = store
  await store.stop()
  const done: number[] = []
  const totals = new Set<number | null>()
  inspectStore(
    { folder: ROOT, commitLogFolders: [], isThorough: true, problemCountMax: 10 },
    {
      disk: disk.process(),
      onProgress: ({ what, doneCount, totalCount }) => {
        if (what !== 'bytes of the CommitLog') return
        done.push(doneCount)
        totals.add(totalCount)
      },
    },
  )
  expect(done.length).toBeGreaterThan(3)
  expect(done).toEqual([...new Set(done)].sort((left, right) => left - right))
  expect(done.at(-1)).toBeLessThanOrEqual(maxPhysicalOffset)
  expect([...totals]).toEqual([4 * 8 * 1024 ** 2])
})

test('a record that was torn by a crash is the end of the log, and no damage', async () => {
  const disk = new FaultyDisk()
  await filled(disk)
  disk.kill()
  const { end } = inspect(disk).commitLog
  const torn = bytesOf(disk, FIRST_FILE).subarray(0, 200)
  torn.writeBigInt64BE(BigInt(end.offset), 28)
  disk.content(SECOND_FILE).write(torn.subarray(0, 150), end.offset - 16_384)
  const report = inspect(disk)
  expect(report.problems).toEqual([])
  expect(report.commitLog.end.offset).toBe(end.offset)
  expect(report.commitLog.end.reason).not.toBeNull()
})

test('a body that has changed is found by its CRC, and what follows is looked at all the same', async () => {
  const disk = await stopped()
  disk.flipBit(FIRST_FILE, (bytesOf(disk, FIRST_FILE).indexOf('7:xxx') + 30) * 8)
  const report = inspect(disk)
  expect(report.problemCountByKind).toEqual({ crc: 1 })
  expect(textsOf(report)).toMatch(/message 3 of TopicA queue 1\): the CRC of the body is another/)
  expect(report.queues.matchedCount).toBe(62)
  expect(inspect(disk, { isThorough: false }).isHealthy).toBe(true)
})

test('bytes that are no record are named, with the entry that leads there, and the log goes on behind them', async () => {
  const disk = await stopped()
  const at = bytesOf(disk, FIRST_FILE).indexOf('9:xxx') - 88
  disk.content(FIRST_FILE).write(Buffer.alloc(20, 0xff), at)
  const report = inspect(disk)
  expect(report.problemCountByKind).toMatchObject({ record: 1, entry: 1 })
  expect(textsOf(report)).toContain(`from ${at} to `)
  expect(textsOf(report)).toContain(`entry 4 of TopicA queue 1 points at ${at}, where no record begins`)
  expect(report.commitLog.files[0]?.firstBad?.offset).toBe(at)
  expect(report.commitLog.recordCount).toBe(61)
})

test('damage in the last file is told from its end by the entries that lead behind it', async () => {
  const disk = await stopped()
  const at = bytesOf(disk, SECOND_FILE).indexOf('55:xxx') - 88
  disk.content(SECOND_FILE).write(Buffer.alloc(4), at)
  const report = inspect(disk)
  expect(report.problemCountByKind).toMatchObject({ record: 1, entry: 1 })
  expect(report.commitLog.recordCount).toBe(61)
})

test('records that nothing leads to, behind the end, are not taken for damage', async () => {
  const disk = new FaultyDisk()
  await filled(disk)
  disk.kill()
  for (const file of [...disk.contents.keys()]) if (file.includes('consumequeue')) disk.contents.delete(file)
  const at = bytesOf(disk, SECOND_FILE).indexOf('55:xxx') - 88
  disk.content(SECOND_FILE).write(Buffer.alloc(4, 1), at)
  const report = inspect(disk)
  expect(report).toMatchObject({ isHealthy: true, commitLog: { end: { offset: 16_384 + at } } })
})

test.each([
  ['another offset', 7, /entry 0 of TopicA queue 0 points at/],
  ['another size', 11, /entry 0 of TopicA queue 0 says that its message has \d+ bytes, it has \d+/],
  ['another tag', 19, /entry 0 of TopicA queue 0 has the tags code \d+, which is not its message's/],
])('an entry with %s is named', async (_, byte, text) => {
  const disk = await stopped()
  disk.flipBit(QUEUE_FILE, byte * 8)
  const report = inspect(disk)
  expect(kindsOf(report)).toEqual(['entry'])
  expect(report.problemCount).toBe(1)
  expect(textsOf(report)).toMatch(text)
})

test('messages whose entries are lost are named, if no start would make them again', async () => {
  const disk = await stopped()
  for (const file of [...disk.contents.keys()]) {
    if (file.startsWith(`${ROOT}/consumequeue/TopicA/0/`)) disk.contents.delete(file)
  }
  const report = inspect(disk)
  expect(report.queues.formerRecordCount).toBe(30)
  putFile(disk.process(), 'config/topics.json', Buffer.from('{"topicConfigTable":{"TopicA":{"readQueueNums":2}}}'))
  const withTopic = inspect(disk)
  expect(textsOf(withTopic)).toMatch(/the log has 30 messages of TopicA queue 0, which is not on the disk: it is lost/)
})

test('the last entries of a queue may be missing after a crash, not after a stop', async () => {
  const disk = await stopped()
  const last = [...disk.contents.keys()]
    .filter(file => file.startsWith(`${ROOT}/consumequeue/TopicA/1/`))
    .sort()
    .at(-1)!
  disk.content(last).write(Buffer.alloc(20), 9 * 20)
  expect(textsOf(inspect(disk))).toMatch(/^message 29 of TopicA queue 1 at \d+ of the log has no entry$/)
  putFile(disk.process(), 'abort', Buffer.from('1'))
  putFile(disk.process(), 'checkpoint', Buffer.alloc(48))
  expect(inspect(disk)).toMatchObject({ isHealthy: true, queues: { pendingRecordCount: 1 } })
})

test('a topic that was deleted and made again is healthy', async () => {
  const disk = new FaultyDisk()
  const store = await filled(disk)
  await store.deleteTopics(['TopicA', 'TopicB'])
  await put(store, messageOf({ body: Buffer.from('new') }))
  await store.stop()
  const report = inspect(disk)
  expect(report.problems).toEqual([])
  expect(report.queues).toMatchObject({ entryCount: 1, matchedCount: 1, formerRecordCount: 62 })
})

test.each(['consumequeue', 'consumequeue-kv', 'consumequeue_rocksdb'])(
  'queues of a key-value engine in %s are left alone',
  async name => {
    const disk = await stopped()
    for (const file of [...disk.contents.keys()]) if (file.includes('consumequeue')) disk.contents.delete(file)
    putFile(disk.process(), `${name}/CURRENT`, Buffer.from('MANIFEST-000001'))
    putFile(disk.process(), 'config/topics.json', Buffer.from('{"topicConfigTable":{"TopicA":{"readQueueNums":2}}}'))
    const report = inspect(disk)
    expect(report.problems).toEqual([])
    expect(report.notes).toContainEqual(expect.stringContaining(`${name} is that of a key-value engine`))
    expect(report.queues).toMatchObject({ entryCount: 0, pendingRecordCount: 0, formerRecordCount: 0 })
  },
)

test('files that a broker would not start with are named', async () => {
  const disk = await stopped()
  putFile(disk.process(), 'commitlog/notes.txt', Buffer.from('x'))
  putFile(disk.process(), 'consumequeue/TopicA/one/00000000000000000000', Buffer.from('x'))
  disk.contents.delete(FIRST_FILE)
  putFile(disk.process(), `commitlog/${'49152'.padStart(20, '0')}`, Buffer.alloc(100))
  const texts = textsOf(inspect(disk, { problemCountMax: 100 }))
  expect(texts).toMatch(/notes.txt does not belong here/)
  expect(texts).toMatch(/TopicA\/one is no queue/)
  expect(texts).toMatch(/49152 has 100 bytes, the files before it 16384/)
  expect(texts).toMatch(/a file is missing between \S+16384 and \S+49152/)
})

test('configuration that cannot be read is told from a good backup', async () => {
  const disk = await stopped()
  const process = disk.process()
  putFile(process, 'config/topics.json', Buffer.from('{"topicConfigTable":{'))
  putFile(process, 'config/topics.json.bak', Buffer.from('{"offsetTable":{1:2}}'))
  putFile(process, 'config/delayOffset.json.bak', Buffer.from('{'))
  const report = inspect(disk)
  expect(report.configFiles).toEqual([
    { name: 'delayOffset.json', state: 'missing', backup: 'damaged' },
    { name: 'topics.json', state: 'damaged', backup: 'good' },
  ])
  expect(textsOf(report)).toMatch(/topics.json cannot be read: a broker reads topics.json.bak/)
})

test('where there is no store a sentence says so', () => {
  const disk = new FaultyDisk()
  disk.process().makeFolder('/home/store/commitlog')
  const look = (folder: string) => (): unknown =>
    inspectStore(
      { folder, commitLogFolders: [], isThorough: true, problemCountMax: 1 },
      { disk: disk.process(), onProgress: () => undefined },
    )
  expect(look('/nowhere')).toThrow(NoStoreError)
  expect(look('/nowhere')).toThrow('there is no folder /nowhere')
  expect(look('/home')).toThrow(/holds no store.* did you mean \/home\/store\?/)
  expect(look('/home/store')()).toMatchObject({ isHealthy: true, commitLog: { files: [], recordCount: 0 } })
})

test('the text has a line per topic, or the queues of one, and ends with the verdict', async () => {
  const disk = await stopped()
  const lines = reportText(inspect(disk), { topic: null })
  expect(lines).toContain('  TopicA: 60 messages in 2 queues')
  expect(lines.at(-1)).toBe('healthy')
  expect(reportText(inspect(disk), { topic: 'TopicA' })).toContain('  TopicA queue 1: 0 to 30 in 2 files')
  expect(reportText(inspect(disk), { topic: 'Nobody' })).toContain('  there is no queue of topic Nobody')
  for (let index = 0; index < 30; index += 1) disk.content(QUEUE_FILE).write(Buffer.alloc(8, 1), (index % 20) * 20)
  expect(verdictText(inspect(disk, { problemCountMax: 2 })).at(-1)).toMatch(/^ {2}… and \d+ more/)
})

const mutation = fc.record({
  file: fc.nat(),
  at: fc.nat(),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 64 }),
    fc.constantFrom(Uint8Array.of(0x7f, 0xff, 0xff, 0xff), Uint8Array.of(0xff, 0xff, 0xff, 0xff), new Uint8Array(4096)),
  ),
})
const truncation = fc.option(fc.record({ file: fc.nat(), sizeBytes: fc.nat(20_000) }))

test('whatever happens to the bytes of a store, a look into it ends, counts, and changes nothing', async () => {
  const healthy = await stopped()
  putFile(healthy.process(), 'config/topics.json', Buffer.from('{"topicConfigTable":{"TopicA":{"readQueueNums":2}}}'))
  const files = [...healthy.contents.keys()].sort()
  const originals = files.map(file => bytesOf(healthy, file))
  fc.assert(
    fc.property(
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      truncation,
      fc.boolean(),
      (mutations, cut, isOpen) => {
        const disk = new FaultyDisk()
        const process = disk.process()
        files.forEach((file, index) => putFile(process, file.slice(ROOT.length + 1), originals[index]!))
        for (const { file, at, bytes } of mutations) {
          const content = disk.content(files[file % files.length]!)
          content.write(bytes, at % Math.max(1, content.sizeBytes))
        }
        if (cut !== null) disk.content(files[cut.file % files.length]!).truncate(cut.sizeBytes)
        if (isOpen) putFile(process, 'abort', Buffer.from('1'))
        const before = files.map(file => bytesOf(disk, file))
        const report = inspect(disk)
        expect(report.isHealthy).toBe(report.problemCount === 0)
        expect(report.queues.matchedCount).toBeLessThanOrEqual(report.queues.entryCount)
        expect(reportText(report, { topic: null }).length).toBeLessThan(100)
        expect(files.every((file, index) => bytesOf(disk, file).equals(before[index]!))).toBe(true)
      },
    ),
    { numRuns: 150 },
  )
})

/** A byte of a body, or of an entry that is written. */
function isChecked(file: string, bytes: Buffer, at: number): boolean {
  return file.includes('/commitlog/') ? bytes[at] === 'x'.charCodeAt(0) : bytes.readInt32BE(at - (at % 20) + 8) > 0
}

test('no byte of a body or an entry changes unseen in a store that was stopped', async () => {
  const healthy = await stopped()
  const files = [...healthy.contents.keys()].filter(file => /commitlog|consumequeue/.test(file)).sort()
  const originals = files.map(file => bytesOf(healthy, file))
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (fileIndex, place, flip) => {
      const disk = new FaultyDisk()
      const process = disk.process()
      files.forEach((file, index) => putFile(process, file.slice(ROOT.length + 1), originals[index]!))
      const index = fileIndex % files.length
      const at = place % originals[index]!.length
      const original = originals[index]![at]!
      fc.pre(isChecked(files[index]!, originals[index]!, at))
      disk.content(files[index]!).write(Uint8Array.of(original ^ flip), at)
      expect(inspect(disk).isHealthy).toBe(false)
    }),
    { numRuns: 150 },
  )
})

test('files that a running broker deletes meanwhile are not missed', async () => {
  const disk = new FaultyDisk()
  await filled(disk)
  const view = disk.process()
  let openCount = 0
  const openForReading = view.openForReading.bind(view)
  view.openForReading = file => {
    if (file === FIRST_FILE) {
      openCount += 1
      disk.contents.delete(FIRST_FILE)
    }
    return openForReading(file)
  }
  const report = inspectStore(
    { folder: ROOT, commitLogFolders: [], isThorough: true, problemCountMax: 10 },
    { disk: view, onProgress: () => undefined },
  )
  expect(openCount).toBeGreaterThan(0)
  expect(report.problems).toEqual([])
})
