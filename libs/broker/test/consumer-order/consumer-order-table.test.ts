import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { defaultSubscriptionGroupConfig, orderCountInfo, orderInfoTableJson } from '@rocketmq-ts/protocol'
import fc from 'fast-check'
import { brokerConfigSchema } from '../../src/broker-config'
import { ConsumerOrderTable } from '../../src/consumer-order/consumer-order-table'
import type { GroupQueue } from '../../src/consumer-order/consumer-order-table'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { topicConfigOf } from '../../src/topics/topic-config'

interface GoldenState {
  readonly file: string
  readonly next: number
  readonly orderCountInfo: string | null
}

/** Recorded from Java 5.5.0's classes by tools/conformance/golden. */
const { orderInfos: golden } = JSON.parse(
  readFileSync(join(__dirname, '../../../protocol/test/golden/pop.json'), 'utf8'),
) as { readonly orderInfos: readonly GoldenState[] }

const POP_TIME = 1_700_000_000_000
const queue: GroupQueue = { topic: 'TopicA', group: 'GroupA', queueId: 3 }

function setUp() {
  const clock = new FakeClock(POP_TIME)
  const offsets = new ConsumerOffsetTable(brokerConfigSchema.parse({}), { clock, log: silentLog })
  const topics = {
    find: (name: string) => (name === 'TopicA' ? topicConfigOf({ topicName: name, readQueueNums: 4 }) : null),
  }
  const groups = { find: (name: string) => (name === 'GroupA' ? defaultSubscriptionGroupConfig(name) : null) }
  const orders = new ConsumerOrderTable({ clock, offsets, topics, groups })
  const free: GroupQueue[] = []
  orders.onFree(freed => free.push(freed))
  const pop = (attemptId: string | null, popTime: number, popped: readonly number[]): string =>
    orderCountInfo(queue, popped, orders.popped(queue, { attemptId, popTime, invisibleTime: 60_000, offsets: popped }))
  const ack = (offset: number, popTime: number) => orders.acknowledge({ ...queue, offset, popTime }, '10.0.0.1:5')
  const text = () => orderInfoTableJson.encode(orders.content(), { pretty: true }).toString()
  return { clock, offsets, orders, free, pop, ack, text, committed: () => offsets.query('GroupA', 'TopicA', 3) }
}

test('the file is what Java writes, pop after pop and ack after ack', () => {
  const { orders, offsets, pop, ack, text, committed } = setUp()
  offsets.commit({ ...queue, offset: 7 })
  const seen: GoldenState[] = []
  const look = (counts: string | null, next = -1) => seen.push({ file: text(), next, orderCountInfo: counts })
  look(pop(null, POP_TIME, [7]))
  look(pop('attempt-1', POP_TIME + 1, [7, 8, 11]))
  look(pop('attempt-1', POP_TIME + 2, [7, 8, 11]))
  ack(8, POP_TIME + 2)
  look(null, committed())
  orders.changeVisibleTime({ ...queue, offset: 7, popTime: POP_TIME + 2 }, POP_TIME + 9_000)
  look(null)
  ack(7, POP_TIME + 2)
  look(null, committed())
  look(pop('attempt-2', POP_TIME + 3, [11, 12]))
  ack(9, POP_TIME + 3) // before the committed offset: Java's table is not even asked
  expect(() => ack(13, POP_TIME + 3)).toThrow(
    'offset is illegal, key:TopicA@GroupA@3, old:11, commit:13, next:-1, /10.0.0.1:5',
  )
  look(null)
  ack(11, POP_TIME + 2)
  look(null, committed() === 11 ? -2 : committed())
  look(pop(null, POP_TIME + 4, [11, 12]))
  expect(seen).toEqual(golden)
})

test.each(golden.map(({ file }) => file))('what Java wrote is read and written again as it was (%#)', file => {
  const { orders, text } = setUp()
  orders.restore(orderInfoTableJson.decode(file))
  expect(text()).toBe(file)
})

test('what is written is read again, whatever was popped and acknowledged', () => {
  const offsets = fc.uniqueArray(fc.nat({ max: 2 ** 40 }), { minLength: 1, maxLength: 32 })
  const batch = offsets.map(list => [...list].sort((a, b) => a - b))
  fc.assert(
    fc.property(batch, fc.option(fc.string()), fc.array(fc.nat(31)), (popped, attemptId, acked) => {
      const one = setUp()
      one.offsets.commit({ ...queue, offset: 0 })
      one.pop(attemptId, POP_TIME, popped)
      for (const index of acked) one.ack(popped[index % popped.length] as number, POP_TIME)
      const other = setUp()
      other.orders.restore(orderInfoTableJson.decode(one.text()))
      expect(other.text()).toBe(one.text())
    }),
  )
})

test.each(['', '[]', '{"table":7}', '{"table":{"TopicA@GroupA":[]}}', '{"table":{"TopicA@GroupA":{0:{"o":"x"}}}}'])(
  'a file of %j is refused',
  text => {
    expect(() => orderInfoTableJson.decode(text)).toThrow()
  },
)

test('a file that says odd things blocks nothing for ever', () => {
  const { orders, clock } = setUp()
  const odd = '{"table":{"TopicA@GroupA":{3:{"o":[],"popTime":9},2:{}},"TopicA":{0:{}},"a@b@c":{0:{"o":[1]}}}}'
  orders.restore(orderInfoTableJson.decode(odd))
  for (const queueId of [2, 3]) expect(orders.isBlocked({ ...queue, queueId }, null)).toBe(false)
  const later = `{"table":{"TopicA@GroupA":{3:{"o":[5],"i":1000,"popTime":${POP_TIME + 5_000}}}}}`
  orders.restore(orderInfoTableJson.decode(later))
  expect(orders.isBlocked(queue, null)).toBe(true)
  clock.advance(6_000)
  expect(orders.isBlocked(queue, null)).toBe(false)
})

test('a queue is free at the moment at which its last open message is', () => {
  const { orders, clock, free, pop, ack, offsets } = setUp()
  offsets.commit({ ...queue, offset: 7 })
  pop(null, POP_TIME, [7, 8, 9])
  orders.changeVisibleTime({ ...queue, offset: 8, popTime: POP_TIME }, POP_TIME + 90_000)
  clock.advance(60_000)
  expect([free.length, orders.isBlocked(queue, null)]).toEqual([0, true])
  ack(8, POP_TIME)
  expect([free.length, orders.isBlocked(queue, null)]).toEqual([1, false])
  pop(null, POP_TIME + 60_000, [7, 9])
  clock.advance(59_999)
  expect(free).toHaveLength(1)
  clock.advance(1)
  expect(free).toEqual([queue, queue])
})

test('an ack of which the pop is forgotten commits no more than what comes next', () => {
  const { ack, committed, offsets } = setUp()
  offsets.commit({ ...queue, offset: 7 })
  ack(9, POP_TIME)
  expect(committed()).toBe(7)
  ack(7, POP_TIME)
  expect(committed()).toBe(8)
})

test('an operator who sets a group back is not undone by an ack', () => {
  const { ack, committed, offsets, pop } = setUp()
  offsets.commit({ ...queue, offset: 7 })
  pop(null, POP_TIME, [7, 8])
  offsets.assignResetOffset({ ...queue, offset: 2 })
  ack(7, POP_TIME)
  expect(committed()).toBe(2)
})

test('deleted topics and groups, lost queues and idle ones are forgotten', () => {
  const { orders, clock } = setUp()
  const batch = { attemptId: null, popTime: POP_TIME, invisibleTime: 1_000, offsets: [1] }
  for (const gone of [{ topic: 'TopicB' }, { group: 'GroupB' }, { queueId: 4 }])
    orders.popped({ ...queue, ...gone }, batch)
  orders.popped(queue, batch)
  orders.forgetUnused()
  expect([...orders.content().table]).toMatchObject([['TopicA@GroupA', new Map([[3, { o: [1] }]])]])
  clock.advance(24 * 3600 * 1000 + 1)
  orders.forgetUnused()
  expect(orders.content().table.size).toBe(0)
})
