import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import type { MessageStore, PutMessageResult } from '../../src'
import { ROOT, STORE_HOST, configOf, createStore, endOfTurn, put, startStore } from '../store-fixture'
import { createFileMessageStore } from '../../src'
import { INDEX, SMALL_INDEX, bytesOf, find, indexFiles, keyedMessage, rebuiltIndex, settle } from './index-fixture'

/** What lies between two starts. */
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('send' as const), keyCount: fc.nat(5), bodyBytes: fc.nat(3000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 1000, 60_000) }) },
)
const session = fc.record({
  steps: fc.array(step, { maxLength: 30 }),
  /** With which operation on the disk the process dies, if not at the end, and what of a write then happens. */
  death: fc.option(fc.record({ operation: fc.integer({ min: 1, max: 120 }), takenBytes: fc.nat(500) })),
  end: fc.constantFrom('stop', 'kill', 'power' as const),
})
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never

class Senders {
  readonly sent = new Map<string, boolean>()
  private count = 0

  send(store: MessageStore, keyCount: number, bodyBytes: number): void {
    const name = `m${this.count}`
    const keys = Array.from({ length: keyCount }, (_, index) => `k${(this.count + index) % 4}`).join(' ')
    this.count += 1
    this.sent.set(name, false)
    const message = keyedMessage(name.padEnd(bodyBytes, '.'), { uniqueKey: name, keys, tags: 'TagA' })
    const onPut = ({ status }: PutMessageResult): void => {
      if (status === 'PUT_OK') this.sent.set(name, true)
    }
    store.put(message, { onPut })
  }

  /** Every acknowledged message is found by its unique key, once. */
  async check(store: MessageStore): Promise<void> {
    for (const [name, isAcknowledged] of this.sent) {
      const found = await find(store, name)
      if (isAcknowledged) expect([name, found.length]).toEqual([name, 1])
      if (found.length === 0) this.sent.delete(name)
      else this.sent.set(name, true)
    }
  }
}

async function runSession(disk: FaultyDisk, { steps, death, end }: Session, senders: Senders): Promise<void> {
  const clock = new FakeClock()
  const config = { ...SMALL_INDEX, flushDiskType: 'SYNC_FLUSH' as const }
  const store = createStore(config, disk.process(), clock)
  if (death !== null) disk.killAtNth(death.operation, death.takenBytes)
  const isStarted = await store.start().then(
    () => true,
    () => false,
  )
  if (isStarted) {
    if (death === null) await senders.check(store)
    for (const each of steps) {
      if (each.kind === 'send') senders.send(store, each.keyCount, each.bodyBytes)
      else await settle(clock, each.kind === 'time' ? each.ms : 0)
    }
    await endOfTurn()
  }
  if (end === 'stop' && death === null) await store.stop()
  else if (end === 'power') disk.losePower((_, page) => page % 3 === steps.length % 3)
  else disk.kill()
  disk.fault = () => null
}

test('after every crash each message is found, and the index is what it is when made anew', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 5 }), async sessions => {
      const disk = new FaultyDisk()
      const senders = new Senders()
      for (const each of sessions) await runSession(disk, each, senders)
      const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
      await senders.check(store)
      await store.stop()
      expect(indexFiles(disk).map(file => bytesOf(disk, file))).toEqual(await rebuiltIndex(SMALL_INDEX, disk))
    }),
    { numRuns: 60 },
  )
})

/** A disk on which a store with these messages was stopped or killed. */
async function left(how: 'stopped' | 'killed', count: number): Promise<FaultyDisk> {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL_INDEX, disk.process(), clock)
  for (let number = 0; number < count; number += 1) {
    await put(store, keyedMessage(`${number}`, { uniqueKey: `U${number}`, keys: 'K' }))
  }
  await settle(clock, 1000)
  if (how === 'stopped') await store.stop()
  else disk.kill()
  return disk
}

async function findsAll(store: MessageStore, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) expect(await find(store, `U${number}`)).toEqual([`${number}`])
}

function logging(warnings: string[]): typeof silentLog {
  const log = { ...silentLog, warn: (_: object, text: string) => void warnings.push(text), child: () => log }
  return log
}

async function startLogging(disk: FaultyDisk, warnings: string[]): Promise<MessageStore> {
  const store = createFileMessageStore(configOf(SMALL_INDEX), {
    clock: new FakeClock(),
    disk: disk.process(),
    log: logging(warnings),
    storeHost: STORE_HOST,
    delayMsOfLevel: () => 0,
  })
  await store.start()
  return store
}

test('a killed store has its index again, where Java drops its only file', async () => {
  const disk = await left('killed', 9)
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  await findsAll(store, 9)
  expect(await find(store, 'K')).toHaveLength(9)
  await store.stop()
  expect(indexFiles(disk).length).toBe(2)
})

test('an index that is lost is made again', async () => {
  const disk = await left('stopped', 30)
  const before = indexFiles(disk).map(file => bytesOf(disk, file))
  disk.process().remove(INDEX)
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  await findsAll(store, 30)
  await store.stop()
  expect(indexFiles(disk).map(file => bytesOf(disk, file))).toEqual(before)
})

test('a flipped bit costs one key of one message at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.nat(8 * 200), async (fileIndex, bit) => {
      const disk = await left('stopped', 16)
      const process = disk.process()
      process.writeText(`${ROOT}/abort`, '1')
      process.open(`${ROOT}/checkpoint`).write(Buffer.alloc(8), 16)
      disk.flipBit(indexFiles(disk)[fileIndex] as string, (40 + 7 * 4 + 20) * 8 + bit)
      const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
      let missingCount = 0
      for (let number = 0; number < 16; number += 1) {
        const found = await find(store, `U${number}`)
        if (found.length === 0) missingCount += 1
        else expect(found).toEqual([`${number}`])
      }
      expect(missingCount).toBeLessThanOrEqual(1)
      await store.stop()
    }),
    { numRuns: 60 },
  )
})

test('entries that do not follow each other are cut off with a warning, and made again', async () => {
  const disk = await left('stopped', 5)
  const [file = ''] = indexFiles(disk)
  const before = bytesOf(disk, file)
  const process = disk.process()
  process.writeText(`${ROOT}/abort`, '1')
  process.open(file).write(Buffer.alloc(20), 40 + 7 * 4 + 20 * 4)
  const warnings: string[] = []
  const store = await startLogging(disk, warnings)
  await findsAll(store, 5)
  await store.stop()
  expect(warnings).toContain('an index file is cut and its rest made again')
  expect(bytesOf(disk, file)).toEqual(before)
})

test.each([
  ['is shorter', (size: number) => size - 100],
  ['is empty', () => 0],
  ['is longer', (size: number) => size + 20],
])('an index file that %s is made again', async (_, sizeOf) => {
  const disk = await left('stopped', 16)
  const before = indexFiles(disk).map(file => bytesOf(disk, file))
  const [first = ''] = indexFiles(disk)
  const process = disk.process()
  process.open(first).truncate(sizeOf(process.sizeBytes(first) ?? 0))
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  await findsAll(store, 16)
  await store.stop()
  expect(indexFiles(disk).map(file => bytesOf(disk, file))).toEqual(before)
})

test.each([
  ['the oldest', 0, 'stop'],
  ['the newest', -1, 'stop'],
  ['the oldest', 0, 'crash'],
  ['the newest', -1, 'crash'],
] as const)('%s index file (%i) with a header of nonsense is made again after a %s', async (_, index, end) => {
  const disk = await left('stopped', 16)
  const before = indexFiles(disk).map(file => bytesOf(disk, file))
  const process = disk.process()
  if (end === 'crash') process.writeText(`${ROOT}/abort`, '1')
  process.open(indexFiles(disk).at(index)!).write(Buffer.alloc(40, 0x7f), 0)
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  await findsAll(store, 16)
  await store.stop()
  expect(indexFiles(disk).map(file => bytesOf(disk, file))).toEqual(before)
})

test('an index that points behind the end of the log forgets what is there', async () => {
  const disk = await left('stopped', 9)
  disk.process().remove(`${ROOT}/commitlog`)
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  expect(await find(store, 'K')).toEqual([])
  await put(store, keyedMessage('new', { keys: 'K' }))
  expect(await find(store, 'K')).toEqual(['new'])
  await store.stop()
})

test('an index file from elsewhere, of another store, is made again', async () => {
  const [disk, other] = [await left('stopped', 5), await left('stopped', 16)]
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  await put(store, keyedMessage('x'.repeat(4000), { uniqueKey: 'U5' }))
  await put(store, keyedMessage('6', { uniqueKey: 'U6' }))
  await store.stop()
  const [name = ''] = indexFiles(disk)
  const [foreign = ''] = indexFiles(other)
  disk.process().open(name).write(bytesOf(other, foreign), 0)
  const restarted = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  expect(await find(restarted, 'U6')).toEqual(['6'])
  await restarted.stop()
})
