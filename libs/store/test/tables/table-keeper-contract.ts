import type { FaultyDisk } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import type { TableKeeper } from '../../src/tables/table-keeper'
import { NoteTable, contentOf } from './note-table'

/** Where a keeper works: `open` begins a process on what the one before left. */
export interface KeeperWorld {
  open(table: NoteTable): TableKeeper
}

interface Opened {
  readonly table: NoteTable
  readonly keeper: TableKeeper
}

const change = fc.record({
  key: fc.constantFrom('a', 'b', 'ü', '%RETRY%c', ''),
  note: fc.option(fc.string({ maxLength: 20, unit: 'grapheme' })),
})
const step = fc.oneof(
  fc.record({ kind: fc.constant('change' as const), changes: fc.array(change, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constantFrom('version' as const, 'save' as const, 'restart' as const) }),
)

/** What everything does that keeps tables. */
export function tableKeeperContract(createWorld: () => KeeperWorld, { numRuns }: { readonly numRuns: number }): void {
  let world: KeeperWorld
  const opened: Opened[] = []

  async function open(): Promise<Opened> {
    const table = new NoteTable()
    const keeper = world.open(table)
    await keeper.load()
    opened.push({ table, keeper })
    return { table, keeper }
  }

  async function reopened({ keeper }: Opened): Promise<Opened> {
    await keeper.close()
    return open()
  }

  beforeEach(() => {
    world = createWorld()
  })

  afterEach(async () => {
    for (const { keeper } of opened.splice(0)) await keeper.close()
  })

  test('where nothing was saved the table stays as it is', async () => {
    const first = await open()
    const next = await reopened(first)
    expect(contentOf(next.table)).toEqual(contentOf(new NoteTable()))
  })

  test('what was put, changed and deleted is there again, and so is the version', async () => {
    let at = await open()
    for (const key of ['a', 'b', 'c']) at.table.put(key, `note of ${key}`)
    await at.keeper.save()
    at.table.put('a', 'another')
    at.table.put('b', null)
    at.table.put('never', null)
    await at.keeper.save()
    at.table.bumpVersion()
    await at.keeper.save()
    const { table } = at
    at = await reopened(at)
    expect(contentOf(at.table)).toEqual(contentOf(table))
  })

  test('what the table was born with is kept, although nobody changed it', async () => {
    const at = await open()
    at.table.put('a', 'note')
    await at.keeper.save()
    await at.keeper.close()
    const table = new NoteTable()
    table.notes.clear()
    const keeper = world.open(table)
    await keeper.load()
    opened.push({ table, keeper })
    expect(table.notes.get('born')).toBe('with it')
  })

  test('those who ask while a save is under way are served by the next, with the newest content', async () => {
    const at = await open()
    at.table.put('a', '1')
    const first = at.keeper.save()
    at.table.put('a', '2')
    const second = at.keeper.save()
    at.table.put('b', '3')
    await Promise.all([first, second, at.keeper.save()])
    expect(contentOf((await reopened(at)).table)).toEqual(contentOf(at.table))
  })

  test('a stop may be told twice', async () => {
    const at = await open()
    at.table.put('a', 'note')
    for (let count = 0; count < 2; count += 1) {
      await at.keeper.save()
      await at.keeper.close()
    }
    expect(contentOf((await open()).table)).toEqual(contentOf(at.table))
  })

  test('a table is what it was when it was saved last, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
        world = createWorld()
        let at = await open()
        await at.keeper.save()
        let saved = contentOf(at.table)
        for (const each of [...steps, { kind: 'restart' } as const]) {
          if (each.kind === 'change') for (const { key, note } of each.changes) at.table.put(key, note)
          else if (each.kind === 'version') at.table.bumpVersion()
          else if (each.kind === 'save') {
            await at.keeper.save()
            saved = contentOf(at.table)
          } else {
            at = await reopened(at)
            expect(contentOf(at.table)).toEqual(saved)
          }
        }
        await at.keeper.close()
      }),
      { numRuns },
    )
  })
}

/** What everything does that keeps tables on a disk that fails. */
export function faultyDiskContract(createWorld: () => { readonly disk: FaultyDisk } & KeeperWorld): void {
  async function openIn(world: KeeperWorld): Promise<Opened> {
    const table = new NoteTable()
    const keeper = world.open(table)
    await keeper.load()
    return { table, keeper }
  }

  test.each(['SIGKILL', 'loss of power'])(
    '%s at any step of a save leaves what was kept before, or all of it',
    async how => {
      for (let step = 1, isDone = false; !isDone; step += 1) {
        const world = createWorld()
        const { disk } = world
        const { table, keeper } = await openIn(world)
        table.put('a', 'old')
        table.put('b', 'old')
        await keeper.save()
        const before = contentOf(table)
        table.put('a', 'new')
        table.put('b', null)
        table.put('c', 'new')
        disk.killAtNth(step, 5)
        isDone = await keeper.save().then(
          () => true,
          () => false,
        )
        disk.fault = () => null
        if (how === 'SIGKILL') disk.kill()
        else disk.losePower()
        const found = contentOf((await openIn(world)).table)
        expect(isDone ? [contentOf(table)] : [before, contentOf(table)]).toContainEqual(found)
      }
    },
  )

  test('a save that fails is told to who asked, and the next one has what it did not keep', async () => {
    const world = createWorld()
    const { table, keeper } = await openIn(world)
    for (const key of ['a', 'b', 'c']) {
      table.put(key, `note of ${key}`)
      world.disk.fault = ({ kind }) => (kind === 'write' ? { code: 'ENOSPC', takenBytes: 3 } : null)
      for (let time = 0; time < 2; time += 1) await expect(keeper.save()).rejects.toThrow('ENOSPC')
      world.disk.fault = () => null
      table.put('d', key)
      await keeper.save()
      world.disk.fault = () => ({ code: 'EIO' })
      await keeper.save() // nothing has changed
      world.disk.fault = () => null
    }
    world.disk.losePower()
    expect(contentOf((await openIn(world)).table)).toEqual(contentOf(table))
  })
}
