import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore, MessageStoreConfig, MessageToStore } from '../../src'
import { CommitLogFolders } from '../../src/commit-log/commit-log-folders'
import { storePaths } from '../../src/store-paths'
import { SMALL, endOfTurn, messageOf, put, readQueue, startStore } from '../store-fixture'

const ROUND_MS = 60_000
const CONFIG: Partial<MessageStoreConfig> = {
  ...SMALL,
  storePathCommitLog: '/disk-b/log, /disk-a/log,/disk-c/log',
  cleanResourceInterval: ROUND_MS,
  flushIntervalCommitLog: 20_000,
  flushIntervalConsumeQueue: 20_000,
  deleteCommitLogFilesInterval: 0,
  fileReservedTime: 0,
}

/** Five to a file of the CommitLog. */
const large = (index: number): MessageToStore => messageOf({ body: Buffer.alloc(3000, index) })

async function putMany(store: MessageStore, from: number, until: number): Promise<void> {
  for (let index = from; index < until; index += 1) await put(store, large(index))
}

async function numbersIn(store: MessageStore): Promise<(number | undefined)[]> {
  return (await readQueue(store, 'TopicA', 0)).map(({ body }) => body[0])
}

const numbers = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, index) => from + index)

/** Which files of the log each disk has. */
function filesOn(disk: FaultyDisk): Record<string, number[]> {
  const files: Record<string, number[]> = {}
  for (const file of disk.contents.keys()) {
    const [, letter, name] = /^\/disk-(.)\/log\/(\d+)$/.exec(file) ?? []
    if (letter !== undefined) (files[letter] ??= []).push(Number(name) / (16 * 1024))
  }
  return files
}

describe('the folder of the next file', () => {
  test('is each that may be written to in turn, in the order of their names', () => {
    const folders = new CommitLogFolders({ folders: ['/b', '/c', '/a'], readOnlyFolders: ['/c', '/old'] })
    expect(folders.all).toEqual(['/b', '/c', '/a', '/old'])
    expect([0, 1, 2, 3].map(index => folders.folderOf(index))).toEqual(['/a', '/b', '/a', '/b'])
  })

  test('is not on a disk that is nearly full, unless all are', () => {
    const folders = new CommitLogFolders({ folders: ['/a', '/b', '/c'], readOnlyFolders: [] })
    folders.markFull(new Set(['/b']))
    expect([0, 1, 2].map(index => folders.folderOf(index))).toEqual(['/a', '/c', '/a'])
    folders.markFull(new Set(['/a', '/b', '/c']))
    expect([0, 1, 2].map(index => folders.folderOf(index))).toEqual(['/a', '/b', '/c'])
  })

  test('is asked for in vain when there is none to write to', () => {
    const folders = new CommitLogFolders({ folders: ['/a'], readOnlyFolders: ['/a'] })
    expect(() => folders.folderOf(0)).toThrow(/all folders of storePathCommitLog are readOnlyCommitLogStorePaths/)
  })
})

test('as in Java, read-only folders only count beside several others', () => {
  const paths = (storePathCommitLog: string, readOnlyCommitLogStorePaths: string) =>
    storePaths({ storePathRootDir: '/store', storePathCommitLog, readOnlyCommitLogStorePaths })
  expect(paths('', '/old')).toMatchObject({ commitLogs: ['/store/commitlog'], readOnlyCommitLogs: [] })
  expect(paths('/log', '/old')).toMatchObject({ commitLog: '/log', commitLogs: ['/log'], readOnlyCommitLogs: [] })
  expect(paths(' /a , /b', '/old,/a')).toMatchObject({ commitLogs: ['/a', '/b'], readOnlyCommitLogs: ['/old', '/a'] })
})

test('a log in several folders is served, and found again after a stop, a crash and a loss of power', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  let store = await startStore(CONFIG, disk.process(), clock)
  await putMany(store, 0, 40)
  expect(filesOn(disk)).toMatchObject({ a: [0, 3, 6], b: [1, 4, 7], c: [2, 5] })
  for (const end of ['stop', 'kill', 'losePower'] as const) {
    expect(await numbersIn(store)).toEqual(numbers(0, 40))
    clock.advance(20_000)
    await endOfTurn()
    await store.stop()
    if (end !== 'stop') {
      store = await startStore(CONFIG, disk.process(), clock)
      disk[end]()
    }
    store = await startStore(CONFIG, disk.process(), clock)
  }
  expect(await numbersIn(store)).toEqual(numbers(0, 40))
  expect(await put(store, large(40))).toMatchObject({ status: 'PUT_OK', queueOffset: 40 })
})

test('whatever power is lost while files are made on several disks, what was acknowledged on the disk is there', async () => {
  for (let nth = 1; nth <= 60; nth += 1) {
    const disk = new FaultyDisk()
    const store = await startStore({ ...CONFIG, flushDiskType: 'SYNC_FLUSH' }, disk.process(), new FakeClock())
    disk.killAtNth(nth)
    let storedCount = 0
    for (let index = 0; index < 20; index += 1) {
      const { status } = await put(store, large(index))
      if (status !== 'PUT_OK') break
      storedCount += 1
    }
    disk.fault = () => null
    disk.losePower((file, page) => (file.length + page) % 2 === 0)
    const restarted = await startStore(CONFIG, disk.process(), new FakeClock())
    expect((await numbersIn(restarted)).slice(0, storedCount)).toEqual(numbers(0, storedCount))
    expect(restarted.maxOffset('TopicA', 0)).toBeLessThanOrEqual(storedCount + 1)
    await restarted.stop()
  }
})

test('a disk that is nearly full gets no new files; sends are refused only when all are', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const full = new Set(['/disk-a'])
  disk.availableBytesAt = file => disk.totalBytes * (full.has(file.slice(0, 7)) ? 0.05 : 0.5)
  const store = await startStore(CONFIG, disk.process(), clock)
  await putMany(store, 0, 20)
  expect(filesOn(disk)).toMatchObject({ b: [0, 2], c: [1, 3] })
  expect([...store.commitLogDiskRatios()].map(([folder, ratio]) => [folder, ratio.toFixed(2)])).toEqual([
    ['/disk-b/log', '0.50'],
    ['/disk-a/log', '0.95'],
    ['/disk-c/log', '0.50'],
  ])
  expect([store.isWritable, store.commitLogDiskRatio()]).toEqual([true, 0.5])
  for (const folder of ['/disk-b', '/disk-c']) full.add(folder)
  clock.advance(ROUND_MS)
  expect([store.isWritable, store.notWritableReason]).toEqual([false, expect.stringMatching(/^disk 95 % full/)])
})

test('files go from all folders in the order of the log', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore({ ...CONFIG, deleteFileBatchMax: 4 }, disk.process(), clock)
  await putMany(store, 0, 37)
  clock.advance(20_000)
  for (let turn = 0; turn < 20; turn += 1) await endOfTurn()
  store.deleteExpiredCommitLog()
  clock.advance(ROUND_MS - 20_000)
  for (let turn = 0; turn < 20; turn += 1) await endOfTurn()
  expect(filesOn(disk)).toMatchObject({ a: [6], b: [4, 7], c: [5] })
  expect(await numbersIn(store)).toEqual(numbers(20, 37))
})

test('what lies in a read-only folder belongs to the log, and nothing new comes there', async () => {
  const disk = new FaultyDisk()
  const before = await startStore({ ...CONFIG, storePathCommitLog: '/disk-a/log' }, disk.process(), new FakeClock())
  await putMany(before, 0, 12)
  await before.stop()
  const config = {
    ...CONFIG,
    storePathCommitLog: '/disk-a/log,/disk-b/log',
    readOnlyCommitLogStorePaths: '/disk-a/log',
  }
  const store = await startStore(config, disk.process(), new FakeClock())
  await putMany(store, 12, 30)
  expect(filesOn(disk)).toMatchObject({ a: [0, 1, 2], b: [3, 4, 5] })
  expect(await numbersIn(store)).toEqual(numbers(0, 30))
})

test('with read-only folders alone sends are refused in words', async () => {
  const config = {
    ...CONFIG,
    storePathCommitLog: '/disk-a/log,/disk-b/log',
    readOnlyCommitLogStorePaths: '/disk-a/log,/disk-b/log',
  }
  const store = await startStore(config, new FaultyDisk().process(), new FakeClock())
  expect(await put(store, large(0))).toMatchObject({
    status: 'CREATE_MAPPED_FILE_FAILED',
    reason: expect.stringMatching(/add one to write to/) as string,
  })
})
