import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { MessageSysFlag } from '@rocketmq-ts/protocol'
import type { MessageStore } from '../../src'
import { ROOT, configOf, createStoreOf, messageOf, put, startStore } from '../store-fixture'
import { INDEX, SMALL_INDEX, find, indexFiles, keyedMessage, settle } from './index-fixture'

async function send(store: MessageStore, from: number, until: number, values = {}): Promise<void> {
  for (let number = from; number < until; number += 1) {
    const message = keyedMessage(`${number}`, { uniqueKey: `U${number}` }, values)
    expect(await put(store, message)).toMatchObject({ status: 'PUT_OK' })
  }
}

async function found(store: MessageStore, until: number): Promise<number> {
  let count = 0
  for (let number = 0; number < until; number += 1) count += (await find(store, `U${number}`)).length
  return count
}

test('a store without keys has no index file', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  await put(store, messageOf())
  await store.stop()
  expect([disk.folders.has(INDEX), indexFiles(disk)]).toEqual([false, []])
})

test('half messages are found though no queue shows them', async () => {
  const store = await startStore(SMALL_INDEX, new FaultyDisk().process(), new FakeClock())
  await send(store, 0, 3, { sysFlag: MessageSysFlag.TRANSACTION_PREPARED })
  expect(await found(store, 3)).toBe(3)
  await store.stop()
})

test.each(['write', 'open', 'truncate'] as const)('a %s that fails costs no message', async kind => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL_INDEX, disk.process(), clock)
  await send(store, 0, 5)
  await settle(clock, 1000)
  disk.fault = operation => (operation.kind === kind && operation.path.startsWith(INDEX) ? { code: 'EIO' } : null)
  await send(store, 5, 40)
  await settle(clock, 1000)
  await expect(find(store, 'U1')).rejects.toThrow('messages cannot be found by key now')
  await settle(clock, 10_000)
  disk.fault = () => null
  await send(store, 40, 50)
  for (let attempt = 0; attempt < 10; attempt += 1) await settle(clock, 10_000)
  expect(await found(store, 50)).toBe(50)
  await store.stop()
  expect(disk.contents.has(`${ROOT}/abort`)).toBe(false)
})

test('an index that cannot be closed is mended by the next start', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  await send(store, 0, 5)
  disk.fault = ({ kind, path }) => (kind === 'write' && path.startsWith(INDEX) ? { code: 'ENOSPC' } : null)
  await store.stop()
  expect(disk.contents.has(`${ROOT}/abort`)).toBe(true)
  disk.fault = () => null
  const restarted = await startStore(SMALL_INDEX, disk.process(), new FakeClock())
  expect(await found(restarted, 5)).toBe(5)
  await restarted.stop()
})

test('an index that cannot be opened does not keep the store from starting', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL_INDEX, disk.process(), clock)
  await send(store, 0, 5)
  await store.stop()
  const process = disk.process()
  disk.fault = ({ kind, path }) => (kind === 'read' && path.startsWith(INDEX) ? { code: 'EIO' } : null)
  const restarted = await startStore(SMALL_INDEX, process, clock)
  await send(restarted, 5, 8)
  disk.fault = () => null
  for (let attempt = 0; attempt < 3; attempt += 1) await settle(clock, 10_000)
  expect(await found(restarted, 8)).toBe(8)
  await restarted.stop()
})

test('what came while the index was switched off is indexed when it is on again', async () => {
  const config = configOf(SMALL_INDEX)
  const clock = new FakeClock()
  const disk = new FaultyDisk()
  const store = createStoreOf(config, disk.process(), clock)
  await store.start()
  await send(store, 0, 3)
  expect(await found(store, 3)).toBe(3)
  config.messageIndexEnable = false
  await send(store, 3, 6)
  expect(await found(store, 6)).toBe(3)
  config.messageIndexEnable = true
  await settle(clock, 1000)
  expect(await found(store, 6)).toBe(6)
  await store.stop()
})

test('a log that is far ahead is indexed while the store serves', async () => {
  const values = { ...SMALL_INDEX, mappedFileSizeCommitLog: 32 * 1024 ** 2, hotTailBytes: 1024 ** 2 }
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const first = await startStore({ ...values, messageIndexEnable: false }, disk.process(), clock)
  for (let number = 0; number < 24; number += 1) {
    await put(first, keyedMessage('x'.repeat(3_000_000), { uniqueKey: `U${number}` }))
  }
  await first.stop()
  const store = await startStore(values, disk.process(), clock)
  expect(await found(store, 24)).toBe(0)
  await send(store, 24, 26)
  for (let turn = 0; turn < 400 && (await found(store, 26)) < 26; turn += 1) await settle(clock, 100)
  expect(await found(store, 26)).toBe(26)
  await store.stop()
})
