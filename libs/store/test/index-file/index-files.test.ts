import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { IndexFiles } from '../../src/index-file/index-files'
import { endOfTurn } from '../store-fixture'
import { INDEX, indexFiles } from './index-fixture'

const LAYOUT = { slotCount: 7, entryCountMax: 5 }
const EVERYTHING = { beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }

let disk: FaultyDisk
let files: IndexFiles
const checkpoint = { indexMsgTimestamp: 0, saveCount: 0, save: () => Promise.resolve(void (checkpoint.saveCount += 1)) }

beforeEach(async () => {
  disk = new FaultyDisk()
  checkpoint.indexMsgTimestamp = 0
  checkpoint.saveCount = 0
  const onFailed = (error: Error): never => {
    throw error
  }
  const deps = { clock: new FakeClock(), disk: disk.process(), log: silentLog, checkpoint, onFailed }
  files = new IndexFiles(INDEX, LAYOUT, deps)
  await files.load({ wasStopped: true, logEndOffset: 1e9 })
})

/** Entries from..until, at offsets of a hundred times their number, stored a second apart. */
function putEntries(from: number, until: number): void {
  for (let number = from; number < until; number += 1) files.put(number % 3, number * 100, (number + 1) * 1000)
}

async function select(keyHash: number, query = EVERYTHING): Promise<number[]> {
  const found: number[] = []
  const visitor = { hasEnough: false, visit: (offset: number) => Promise.resolve(void found.push(offset)) }
  await files.select({ keyHash, ...query }, visitor)
  return found
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await endOfTurn()
}

test('what is put is found over all files, the newest first', async () => {
  putEntries(0, 12)
  expect(await select(1)).toEqual([1000, 700, 400, 100])
  expect([files.count, await select(4)]).toEqual([3, []])
})

test('only files with such times are looked at', async () => {
  putEntries(0, 12)
  await settled()
  const read: string[] = []
  const [oldest, middle, newest] = indexFiles(disk)
  disk.fault = ({ kind, path }) => {
    if (kind === 'read') read.push(path)
    return null
  }
  expect(await select(1, { beginTimestamp: 5000, endTimestamp: 8000 })).toEqual([700, 400])
  expect(new Set(read)).toEqual(new Set([middle]))
  expect([oldest, newest].includes(undefined)).toBe(false)
})

test('a full file goes to the disk, and the checkpoint says so', async () => {
  putEntries(0, 4)
  await settled()
  expect(checkpoint).toMatchObject({ indexMsgTimestamp: 0, saveCount: 0 })
  putEntries(4, 5)
  await settled()
  expect(checkpoint).toMatchObject({ indexMsgTimestamp: 4000, saveCount: 1 })
  const [full = ''] = indexFiles(disk)
  expect(disk.content(full).dirtyPages.size).toBe(0)
})

test('files that only point before the beginning of the log go, the newest never', async () => {
  putEntries(0, 12)
  await settled()
  files.deleteExpired(300)
  expect(files.count).toBe(3)
  files.deleteExpired(301)
  expect([files.count, indexFiles(disk).length]).toEqual([2, 2])
  expect(await select(1)).toEqual([1000, 700, 400])
  files.deleteExpired(1e9)
  expect([files.count, await select(1)]).toEqual([1, [1000]])
})

test('a query goes on in a file that is deleted meanwhile', async () => {
  putEntries(0, 8)
  await settled()
  const found: number[] = []
  const visitor = {
    hasEnough: false,
    visit: (offset: number) => {
      files.deleteExpired(1e9)
      return Promise.resolve(void found.push(offset))
    },
  }
  await files.select({ keyHash: 0, ...EVERYTHING }, visitor)
  expect(found).toEqual([600])
  expect(files.count).toBe(1)
})

test('names follow each other even if files are made in one millisecond', () => {
  putEntries(0, 12)
  const names = indexFiles(disk)
  expect(new Set(names).size).toBe(3)
  expect(names.every(name => /\/\d{17}$/.test(name))).toBe(true)
})

describe('a query reads only what it needs', () => {
  /** How many bytes of each file the search for a hash reads. */
  async function bytesRead(keyHash: number): Promise<Map<string, number>> {
    const read = new Map<string, number>()
    disk.fault = ({ kind, path, bytes }) => {
      if (kind === 'read') read.set(path, (read.get(path) ?? 0) + bytes)
      return null
    }
    await select(keyHash)
    disk.fault = () => null
    return read
  }

  beforeEach(async () => {
    putEntries(0, 12)
    await settled()
  })

  test('of the newest file, whose header and slots are in memory, nothing for a key that is not in it', async () => {
    const newest = indexFiles(disk).at(-1)!
    expect((await bytesRead(5)).has(newest)).toBe(false)
  })

  test('of the others a slot, and nothing else for a key that is not in them', async () => {
    const [oldest, middle] = indexFiles(disk)
    expect(await bytesRead(5)).toEqual(
      new Map([
        [middle, 4],
        [oldest, 4],
      ]),
    )
  })
})
