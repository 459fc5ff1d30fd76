import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { CommitLogCleaner } from '../../src/cleaning/commit-log-cleaner'
import { Pauses } from '../../src/cleaning/pauses'
import { LogFileQueue } from '../../src/log-file/log-file-queue'
import { OpenFiles } from '../../src/log-file/open-files'
import { endOfTurn } from '../store-fixture'

const FOLDER = '/log'
const FILE_BYTES = 100
const WAIT_MS = 120_000

/** Three files of the CommitLog, of which a reader has the first one, and a round of cleaning that waits for it. */
async function cleaningWhileRead() {
  const faulty = new FaultyDisk()
  const disk = faulty.process()
  disk.makeFolder(FOLDER)
  const openFiles = new OpenFiles(4)
  const options = { folder: FOLDER, rootFolder: FOLDER, fileBytes: FILE_BYTES, fileBytesKey: 'key' }
  const files = new LogFileQueue(options, disk, openFiles)
  for (const offset of [0, 100, 200]) files.findOrCreate(offset).write(Buffer.from('read on'), offset)
  const read = files.find(0)!
  read.hold()
  const clock = new FakeClock()
  const pauses = new Pauses(clock)
  const config = {
    ...{ deleteFileBatchMax: 10, deleteCommitLogFilesInterval: 0, fileReservedTime: 0 },
    ...{ destroyMapedFileIntervalForcibly: WAIT_MS, redeleteHangedFileInterval: WAIT_MS },
  }
  const checkpoint = { logicsPhysicalOffset: 1000 }
  const cleaner = new CommitLogCleaner(config, { clock, disk, log: silentLog, files, checkpoint, pauses })
  const round = cleaner.deleteExpired(true)
  const names = (): readonly number[] => disk.list(FOLDER).map(Number)
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 10; turn += 1) await endOfTurn()
  }
  await pass(0)
  return { files, read, round, names, pass, openFiles, pauses }
}

test('a file that is read is found no more, and goes when its last reader is done; those behind it go after it', async () => {
  const { files, read, round, names, pass } = await cleaningWhileRead()
  await pass(WAIT_MS - 1)
  expect([files.first?.startOffset, files.find(0), names()]).toEqual([100, null, [0, 100, 200]])
  read.release()
  await expect(round).resolves.toBe(2)
  expect(names()).toEqual([200])
})

test('who reads for longer than destroyMapedFileIntervalForcibly reads on, though the file has no name any more', async () => {
  const { read, round, names, pass, openFiles } = await cleaningWhileRead()
  await pass(WAIT_MS)
  await expect(round).resolves.toBe(2)
  expect(names()).toEqual([200])
  const bytes = Buffer.alloc(7)
  await read.read(bytes, 0, 7, 0)
  expect(bytes.toString()).toBe('read on')
  const before = openFiles.count
  read.release()
  expect(openFiles.count).toBe(before - 1)
})

test('a stop does not wait for a reader', async () => {
  const { round, names, pass, pauses } = await cleaningWhileRead()
  pauses.end()
  await pass(0)
  await expect(round).resolves.toBe(0)
  expect(names()).toEqual([0, 100, 200])
})
