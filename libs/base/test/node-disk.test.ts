import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, StorageError } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { spaceOf } from '../src/node-disk'

const temporaryFolder = useTemporaryFolders()

test('what is written at a place is read at that place, now or later', async () => {
  const file = nodeDisk.open(path.join(temporaryFolder(), 'log'), { create: true })
  file.truncate(100)
  file.write(Buffer.from('abc'), 10)
  file.writev([Buffer.from('de'), Buffer.from('f')], 13)
  const bytes = Buffer.alloc(6)
  expect(file.readNow(bytes, 0, 6, 10)).toBe(6)
  expect(bytes.toString()).toBe('abcdef')
  expect(await file.read(bytes, 0, 6, 98)).toBe(2)
  expect(file.sizeBytes()).toBe(100)
  await file.datasync()
  file.close()
})

test('a file is renamed and the names of its folder are synced without waiting; what is not there is said', async () => {
  const folder = temporaryFolder()
  const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')]
  nodeDisk.writeText(from, 'text')
  await nodeDisk.renameLater(from, to)
  await nodeDisk.datasyncFolder(folder)
  expect(nodeDisk.readText(to)).toBe('text')
  await expect(nodeDisk.renameLater(from, to)).rejects.toThrow(StorageError)
  await expect(nodeDisk.datasyncFolder(path.join(folder, 'nowhere'))).rejects.toThrow(StorageError)
})

test('a file that nobody may write to opens for reading, and a pipe in its place does not wait for a writer', () => {
  const folder = temporaryFolder()
  const file = path.join(folder, 'log')
  nodeDisk.writeText(file, 'abc')
  chmodSync(file, 0o400)
  const opened = nodeDisk.openForReading(file)
  const bytes = Buffer.alloc(8)
  expect([opened.sizeBytes(), opened.readNow(bytes, 0, 8, 1), bytes.toString('utf8', 0, 2)]).toEqual([3, 2, 'bc'])
  opened.close()
  spawnSync('mkfifo', [path.join(folder, 'pipe')])
  nodeDisk.openForReading(path.join(folder, 'pipe')).close()
  expect(() => nodeDisk.openForReading(path.join(folder, 'nothing'))).toThrow(StorageError)
})

test('a text is read from a file only: a pipe and a device may have no end', () => {
  const folder = temporaryFolder()
  spawnSync('mkfifo', [path.join(folder, 'pipe')])
  for (const file of [path.join(folder, 'pipe'), '/dev/zero', folder]) {
    expect(() => nodeDisk.readText(file)).toThrow(`cannot read ${file}: it is not a regular file`)
  }
})

test('a text is replaced whole, and a missing one is null', () => {
  const file = path.join(temporaryFolder(), 'topics.json')
  expect(nodeDisk.readText(file)).toBeNull()
  nodeDisk.writeText(file, 'old')
  nodeDisk.writeText(file, 'new')
  expect(nodeDisk.readText(file)).toBe('new')
  expect(nodeDisk.list(path.dirname(file))).toEqual(['topics.json'])
})

test('an error of the disk names the path and keeps its cause', () => {
  const missing = path.join(temporaryFolder(), 'nowhere', 'log')
  const open = (): unknown => nodeDisk.open(missing)
  expect(open).toThrow(StorageError)
  expect(open).toThrow(missing)
})

test('a second process does not get the lock while the first holds it, and gets it afterwards', async () => {
  const file = path.join(temporaryFolder(), 'lock')
  const script = `
    const fs = require('node:fs')
    const fd = fs.openSync(process.argv[1], 'r+')
    process.exit(require('fs-native-extensions').tryLock(fd, 0, 1) ? 0 : 7)`
  const tryInAnotherProcess = (): number | null =>
    spawnSync(process.execPath, ['-e', script, file], { cwd: __dirname }).status
  const lock = nodeDisk.lock(file)
  expect(lock).not.toBeNull()
  expect(tryInAnotherProcess()).toBe(7)
  await lock?.stop()
  expect(tryInAnotherProcess()).toBe(0)
})

test('a file is removed while others work, and a missing one is none', async () => {
  const folder = temporaryFolder()
  const file = path.join(folder, 'log')
  nodeDisk.open(file, { create: true }).close()
  await nodeDisk.removeFile(file)
  expect(nodeDisk.exists(file)).toBe(false)
  await nodeDisk.removeFile(file)
  await expect(nodeDisk.removeFile(folder)).rejects.toThrow(StorageError)
})

test('of a file system, what is reserved counts neither as used nor as free', () => {
  const space = spaceOf({ bsize: 4096, blocks: 250, bfree: 206, bavail: 48 })
  expect(space).toEqual({ totalBytes: (44 + 48) * 4096, availableBytes: 48 * 4096 })
})
