import { FaultyDisk } from '../../src/testing'

const bytes = (text: string): Buffer => Buffer.from(text)

function textOf(disk: FaultyDisk, file: string): string | null {
  return disk.process().readText(file)
}

test('what a process wrote is there after its death, and it can do no more', () => {
  const disk = new FaultyDisk()
  const file = disk.process().open('/file', { create: true })
  file.write(bytes('written'), 0)
  disk.kill()
  expect(() => file.write(bytes('too late'), 0)).toThrow(/the process is dead/)
  expect(textOf(disk, '/file')).toBe('written')
})

test('a loss of power leaves what was synced', async () => {
  const disk = new FaultyDisk()
  const view = disk.process()
  const file = view.open('/file', { create: true })
  view.syncFolder('/')
  file.write(bytes('synced'), 0)
  await file.datasync()
  file.write(bytes('SYNC'), 0)
  disk.losePower()
  expect(textOf(disk, '/file')).toBe('synced')
})

test('of what was not synced, those pages stay that the test chooses', async () => {
  const disk = new FaultyDisk()
  const view = disk.process()
  const file = view.open('/file', { create: true })
  view.syncFolder('/')
  file.truncate(3 * 4096)
  await file.datasync()
  file.write(Buffer.alloc(3 * 4096, 'x'), 0)
  disk.losePower((_, page) => page === 1)
  const text = textOf(disk, '/file') ?? ''
  expect([text.slice(0, 4096), text.slice(4096, 8192), text.slice(8192)].map(page => page.includes('x'))).toEqual([
    false,
    true,
    false,
  ])
})

test('a new name goes with the power until its folder is synced', () => {
  const disk = new FaultyDisk()
  disk.process().open('/file', { create: true })
  disk.losePower()
  expect(disk.exists('/file')).toBe(false)
})

test('a write may fail after a part', () => {
  const disk = new FaultyDisk()
  const file = disk.process().open('/file', { create: true })
  disk.failNth('write', 2, { code: 'ENOSPC', takenBytes: 3 })
  file.write(bytes('good'), 0)
  expect(() => file.write(bytes('half'), 4)).toThrow(/ENOSPC/)
  file.write(bytes('!'), 7)
  expect(textOf(disk, '/file')).toBe('goodhal!')
})

test('a process may die with any operation', () => {
  const disk = new FaultyDisk()
  const view = disk.process()
  const file = view.open('/file', { create: true })
  disk.killAtNth(2, 2)
  file.write(bytes('one'), 0)
  expect(() => file.write(bytes('two'), 3)).toThrow()
  disk.fault = () => null
  expect(() => view.remove('/file')).toThrow(/the process is dead/)
  expect(textOf(disk, '/file')).toBe('onetw')
})

test('a sync that is held makes durable what was written before it began', async () => {
  const disk = new FaultyDisk()
  const view = disk.process()
  const file = view.open('/file', { create: true })
  view.syncFolder('/')
  file.write(bytes('before'), 0)
  disk.holdSyncs()
  const sync = file.datasync()
  file.write(bytes('AFTER!'), 0)
  disk.releaseSyncs()
  await sync
  disk.losePower()
  expect(textOf(disk, '/file')).toBe('before')
})

test('a lock is held by one process and dies with it', async () => {
  const disk = new FaultyDisk()
  const view = disk.process()
  const lock = view.lock('/lock')
  expect(lock).not.toBeNull()
  expect(view.lock('/lock')).toBeNull()
  await lock?.stop()
  expect(view.lock('/lock')).not.toBeNull()
  expect(disk.process().lock('/lock')).not.toBeNull()
})

test('a read-only file system is read, and refuses every change', async () => {
  const faulty = new FaultyDisk()
  const disk = faulty.process()
  disk.open('/file', { create: true }).write(Buffer.from('kept'), 0)
  faulty.isReadOnly = true
  const file = disk.open('/file')
  const bytes = Buffer.alloc(4)
  file.readNow(bytes, 0, 4, 0)
  expect(bytes.toString()).toBe('kept')
  expect(() => file.write(bytes, 0)).toThrow(/EROFS/)
  expect(() => file.truncate(0)).toThrow(/EROFS/)
  expect(() => disk.open('/other', { create: true })).toThrow(/EROFS/)
  expect(() => disk.rename('/file', '/other')).toThrow(/EROFS/)
  await expect(disk.removeFile('/file')).rejects.toThrow(/EROFS/)
  faulty.isReadOnly = false
  await disk.removeFile('/file')
  expect(disk.exists('/file')).toBe(false)
})

test('a file says when it was last changed', () => {
  const faulty = new FaultyDisk()
  faulty.nowMs = () => 1000
  const file = faulty.process().open('/file', { create: true })
  file.write(Buffer.from('old'), 0)
  faulty.nowMs = () => 2000
  expect(faulty.process().modifiedMs('/file')).toBe(1000)
})
