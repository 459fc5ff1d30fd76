import { FaultyDisk } from '@rocketmq-ts/base/testing'
import { encodeStoredMessage } from '@rocketmq-ts/protocol'
import { LogFileQueue } from '../../src/log-file/log-file-queue'
import { OpenFiles } from '../../src/log-file/open-files'
import { replayStart } from '../../src/recovery/replay-start'
import { walkCommitLog } from '../../src/recovery/walk-commit-log'
import type { WalkEnd } from '../../src/recovery/walk-commit-log'
import { STORE_HOST, messageOf } from '../store-fixture'

const FILE_BYTES = 4096
const RECORDS_PER_FILE = 4
const FOLDER = '/log'

/** A log of whole files; record n was stored at 1000 + n ms. */
function logOf(
  fileCount: number,
  disk = new FaultyDisk(),
): { files: LogFileQueue; offsets: number[]; recordBytes: number } {
  const process = disk.process()
  process.makeFolder(FOLDER)
  const files = new LogFileQueue(
    { folder: FOLDER, rootFolder: FOLDER, fileBytes: FILE_BYTES, fileBytesKey: 'key' },
    process,
    new OpenFiles(4),
  )
  const offsets: number[] = []
  let recordBytes = 0
  for (let index = 0; index < fileCount * RECORDS_PER_FILE; index += 1) {
    const fileOffset = Math.floor(index / RECORDS_PER_FILE) * FILE_BYTES
    const physicalOffset = fileOffset + (index % RECORDS_PER_FILE) * recordBytes
    const place = { queueOffset: index, physicalOffset, storeTimestamp: 1000 + index, storeHost: STORE_HOST }
    const record = encodeStoredMessage(messageOf({ body: Buffer.alloc(800, index + 1) }), place)
    recordBytes = record.length
    const file = files.findOrCreate(physicalOffset)
    file.write(record, physicalOffset)
    offsets.push(physicalOffset)
    if (index % RECORDS_PER_FILE === RECORDS_PER_FILE - 1)
      file.write(blank(FILE_BYTES - 4 * recordBytes), physicalOffset + recordBytes)
  }
  return { files, offsets, recordBytes }
}

function blank(restBytes: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeInt32BE(restBytes)
  bytes.writeInt32BE(-875_286_124, 4)
  return bytes
}

const checkpoint = (logicsPhysicalOffset: number, logicsMsgTimestamp: number) => ({
  logicsPhysicalOffset,
  logicsMsgTimestamp,
})

async function walk(files: LogFileQueue, fromOffset = 0): Promise<WalkEnd & { count: number }> {
  let count = 0
  const onRecord = (): void => void (count += 1)
  const onChunk = (): Promise<void> => Promise.resolve()
  const end = await walkCommitLog({ files, fromOffset, checksCrc: true, checksPropertyCrc: true, onRecord, onChunk })
  return { ...end, count }
}

test('replay begins at the record that the checkpoint names, in whichever file it is', () => {
  const { files, offsets } = logOf(12)
  for (const offset of [offsets[5]!, offsets[45]!]) expect(replayStart(files, checkpoint(offset, 0))).toBe(offset)
})

test('where no record begins at that place, replay begins with its file', () => {
  const { files, offsets } = logOf(3)
  expect(replayStart(files, checkpoint(offsets[6]! + 1, 0))).toBe(FILE_BYTES)
})

test('a checkpoint behind the end leads to the last file', () => {
  const { files } = logOf(3)
  expect(replayStart(files, checkpoint(1_000_000, 0))).toBe(2 * FILE_BYTES)
})

test('an old checkpoint, without an offset, leads to the newest file that begins before its time', () => {
  const { files } = logOf(3)
  expect(replayStart(files, checkpoint(0, 1000 + 6))).toBe(FILE_BYTES)
  // Of the records of that very millisecond some may be lost.
  expect(replayStart(files, checkpoint(0, 1000 + 8))).toBe(FILE_BYTES)
  expect(replayStart(files, checkpoint(0, 1000 + 9))).toBe(2 * FILE_BYTES)
})

test('without a checkpoint all is replayed, however many files there are', () => {
  const { files } = logOf(15)
  expect(replayStart(files, checkpoint(0, 0))).toBe(0)
})

test('a file whose first record is damaged is not begun with', () => {
  const disk = new FaultyDisk()
  const { files } = logOf(3, disk)
  disk.flipBit(`${FOLDER}/${String(2 * FILE_BYTES).padStart(20, '0')}`, 4 * 8)
  expect(replayStart(files, checkpoint(0, 5000))).toBe(FILE_BYTES)
})

test('the walk ends before a record that is cut off, wherever the cut is', async () => {
  const { files, offsets, recordBytes } = logOf(2)
  expect(await walk(files)).toMatchObject({ count: 8, reason: null })
  const lastOffset = offsets.at(-1)!
  const last = files.find(lastOffset)!
  for (let bytes = recordBytes - 1; bytes >= 0; bytes -= 1) {
    last.write(Buffer.alloc(FILE_BYTES * 2 - lastOffset - bytes), lastOffset + bytes)
    // The properties are empty: without the zeros of their length the record is whole.
    const isWhole = bytes >= recordBytes - 2
    expect([bytes, await walk(files)]).toMatchObject([bytes, { count: isWhole ? 8 : 7 }])
  }
})

test('the walk ends before a whole record that says that it belongs elsewhere', async () => {
  const { files, offsets } = logOf(2)
  const lastOffset = offsets.at(-1)!
  const place = { queueOffset: 7, physicalOffset: lastOffset + FILE_BYTES, storeTimestamp: 1007, storeHost: STORE_HOST }
  files.find(lastOffset)!.write(encodeStoredMessage(messageOf({ body: Buffer.alloc(800, 8) }), place), lastOffset)
  expect(await walk(files)).toEqual({
    ...{ count: 7, endOffset: lastOffset },
    reason: `says that it belongs at ${lastOffset + FILE_BYTES}`,
  })
})

test('a length that cannot be does not cost memory: no more is read than a piece of the file', async () => {
  const disk = new FaultyDisk()
  const process = disk.process()
  process.makeFolder(FOLDER)
  const fileBytes = 64 * 1024 ** 2
  const options = { folder: FOLDER, rootFolder: FOLDER, fileBytes, fileBytesKey: 'key' }
  const files = new LogFileQueue(options, process, new OpenFiles(4))
  const head = Buffer.alloc(100, 0x41)
  head.writeInt32BE(fileBytes - 1)
  files.findOrCreate(0).write(head, 0)
  const reads: number[] = []
  disk.fault = ({ kind, bytes }) => {
    if (kind === 'read') reads.push(bytes)
    return null
  }
  expect(await walk(files)).toEqual({ endOffset: 0, count: 0, reason: 'magic 1094795585' })
  expect(Math.max(...reads)).toBeLessThanOrEqual(4 * 1024 ** 2)
})
