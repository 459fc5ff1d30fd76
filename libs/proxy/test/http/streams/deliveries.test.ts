import { FakeClock } from '@rocketmq-ts/base/testing'
import { encodeReceiptHandle } from '../../../src/receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../../../src/receipt-handles/receipt-handle'
import { Deliveries } from '../../../src/http/streams/deliveries'

const INVISIBLE_MS = 10_000

function held() {
  const clock = new FakeClock()
  const deliveries = new Deliveries(clock)
  const messages = deliveries.open()
  const handleOf = (queueOffset: number, invisibleTime = INVISIBLE_MS): ReceiptHandle => ({
    ...{ startOffset: 0, popTime: clock.nowMs(), invisibleTime, reviveQueueId: 0, retryFlag: 0, brokerName: 'b' },
    ...{ queueId: 0, queueOffset, physicalOffset: 9, liteTopic: null },
  })
  const hold = (handle: ReceiptHandle): string => {
    messages.hold({ group: 'g', topic: 't', handle })
    return encodeReceiptHandle(handle)
  }
  return { clock, deliveries, messages, handleOf, hold }
}

test('a message counts until it is settled', async () => {
  const { deliveries, messages, handleOf, hold } = held()
  const handle = hold(handleOf(1))
  hold(handleOf(2))
  expect(messages.count()).toBe(2)
  const changed = messages.change()
  deliveries.settled(handle)
  await changed
  expect(messages.count()).toBe(1)
})

test('a message whose time is over counts no more, and whoever waits is told', async () => {
  const { clock, messages, handleOf, hold } = held()
  hold(handleOf(1))
  const changed = messages.change()
  clock.advance(INVISIBLE_MS)
  await changed
  expect(messages.count()).toBe(0)
  expect(messages.takeAll()).toEqual([])
})

test('a message that takes longer still counts, under its new handle, and is given back by that', () => {
  const { clock, deliveries, messages, handleOf, hold } = held()
  const first = hold(handleOf(1))
  const longer = handleOf(1, 3 * INVISIBLE_MS)
  deliveries.replaced(first, longer)
  deliveries.settled(first) // it is void
  clock.advance(2 * INVISIBLE_MS)
  expect(messages.count()).toBe(1)
  expect(messages.takeAll()).toEqual([{ group: 'g', topic: 't', handle: longer }])
  expect(messages.count()).toBe(0)
})

test('what one stream has is nothing to another', () => {
  const { deliveries, messages, handleOf, hold } = held()
  const other = deliveries.open()
  const handle = hold(handleOf(1))
  expect(other.count()).toBe(0)
  deliveries.settled('no such handle')
  deliveries.settled(handle)
  expect(messages.count()).toBe(0)
})
