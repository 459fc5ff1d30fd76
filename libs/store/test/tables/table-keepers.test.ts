import * as path from 'node:path'
import { CorruptDataError, nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { createTableKeeper } from '../../src/tables/create-table-keeper'
import { KvTableKeeper } from '../../src/tables/kv-table-keeper'
import type { TableKeeper, TableKeeperKind } from '../../src/tables/table-keeper'
import { journalDatabaseOn } from '../key-value/journal-database'
import { NoteTable, contentOf } from './note-table'
import { faultyDiskContract, tableKeeperContract } from './table-keeper-contract'

const FOLDER = '/store/config'

function faultyWorld(kind: TableKeeperKind) {
  const disk = new FaultyDisk()
  const open = (table: NoteTable): TableKeeper => {
    const view = disk.process()
    const deps = { clock: new FakeClock(), disk: view, log: silentLog, openDatabase: journalDatabaseOn(view) }
    return createTableKeeper(kind, FOLDER, table, deps)
  }
  return { disk, open }
}

describe.each(['json', 'kv'] as const)('a table in %s', kind => {
  tableKeeperContract(() => faultyWorld(kind), { numRuns: 200 })
  faultyDiskContract(() => faultyWorld(kind))
})

describe('a table in LevelDB', () => {
  tableKeeperContract(
    () => {
      const folder = path.join(temporaryFolder(), 'config')
      const deps = { clock: systemClock, disk: nodeDisk, log: silentLog }
      return { open: table => createTableKeeper('kv', folder, table, deps) }
    },
    { numRuns: 20 },
  )
  const temporaryFolder = useTemporaryFolders() // its files go when the contract has closed them
})

test('a database is written only what changed', async () => {
  const { disk, open } = faultyWorld('kv')
  const table = new NoteTable()
  const keeper = open(table)
  await keeper.load()
  for (let index = 0; index < 1000; index += 1) table.put(`note-${index}`, 'x'.repeat(100))
  await keeper.save()
  let writtenBytes = 0
  disk.fault = ({ kind, bytes }) => {
    if (kind === 'write') writtenBytes += bytes
    return null
  }
  table.put('note-500', 'another')
  await keeper.save()
  expect(writtenBytes).toBeGreaterThan(0)
  expect(writtenBytes).toBeLessThan(1000)
})

test('what a process that died had written is there to stay after the next start', async () => {
  const { disk, open } = faultyWorld('kv')
  const table = new NoteTable()
  const first = open(table)
  await first.load()
  table.put('a', 'note')
  disk.holdSyncs()
  void first.save()
  await new Promise(resolve => setImmediate(resolve))
  const seen = new NoteTable()
  await open(seen).load()
  expect(seen.notes.get('a')).toBe('note')
  disk.losePower()
  const after = new NoteTable()
  await open(after).load()
  expect(contentOf(after)).toEqual(contentOf(table))
})

describe('a database that lost something behind its back', () => {
  const DATABASE = `${FOLDER}/notes.kv`

  async function loadedAfter(
    damage: (folder: ReturnType<typeof journalDatabaseOn>) => Promise<void>,
  ): Promise<NoteTable> {
    const disk = new FaultyDisk().process()
    const deps = { clock: new FakeClock(), disk, log: silentLog, openDatabase: journalDatabaseOn(disk) }
    const table = new NoteTable()
    const keeper = new KvTableKeeper(table, DATABASE, deps)
    await keeper.load()
    for (const key of ['a', 'b']) table.put(key, 'note')
    await keeper.save()
    await keeper.close()
    await damage(deps.openDatabase)
    const restored = new NoteTable()
    await new KvTableKeeper(restored, DATABASE, deps).load()
    return restored
  }

  const MEMORY = { memoryBytes: 1024 ** 2, whenDamaged: 'mend it', onChangesLost: () => undefined }
  const OPTIONS = { ...MEMORY, clock: systemClock, disk: nodeDisk }

  test.each([
    ['an entry', Buffer.from('ea'), null],
    ['its version', Buffer.from('v'), null],
    ['a bit of an entry', Buffer.from('ea'), Buffer.from('"nope"')],
    ['a bit of a text', Buffer.from('ea'), Buffer.from('"note')],
    ['the form of its version', Buffer.from('v'), Buffer.from('short')],
  ])('is not taken for the table: %s', async (_, key, value) => {
    const loading = loadedAfter(async openDatabase => {
      const database = await openDatabase(DATABASE, OPTIONS)
      const batch = database.batch()
      if (value === null) batch.remove(key)
      else batch.put(key, value)
      await batch.write()
      await database.close()
    })
    await expect(loading).rejects.toThrow(CorruptDataError)
    await expect(loading).rejects.toThrow(/notes\.kv.*bring back a copy/)
  })

  test('and else it is', async () => {
    expect((await loadedAfter(() => Promise.resolve())).notes.get('b')).toBe('note')
  })
})
