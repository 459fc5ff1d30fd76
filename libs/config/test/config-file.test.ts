import { CorruptDataError, silentLog, StorageError } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { FaultyDisk } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '../src'

const FILE = '/store/config/topics.json'
const FOLDER = '/store/config'

/** A file on a disk in memory, in JSON; `restarted` is the file as the next process sees it. */
function setUp() {
  const disk = new FaultyDisk()
  const restarted = (): { view: Disk; file: ConfigFile } => {
    const view = disk.process()
    return { view, file: new ConfigFile(FILE, { disk: view, log: silentLog }) }
  }
  const loaded = (): unknown => restarted().file.load(decode)
  return { disk, restarted, loaded }
}

const decode = (text: string): unknown => JSON.parse(text)
const save = (file: ConfigFile, value: unknown): Promise<void> => file.save(() => JSON.stringify(value))
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('what was saved is loaded, and the text before it stands in .bak', async () => {
  const { disk, restarted, loaded } = setUp()
  const { view, file } = restarted()
  await save(file, { a: 1 })
  await save(file, { a: 2 })
  expect(view.readText(`${FILE}.bak`)).toBe('{"a":1}')
  expect(view.list(FOLDER)).toEqual(['topics.json', 'topics.json.bak'])
  disk.losePower()
  expect(loaded()).toEqual({ a: 2 })
})

test('where nothing was saved there is nothing to load', () => {
  expect(setUp().loaded()).toBeNull()
})

test.each(['', '{"a":'])(
  'a file with the content "%s" gives way to its backup, which the next save keeps',
  async content => {
    const { restarted, loaded } = setUp()
    const { view, file } = restarted()
    await save(file, { a: 1 })
    await save(file, { a: 2 })
    view.writeText(FILE, content)
    const { file: next } = restarted()
    expect(next.load(decode)).toEqual({ a: 1 })
    await save(next, { a: 3 })
    expect(loaded()).toEqual({ a: 3 })
  },
)

test('a damaged file is put aside and never moved over the good backup', async () => {
  const { restarted } = setUp()
  const { view, file } = restarted()
  await save(file, { a: 1 })
  await save(file, { a: 2 })
  view.writeText(FILE, '{"a":')
  const { view: later, file: next } = restarted()
  next.load(decode)
  expect(later.readText(`${FILE}.bak`)).toBe('{"a":1}')
  expect(later.readText(`${FILE}.damaged`)).toBe('{"a":')
})

test('when neither can be decoded it says so instead of starting empty', () => {
  const { restarted } = setUp()
  const { view, file } = restarted()
  view.makeFolder(FOLDER)
  view.writeText(FILE, 'x')
  view.writeText(`${FILE}.bak`, 'y')
  expect(() => file.load(decode)).toThrow(CorruptDataError)
})

describe.each(['SIGKILL', 'loss of power'])('%s at any step of a save', how => {
  test.each([0, 1, 2])('leaves the old or the new content, with %i saves before it', async savedCount => {
    for (let step = 1, isDone = false; !isDone; step += 1) {
      const { disk, restarted, loaded } = setUp()
      const { file } = restarted()
      for (let count = 1; count <= savedCount; count += 1) await save(file, { a: count })
      disk.killAtNth(step, 3)
      isDone = await save(file, { a: 'new' }).then(
        () => true,
        () => false,
      )
      disk.fault = () => null
      if (how === 'loss of power') disk.losePower()
      const old = savedCount === 0 ? null : { a: savedCount }
      expect(isDone ? [{ a: 'new' }] : [old, { a: 'new' }]).toContainEqual(loaded())
      // Open, truncate, write, sync, the rename to .bak if there is a file, the other one, sync of the folder; no more.
      if (isDone) expect(step).toBe(savedCount === 0 ? 7 : 8)
    }
  })
})

test('a save that fails is told to whoever asked, and the next one succeeds', async () => {
  const { disk, restarted, loaded } = setUp()
  const { file } = restarted()
  await save(file, { a: 1 })
  for (const kind of ['open', 'truncate', 'write', 'datasync', 'rename', 'syncFolder'] as const) {
    disk.failNth(kind, 1, { code: 'ENOSPC' })
    await expect(save(file, { a: kind })).rejects.toThrow(StorageError)
    await save(file, { a: kind })
    expect(file.load(decode)).toEqual({ a: kind })
  }
  expect(loaded()).toEqual({ a: 'syncFolder' })
})

test('while a save waits for the disk everything else goes on, and those asked for meanwhile become one', async () => {
  const { disk, restarted, loaded } = setUp()
  const { view, file } = restarted()
  const encoded: string[] = []
  const ended: string[] = []
  const saveNamed = (name: string): void => {
    const encode = (): string => {
      encoded.push(name)
      return `"${name}"`
    }
    void file.save(encode).then(() => ended.push(name))
  }
  disk.holdSyncs()
  saveNamed('first')
  await settle()
  for (const name of ['second', 'third', 'fourth']) saveNamed(name)
  await settle()
  expect(encoded).toEqual(['first'])
  expect(view.exists(FILE)).toBe(false)
  disk.releaseSyncs()
  await settle()
  expect(encoded).toEqual(['first', 'fourth'])
  expect(ended).toEqual(['first', 'second', 'third', 'fourth'])
  expect(view.readText(`${FILE}.bak`)).toBe('"first"')
  expect(loaded()).toBe('fourth')
})

test('a save behind one that fails is made all the same', async () => {
  const { disk, restarted, loaded } = setUp()
  const { file } = restarted()
  disk.holdSyncs()
  const first = save(file, 'first')
  await settle()
  const second = save(file, 'second')
  disk.failNth('rename', 1, { code: 'EIO' })
  disk.releaseSyncs()
  await expect(first).rejects.toThrow('EIO')
  await second
  expect(loaded()).toBe('second')
})

test('an encoder that throws is an error to whoever asked, and touches nothing', async () => {
  const { restarted } = setUp()
  const { view, file } = restarted()
  const failing = file.save(() => {
    throw new Error('a bug')
  })
  await expect(failing).rejects.toThrow('a bug')
  expect(view.exists(FOLDER)).toBe(false)
})

test('saving the same text again touches nothing', async () => {
  const { disk, restarted } = setUp()
  const { file } = restarted()
  await save(file, { a: 1 })
  const { file: next } = restarted()
  next.load(decode)
  disk.fault = () => ({ code: 'EIO' })
  await save(next, { a: 1 })
  await expect(save(next, { a: 2 })).rejects.toThrow(StorageError)
})
