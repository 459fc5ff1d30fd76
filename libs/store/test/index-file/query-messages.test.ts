import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore } from '../../src'
import { configOf, createStoreOf, put, startStore } from '../store-fixture'
import { SMALL_INDEX, find, keyedMessage } from './index-fixture'

const clock = new FakeClock()
let store: MessageStore

async function send(text: string, keyed: Parameters<typeof keyedMessage>[1], values = {}): Promise<number> {
  return (await put(store, keyedMessage(text, keyed, values))).storeTimestamp
}

beforeEach(async () => {
  store = await startStore(SMALL_INDEX, new FaultyDisk().process(), clock)
})
afterEach(() => store.stop())

test('a message is found by its unique key, each of its keys, and its tags', async () => {
  await send('a', { uniqueKey: 'U1', keys: 'K1 K2', tags: 'TagA' })
  await send('b', { uniqueKey: 'U2', keys: 'K2', tags: 'TagB' })
  expect(await find(store, 'U1')).toEqual(['a'])
  expect(await find(store, 'K1')).toEqual(['a'])
  expect(await find(store, 'K2')).toEqual(['a', 'b'])
  expect(await find(store, 'TagB', { keyType: 'TAG' })).toEqual(['b'])
  expect(await find(store, 'T#TagB')).toEqual(['b'])
  expect(await find(store, 'TagA')).toEqual([])
  expect(await find(store, 'K1', { topic: 'TopicB' })).toEqual([])
  expect(await find(store, 'K1', { keyType: 'TAG' })).toEqual([])
})

test('a message that only has the hash of the key is not the answer', async () => {
  await send('a', { keys: 'Aa' })
  await send('b', { keys: 'BB' })
  expect([await find(store, 'Aa'), await find(store, 'BB')]).toEqual([['a'], ['b']])
  expect(await find(store, 'C#')).toEqual([])
})

test('a message that has its key twice is found once', async () => {
  await send('a', { uniqueKey: 'same', keys: 'same other same' })
  expect(await find(store, 'same')).toEqual(['a'])
})

test('the newest are the answer, in the order in which they came, over all files', async () => {
  for (let number = 0; number < 100; number += 1) await send(`${number}`, { uniqueKey: `U${number}`, keys: 'K' })
  const all = Array.from({ length: 100 }, (_, number) => `${number}`)
  expect(await find(store, 'K', { countMax: 5 })).toEqual(all.slice(95))
  expect(await find(store, 'K', { countMax: 1000 })).toEqual(all.slice(36))
  for (const number of [0, 1, 50, 99]) expect(await find(store, `U${number}`)).toEqual([`${number}`])
})

test('times are exact to the millisecond, both ends included', async () => {
  const times: number[] = []
  for (let number = 0; number < 40; number += 1) {
    times.push(await send(`${number}`, { keys: 'K' }))
    clock.advance(number % 3 === 0 ? 2 : 700)
  }
  const all = times.map((_, number) => `${number}`)
  for (const [from, until] of [
    [0, 0],
    [3, 3],
    [5, 17],
    [38, 39],
  ] as const) {
    // prettier-ignore
    const window = { beginTimestamp: times[from] as number, endTimestamp: times[until] as number }
    expect(await find(store, 'K', window)).toEqual(all.slice(from, until + 1))
  }
  const beforeAll = { beginTimestamp: 0, endTimestamp: (times[0] as number) - 1 }
  expect(await find(store, 'K', beforeAll)).toEqual([])
  const old = { beginTimestamp: 0, endTimestamp: times[10] as number, countMax: 2 }
  expect(await find(store, 'K', old)).toEqual(['9', '10'])
})

test('an answer says how far the index is, and nothing found says 0', async () => {
  await send('a', { keys: 'K' })
  const { physicalOffset, storeTimestamp } = await put(store, keyedMessage('b', { keys: 'L' }))
  const query = { topic: 'TopicA', keyType: 'KEY', countMax: 9, beginTimestamp: 0, endTimestamp: 9e18 } as const
  const found = await store.queryMessages({ ...query, key: 'K' })
  expect(found).toMatchObject({
    indexLastUpdateTimestamp: storeTimestamp,
    indexLastUpdatePhysicalOffset: physicalOffset,
  })
  const nothing = { records: [], indexLastUpdateTimestamp: 0, indexLastUpdatePhysicalOffset: 0 }
  expect(await store.queryMessages({ ...query, key: 'none' })).toEqual(nothing)
})

test('one answer stays below what clients take, and holds at least one message', async () => {
  const config = configOf({ maxMessageSize: 20_000_000, maxHashSlotNum: 7, maxIndexNum: 12 })
  const large = createStoreOf({ ...config, storePathRootDir: '/large' }, new FaultyDisk().process(), clock)
  await large.start()
  const sizes = [9_000_000, 9_000_000, 5_000_000]
  for (const size of sizes) await put(large, keyedMessage('x'.repeat(size), { keys: 'K' }))
  expect((await find(large, 'K')).map(({ length }) => length)).toEqual([9_000_000, 5_000_000])
  await put(large, keyedMessage('x'.repeat(16_000_000), { keys: 'K' }))
  expect((await find(large, 'K')).map(({ length }) => length)).toEqual([16_000_000])
  await large.stop()
})

test('reading can be switched off', async () => {
  const config = configOf({ ...SMALL_INDEX, indexFileReadEnable: false })
  const other = createStoreOf(config, new FaultyDisk().process(), clock)
  await other.start()
  await put(other, keyedMessage('a', { keys: 'K' }))
  expect(await find(other, 'K')).toEqual([])
  config.indexFileReadEnable = true
  expect(await find(other, 'K')).toEqual(['a'])
  await other.stop()
})

test('a store that is not running refuses queries', async () => {
  const other = createStoreOf(configOf(SMALL_INDEX), new FaultyDisk().process(), clock)
  await expect(find(other, 'K')).rejects.toThrow('the store is not running')
})
