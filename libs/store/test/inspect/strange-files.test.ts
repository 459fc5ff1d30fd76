import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { StorageError, nodeDisk } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import { inspectStore } from '../../src'
import type { StoreReport } from '../../src'

const FIRST = '0'.repeat(20)
const temporaryFolder = useTemporaryFolders()

function look(folder: string): StoreReport {
  return inspectStore(
    { folder, commitLogFolders: [], isThorough: true, problemCountMax: 10 },
    { disk: nodeDisk, onProgress: () => undefined },
  )
}

const noise = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7919) % 251))

/** What may be found where a file or a folder should be. */
const strangers: Readonly<Record<string, (place: string) => void>> = {
  'an empty folder': place => mkdirSync(place),
  'a folder in a folder': place => void mkdirSync(path.join(place, FIRST, '0'), { recursive: true }),
  'a pipe': place => void spawnSync('mkfifo', [place]),
  'a link to itself': place => symlinkSync(place, place),
  'a link to nothing': place => symlinkSync('/nowhere/at/all', place),
  'a link to what never ends': place => symlinkSync('/dev/zero', place),
  'a link to its parent': place => symlinkSync('..', place),
  'an empty file': place => writeFileSync(place, ''),
  'a text': place => writeFileSync(place, 'what is this?\n'.repeat(20)),
  'a file of noise': place => writeFileSync(place, noise),
  'a file of ones': place => writeFileSync(place, Buffer.alloc(70_000, 0xff)),
  'a large empty one': place => {
    writeFileSync(place, '')
    truncateSync(place, 1024 ** 2)
  },
}
const places = [
  'commitlog',
  'consumequeue',
  'config',
  'index',
  'checkpoint',
  'abort',
  `commitlog/${FIRST}`,
  `commitlog/00000000000000070000`,
  'commitlog/sub',
  'consumequeue/T',
  'consumequeue/T/0',
  `consumequeue/T/0/${FIRST}`,
  'batchconsumequeue/B/0',
  'config/topics.json',
  'config/topics.json.bak',
  'index/20260101000000000',
]

test('whatever lies where a store should be, a look ends with a report or a sentence', () => {
  const stranger = fc.constantFrom(...Object.keys(strangers))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...places), stranger), { minLength: 1, maxLength: 6 }), found => {
      const folder = path.join(temporaryFolder(), 'store') // a link to a parent leads no further than the folder around it
      for (const [place, kind] of found) {
        const target = path.join(folder, place)
        try {
          mkdirSync(path.dirname(target), { recursive: true })
          if (lstatSync(target, { throwIfNoEntry: false }) === undefined) strangers[kind]!(target)
        } catch {
          continue // something else is on the way there
        }
      }
      expect(outcomeOf(folder)).toMatch(/^(a report|(there|cannot|\/).*)/)
    }),
    { numRuns: 20 },
  )
})

function outcomeOf(folder: string): string {
  try {
    const { isHealthy, problemCount } = look(folder)
    expect(isHealthy).toBe(problemCount === 0)
    return 'a report'
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    return error.message
  }
}
