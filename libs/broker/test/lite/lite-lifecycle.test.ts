import { LiteRoom } from '../support/lite-room'

const MINUTE_MS = 60_000

let room: LiteRoom
beforeEach(async () => {
  room = new LiteRoom({ minLiteTTl: String(2 * MINUTE_MS), liteTtlCheckInterval: String(MINUTE_MS) })
  await room.start()
})
afterEach(() => room.stop())

/** Minutes after which lite topics of P go. */
function expire(minutes: number): void {
  const attributes = new Map([
    ['message.type', 'LITE'],
    ['lite.topic.expiration', String(minutes)],
  ])
  room.topics.put({ ...room.topics.find('P')!, attributes })
}

const hours = (count: number): Promise<void> => room.advance(count * 60 * MINUTE_MS)
const liteQueues = (): readonly string[] => room.store.topics().filter(name => name.startsWith('%LMQ%'))

test('a lite topic without messages for as long as its parent says is deleted, with offsets and subscriptions', async () => {
  expire(10)
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'] })
  await room.send('a', 'a0')
  const [message] = await room.pop()
  await room.ack(message!)
  await room.advance(7 * MINUTE_MS)
  await room.subscribe('COMPLETE_ADD', { liteTopics: ['a', 'b'] })
  await room.send('b', 'b0')
  await room.advance(4 * MINUTE_MS)
  expect(liteQueues()).toEqual(['%LMQ%$P$b'])
  expect(room.offsets.query('G', '%LMQ%$P$a', 0)).toBe(-1)
  expect(room.lite.liteSubscriptions.subscribersOf('%LMQ%$P$a').size).toBe(0)
  expect(room.store.maxOffset('P', 0)).toBe(2)
})

test('a lite topic that is sent to again after its deletion begins with its first message', async () => {
  expire(5)
  await room.send('a', 'a0', 'a1')
  await room.advance(10 * MINUTE_MS)
  await room.send('a', 'a2')
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  expect(await room.pop()).toMatchObject([{ body: 'a2', offset: 0 }])
})

test.each([-1, 0])('with an expiration of %s lite topics stay', async minutes => {
  expire(minutes)
  await room.send('a', 'a0')
  await hours(2)
  expect(liteQueues()).toEqual(['%LMQ%$P$a'])
})

test("more minutes than Java's 32 bits have milliseconds for are as long as they are", async () => {
  expire(40_000)
  await room.send('a', 'a0')
  await hours(2)
  expect(liteQueues()).toEqual(['%LMQ%$P$a'])
})

test('lite topics of a topic that is none of theirs stay', async () => {
  room.topics.put({ ...room.topics.find('P')!, attributes: new Map([['lite.topic.expiration', '1']]) })
  await room.send('a', 'a0')
  await hours(1)
  await room.lite.liteLifecycle.deleteAllOf('P')
  expect(liteQueues()).toEqual(['%LMQ%$P$a'])
})

test('all lite topics go with their parent, and no others', async () => {
  await room.send('a', 'a0')
  await room.send('b', 'b0')
  await room.lite.liteLifecycle.deleteAllOf('Other')
  expect(liteQueues()).toHaveLength(2)
  await room.lite.liteLifecycle.deleteAllOf('P')
  expect(liteQueues()).toEqual([])
})
