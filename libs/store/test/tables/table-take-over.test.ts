import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import { createTableKeeper } from '../../src/tables/create-table-keeper'
import type { TableKeeper, TableKeeperKind } from '../../src/tables/table-keeper'
import { seeds } from '../faults/fault-session'
import { journalDatabaseOn } from '../key-value/journal-database'
import { NoteTable, contentOf } from './note-table'

const FOLDER = '/store/config'
const JSON_PATH = `${FOLDER}/notes.json`

interface Opened {
  readonly table: NoteTable
  readonly keeper: TableKeeper
}

/** The next process. */
function create(disk: FaultyDisk, kind: TableKeeperKind): Opened {
  const view = disk.process()
  const table = new NoteTable()
  const deps = { clock: new FakeClock(), disk: view, log: silentLog, openDatabase: journalDatabaseOn(view) }
  return { table, keeper: createTableKeeper(kind, FOLDER, table, deps) }
}

async function open(disk: FaultyDisk, kind: TableKeeperKind): Promise<Opened> {
  const opened = create(disk, kind)
  await opened.keeper.load()
  return opened
}

/** What is there of a table. */
function namesOn(disk: FaultyDisk): readonly string[] {
  return disk.process().list(FOLDER)
}

/** A disk with a saved note. */
async function diskWith(kind: TableKeeperKind): Promise<FaultyDisk> {
  const disk = new FaultyDisk()
  const { table, keeper } = await open(disk, kind)
  table.put('a', `in ${kind}`)
  await keeper.save()
  await keeper.close()
  return disk
}

test('what one kept the other takes over, to and fro, and nothing else is left', async () => {
  const disk = new FaultyDisk()
  let expected = contentOf(new NoteTable())
  for (const [round, kind] of (['json', 'kv', 'kv', 'json', 'json', 'kv', 'json'] as const).entries()) {
    const { table, keeper } = await open(disk, kind)
    expect(contentOf(table)).toEqual(expected)
    table.put(`note-${round}`, kind)
    table.put(`note-${round - 3}`, null)
    await keeper.save()
    await keeper.close()
    expected = contentOf(table)
    disk.losePower()
    expect(namesOn(disk).filter(name => name !== 'notes.json.bak')).toEqual([kind === 'kv' ? 'notes.kv' : 'notes.json'])
  }
})

test('the file that comes back is what the default would have written', async () => {
  const disk = await diskWith('kv')
  const { table, keeper } = await open(disk, 'json')
  await keeper.close()
  expect(disk.process().readText(JSON_PATH)).toBe(table.encode())
})

test('a table whose file is damaged is taken over from its backup', async () => {
  const disk = await diskWith('json')
  const { table, keeper } = await open(disk, 'json')
  table.put('b', 'newer')
  await keeper.save()
  disk.process().writeText(JSON_PATH, '{"notes":')
  const { table: restored } = await open(disk, 'kv')
  expect([...restored.notes.keys()]).toEqual(['born', 'a'])
  expect(namesOn(disk)).toEqual(['notes.json.damaged', 'notes.kv'])
})

test.each(['json', 'kv'] as const)(
  'a file that somebody wrote beside the database is not passed over: %s',
  async kind => {
    const disk = await diskWith('kv')
    disk.process().writeText(JSON_PATH, new NoteTable().encode())
    await expect(open(disk, kind)).rejects.toMatchObject({ code: 'RMQ_TWO_TABLES' })
    expect(namesOn(disk)).toEqual(['notes.json', 'notes.kv'])
    disk.process().remove(JSON_PATH)
    expect((await open(disk, kind)).table.notes.get('a')).toBe('in kv')
  },
)

test.each(['rocksdbNotes', 'metadata', 'rdb'])("tables of Java's RocksDB are not passed over: %s", async folder => {
  for (const kind of ['json', 'kv'] as const) {
    const disk = new FaultyDisk()
    disk.process().makeFolder(`${FOLDER}/${folder}`)
    disk.process().writeText(`${FOLDER}/${folder}/CURRENT`, 'MANIFEST-000005\n')
    await expect(open(disk, kind)).rejects.toMatchObject({ code: 'RMQ_ROCKSDB_TABLE' })
    // Java has exported it.
    disk.process().writeText(JSON_PATH, new NoteTable().encode())
    await open(disk, kind)
    await open(disk, kind)
  }
})

describe.each(['SIGKILL', 'loss of power'] as const)('%s at any step of a take-over', how => {
  test.each([
    ['kv', 'json', 'json'],
    ['kv', 'json', 'kv'],
    ['json', 'kv', 'kv'],
    ['json', 'kv', 'json'],
  ] as const)('leaves all to one of the two: from %s to %s, then %s', async (from, to, then) => {
    for (let step = 1, isDone = false; !isDone; step += 1) {
      const disk = await diskWith(from)
      isDone = await isLoadedBefore(disk, to, step)
      if (how === 'SIGKILL') disk.kill()
      else disk.losePower()
      const { table, keeper: last } = await open(disk, then)
      expect(table.notes.get('a')).toBe(`in ${from}`)
      table.put('b', 'later')
      await last.save()
      disk.losePower()
      expect(contentOf((await open(disk, to)).table)).toEqual(contentOf(table))
    }
  })
})

test('one death after another, at any steps of two take-overs, loses nothing', async () => {
  for (const [from, to, then] of [
    ['kv', 'json', 'json'],
    ['kv', 'json', 'kv'],
    ['json', 'kv', 'json'],
    ['json', 'kv', 'kv'],
  ] as const) {
    for (let step = 1, isDone = false; !isDone; step += 1) {
      for (let stepAfter = 1, isDoneAfter = false; !isDoneAfter; stepAfter += 1) {
        const disk = await diskWith(from)
        isDone = await isLoadedBefore(disk, to, step)
        disk.kill()
        isDoneAfter = await isLoadedBefore(disk, then, stepAfter)
        disk.losePower()
        expect((await open(disk, from)).table.notes.get('a')).toBe(`in ${from}`)
      }
    }
  }
})

/** False if the process dies with that operation on the disk. */
async function isLoadedBefore(disk: FaultyDisk, kind: TableKeeperKind, operation: number): Promise<boolean> {
  const { keeper } = create(disk, kind)
  disk.killAtNth(operation, 20)
  const isLoaded = await keeper.load().then(
    () => true,
    () => false,
  )
  disk.fault = () => null
  return isLoaded
}

const session = fc.record({
  kind: fc.constantFrom<TableKeeperKind>('json', 'kv'),
  changes: fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), note: fc.option(fc.string({ maxLength: 9 })) }), {
    maxLength: 6,
  }),
  death: fc.option(fc.record({ operation: fc.integer({ min: 1, max: 60 }), takenBytes: fc.nat(100) })),
  end: fc.constantFrom('stop', 'kill', 'power' as const),
})
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never

/** Runs a process until it ends. Of what it tried to save, `possible` has what may be there afterwards. */
async function runSession(
  { kind, changes, death, end }: Session,
  disk: FaultyDisk,
  possible: readonly unknown[],
): Promise<readonly unknown[]> {
  const { table, keeper } = create(disk, kind)
  if (death !== null) disk.killAtNth(death.operation, death.takenBytes)
  let isAlive = await keeper.load().then(
    () => true,
    () => false,
  )
  expect(isAlive || death !== null).toBe(true)
  let then = possible
  if (isAlive) {
    expect(possible).toContainEqual(contentOf(table))
    then = [contentOf(table)]
  }
  for (const { key, note } of isAlive ? changes : []) {
    table.put(key, note)
    then = [...then, contentOf(table)]
    isAlive &&= await keeper.save().then(
      () => true,
      () => false,
    )
    if (!isAlive) break
    then = [contentOf(table)]
  }
  if (end === 'stop' && death === null) await keeper.close()
  else if (end === 'power') disk.losePower()
  else disk.kill()
  disk.fault = () => null
  return then
}

test('what was saved is there, whenever a process dies or the power goes, and whichever keeps the table next', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 8 }), async sessions => {
      const disk = new FaultyDisk()
      let possible: readonly unknown[] = [contentOf(new NoteTable())]
      for (const each of [...sessions, LAST, { ...LAST, kind: 'json' as const }]) {
        possible = await runSession(each, disk, possible)
      }
    }),
    seeds(0.5),
  )
})

const LAST: Session = { kind: 'kv', changes: [], death: null, end: 'stop' }
