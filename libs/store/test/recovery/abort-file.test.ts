import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { silentLog } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { createFileMessageStore } from '../../src'
import type { MessageStore } from '../../src'
import { journalDatabaseOn } from '../key-value/journal-database'
import { ROOT, SMALL, STORE_HOST, configOf, messageOf, put } from '../store-fixture'

const ABORT = `${ROOT}/abort`

interface Info {
  readonly text: string
  readonly values: Readonly<Record<string, unknown>>
}

/** A store that tells what it logs. */
async function start(disk: Disk, clock = new FakeClock()): Promise<{ store: MessageStore; infos: readonly Info[] }> {
  const infos: Info[] = []
  const log = {
    ...silentLog,
    info: (values: object, text: string) => void infos.push({ text, values: { ...values } }),
    child: () => log,
  }
  const store = createFileMessageStore(configOf(SMALL), {
    ...{ clock, disk, log, storeHost: STORE_HOST },
    openDatabase: journalDatabaseOn(disk),
    delayMsOfLevel: () => 0,
  })
  await store.start()
  return { store, infos }
}

const recoveredOf = (infos: readonly Info[]) => infos.find(({ text }) => text === 'CommitLog recovered')?.values

test('it is there while the store is open, says who has it open and with which sizes, and goes with the stop', async () => {
  const disk = new FaultyDisk()
  const view = disk.process()
  const { store } = await start(view)
  expect(view.readText(ABORT)).toBe(`${process.pid} mappedFileSizeCommitLog=16384 mappedFileSizeConsumeQueue=400`)
  await store.stop()
  expect(view.exists(ABORT)).toBe(false)
})

test.each([
  { what: 'what Java writes, its process id, means a crash', text: '1119', wasStopped: false },
  { what: 'an empty one does too', text: '', wasStopped: false },
  { what: 'what Java leaves beside it means nothing', text: null, wasStopped: true },
])('$what', async ({ text, wasStopped }) => {
  const disk = new FaultyDisk()
  const { store } = await start(disk.process())
  await put(store, messageOf())
  await store.stop()
  disk.process().writeText(`${ABORT}.bak`, '')
  if (text !== null) disk.process().writeText(ABORT, text)
  const { infos } = await start(disk.process())
  expect(recoveredOf(infos)).toMatchObject({ wasStopped })
})

test('a crash while a start recovers is a crash: the next start recovers again', async () => {
  const disk = new FaultyDisk()
  const { store } = await start(disk.process())
  for (let index = 0; index < 5; index += 1) await put(store, messageOf())
  disk.kill()
  disk.failNth('datasync', 1, { code: 'EIO' })
  await expect(start(disk.process())).rejects.toThrow()
  disk.kill()
  disk.fault = () => null
  const { store: again, infos } = await start(disk.process())
  expect(recoveredOf(infos)).toMatchObject({ wasStopped: false })
  expect(again.maxOffset('TopicA', 0)).toBe(5)
})

test('a long recovery says about once a second how far it is', async () => {
  const disk = new FaultyDisk()
  const { store } = await start(disk.process())
  for (let index = 0; index < 40; index += 1) await put(store, messageOf({ body: Buffer.alloc(3000) }))
  disk.kill()
  const clock = new FakeClock()
  disk.fault = ({ kind, bytes }) => {
    if (kind === 'read' && bytes > 1000) clock.advance(400)
    return null
  }
  const { infos } = await start(disk.process(), clock)
  const progress = infos.filter(({ text }) => text === 'recovering the CommitLog').map(({ values }) => values)
  expect(progress.length).toBeGreaterThan(1)
  const done = progress.map(({ doneBytes }) => Number(doneBytes))
  expect(done).toEqual([...done].sort((left, right) => left - right))
  expect(Number(progress[0]!.totalBytes)).toBeGreaterThan(done.at(-1)!)
})
