import { FaultyDisk } from '@rocketmq-ts/base/testing'
import type { Disk } from '@rocketmq-ts/base'
import { LogFileQueue } from '../../src/log-file/log-file-queue'
import { OpenFiles } from '../../src/log-file/open-files'
import { readFully } from '../../src/log-file/read-fully'

const FILE_BYTES = 100
const AFTER_STOP = { wasStopped: true, syncedOffset: 0, mayBeShort: false }

function queueOn(disk: Disk, openFiles = new OpenFiles(4)): LogFileQueue {
  return new LogFileQueue(
    { folder: '/log', rootFolder: '/log', fileBytes: FILE_BYTES, fileBytesKey: 'key' },
    disk,
    openFiles,
  )
}

function withFiles(sizes: Readonly<Record<string, number>>): Disk {
  const disk = new FaultyDisk().process()
  disk.makeFolder('/log')
  for (const [name, bytes] of Object.entries(sizes)) disk.open(`/log/${name}`, { create: true }).truncate(bytes)
  return disk
}

const name = (startOffset: number): string => String(startOffset).padStart(20, '0')

test('files are made at full size, named by the offset of their first byte', () => {
  const disk = new FaultyDisk().process()
  const queue = queueOn(disk)
  queue.findOrCreate(250)
  queue.findOrCreate(300)
  expect(disk.list('/log')).toEqual([name(200), name(300)])
  expect(disk.sizeBytes(`/log/${name(300)}`)).toBe(FILE_BYTES)
})

test('the file that holds an offset is found, and none outside', () => {
  const queue = queueOn(withFiles({ [name(200)]: 100, [name(300)]: 100 }))
  queue.load(AFTER_STOP)
  expect([199, 200, 299, 300, 399, 400].map(offset => queue.find(offset)?.startOffset ?? null)).toEqual([
    null,
    200,
    200,
    300,
    300,
    null,
  ])
})

test('truncation removes what lies behind and leaves zeros to the end of the file', () => {
  const disk = new FaultyDisk().process()
  const queue = queueOn(disk)
  for (const offset of [0, 100, 200]) queue.findOrCreate(offset).write(Buffer.alloc(100, 1), offset)
  queue.truncate(130)
  expect(disk.list('/log')).toEqual([name(0), name(100)])
  const bytes = Buffer.alloc(100)
  queue.find(100)?.readNow(bytes, 0, 100, 100)
  expect(bytes.equals(Buffer.concat([Buffer.alloc(30, 1), Buffer.alloc(70)]))).toBe(true)
})

test('a reader of a file that is removed reads on', async () => {
  const queue = queueOn(new FaultyDisk().process())
  const file = queue.findOrCreate(0)
  file.write(Buffer.from('read on'), 0)
  const bytes = Buffer.alloc(7)
  const reading = file.read(bytes, 0, 7, 0)
  queue.clear()
  await reading
  expect(bytes.toString()).toBe('read on')
  expect(queue.count).toBe(0)
})

test('a queue that is closed lets go of a file when its last reader is done', async () => {
  const openFiles = new OpenFiles(4)
  const queue = queueOn(new FaultyDisk().process(), openFiles)
  const reading = queue.findOrCreate(0).read(Buffer.alloc(1), 0, 1, 0)
  queue.close()
  expect(openFiles.count).toBe(1)
  await reading
  expect(openFiles.count).toBe(0)
})

test('no more files are open than allowed, and all can be used', () => {
  const openFiles = new OpenFiles(3)
  const queue = queueOn(new FaultyDisk().process(), openFiles)
  for (let offset = 0; offset < 1000; offset += 100)
    queue.findOrCreate(offset).write(Buffer.from([offset / 100]), offset)
  expect(openFiles.count).toBe(3)
  const byte = Buffer.alloc(1)
  for (let offset = 0; offset < 1000; offset += 100) {
    queue.find(offset)?.readNow(byte, 0, 1, offset)
    expect(byte[0]).toBe(offset / 100)
  }
  expect(openFiles.count).toBe(3)
})

describe('a folder is refused with a sentence', () => {
  test.each([
    ['with a file of another size', { [name(0)]: 60, [name(100)]: 100 }, /0 has 60 bytes, not 100: set key to what/],
    ['with a shorter last file, after a stop', { [name(0)]: 60 }, /has 60 bytes, not 100/],
    ['with a longer last file', { [name(0)]: 160 }, /has 160 bytes, not 100/],
    ['with a missing file', { [name(0)]: 100, [name(200)]: 100 }, /a file is missing in \/log/],
    ['with an empty file that is not the last', { [name(0)]: 0, [name(100)]: 100 }, /has 0 bytes, not 100/],
    ['with a file of somebody else', { '.DS_Store': 12 }, /does not belong here/],
  ])('%s', (_, sizes, sentence) => {
    expect(() => queueOn(withFiles(sizes)).load(AFTER_STOP)).toThrow(sentence)
  })
})

describe('of what a crash leaves', () => {
  const afterCrash = { wasStopped: false, syncedOffset: 100, mayBeShort: false }

  test('an empty last file goes, after a stop too', () => {
    for (const how of [AFTER_STOP, afterCrash]) {
      const disk = withFiles({ [name(0)]: 100, [name(100)]: 0 })
      queueOn(disk).load(how)
      expect(disk.list('/log')).toEqual([name(0)])
    }
  })

  test('an empty or missing file that nobody synced ends the stream', () => {
    for (const sizes of [{ [name(100)]: 0, [name(200)]: 100 }, { [name(200)]: 100 }]) {
      const disk = withFiles({ [name(0)]: 100, ...sizes })
      queueOn(disk).load(afterCrash)
      expect(disk.list('/log')).toEqual([name(0)])
    }
  })

  test('an empty file that was synced is damage', () => {
    const disk = withFiles({ [name(0)]: 0, [name(100)]: 100 })
    expect(() => queueOn(disk).load(afterCrash)).toThrow(/has 0 bytes/)
  })

  test('a last file that was being cut gets its size back', () => {
    const disk = withFiles({ [name(0)]: 100, [name(100)]: 30 })
    queueOn(disk).load({ ...afterCrash, mayBeShort: true })
    expect(disk.sizeBytes(`/log/${name(100)}`)).toBe(100)
  })
})

describe('at the front', () => {
  const queueOf = (disk: Disk, count: number): LogFileQueue => {
    const queue = queueOn(disk)
    for (let index = 0; index < count; index += 1) queue.findOrCreate(index * FILE_BYTES)
    return queue
  }

  test('files that end before an offset are removed, but never the last one', () => {
    const disk = new FaultyDisk().process()
    const queue = queueOf(disk, 4)
    expect([queue.removeBefore(199), queue.removeBefore(200), queue.removeBefore(1000)]).toEqual([1, 1, 1])
    expect(disk.list('/log')).toEqual([name(300)])
    expect(queue.first?.startOffset).toBe(300)
  })

  test('a file that is being read stays, and so do those behind it, until it is not', async () => {
    const disk = new FaultyDisk().process()
    const queue = queueOf(disk, 4)
    const reading = queue.find(100)?.read(Buffer.alloc(1), 0, 1, 100)
    expect(queue.removeBefore(300)).toBe(1)
    expect(disk.list('/log')).toEqual([name(100), name(200), name(300)])
    await reading
    expect(queue.removeBefore(300)).toBe(2)
  })

  test('no file is removed before the removal of the one before it would survive a loss of power', () => {
    const faulty = new FaultyDisk()
    const queue = queueOf(faulty.process(), 4)
    const operations: string[] = []
    faulty.fault = ({ kind, path: file }) => {
      operations.push(`${kind} ${file}`)
      return null
    }
    queue.removeBefore(200)
    expect(operations).toEqual([`remove /log/${name(0)}`, 'syncFolder /log', `remove /log/${name(100)}`])
  })

  test('a file that the disk does not remove is still there', () => {
    const faulty = new FaultyDisk()
    const queue = queueOf(faulty.process(), 3)
    faulty.failNth('remove', 1, { code: 'EIO' })
    expect(() => queue.removeBefore(200)).toThrow(/EIO/)
    expect(queue.first?.startOffset).toBe(0)
    expect(queue.removeBefore(200)).toBe(2)
  })

  test('a file taken out is found no more, and is let go when its last reader is done', async () => {
    const openFiles = new OpenFiles(4)
    const queue = queueOn(new FaultyDisk().process(), openFiles)
    queue.findOrCreate(0).write(Buffer.from('read on'), 0)
    const bytes = Buffer.alloc(7)
    const reading = readFully(queue.findOrCreate(0), bytes, 0)
    const file = queue.shift()
    const abandoned = file?.abandon()
    expect([queue.find(0), file?.isInUse, openFiles.count]).toEqual([null, true, 1])
    await abandoned
    expect([file?.isInUse, openFiles.count]).toEqual([false, 0])
    await reading
    expect(bytes.toString()).toBe('read on')
  })
})

describe('in several folders', () => {
  const folders = { all: ['/one', '/two'], folderOf: (index: number) => (index % 2 === 0 ? '/one' : '/two') }
  const queueIn = (disk: Disk): LogFileQueue =>
    new LogFileQueue(
      { folder: '/one', folders, rootFolder: '/one', fileBytes: FILE_BYTES, fileBytesKey: 'key' },
      disk,
      new OpenFiles(4),
    )

  test('files are made where they are told to, and found again wherever they are', () => {
    const disk = new FaultyDisk().process()
    for (const folder of folders.all) disk.makeFolder(folder)
    const queue = queueIn(disk)
    for (const offset of [0, 100, 200]) queue.findOrCreate(offset).write(Buffer.from([offset]), offset)
    expect([disk.list('/one'), disk.list('/two')]).toEqual([[name(0), name(200)], [name(100)]])
    const loaded = queueIn(disk)
    loaded.load(AFTER_STOP)
    const byte = Buffer.alloc(1)
    for (const offset of [0, 100, 200]) {
      loaded.find(offset)?.readNow(byte, 0, 1, offset)
      expect(byte[0]).toBe(offset)
    }
  })

  test('a file in two of them is refused', () => {
    const disk = new FaultyDisk().process()
    for (const folder of folders.all) {
      disk.makeFolder(folder)
      disk.open(`${folder}/${name(0)}`, { create: true }).truncate(FILE_BYTES)
    }
    expect(() => queueIn(disk).load(AFTER_STOP)).toThrow(/a file is missing in \/one, \/two: 0+ does not follow/)
  })

  test('the names of new files in all of them survive a loss of power', () => {
    const faulty = new FaultyDisk()
    const disk = faulty.process()
    for (const folder of folders.all) disk.makeFolder(folder)
    const queue = queueIn(disk)
    for (const offset of [0, 100]) queue.findOrCreate(offset)
    queue.syncFolders()
    faulty.losePower()
    expect([disk.list('/one'), disk.list('/two')]).toEqual([[name(0)], [name(100)]])
  })
})
