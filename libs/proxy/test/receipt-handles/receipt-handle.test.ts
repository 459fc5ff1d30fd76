import fc from 'fast-check'
import { InvalidReceiptHandleError } from '../../src/messaging/refusals'
import {
  decodeReceiptHandle,
  encodeReceiptHandle,
  extraInfoOf,
  ofLiteTopic,
  requireValidHandle,
  storedTopicOf,
} from '../../src/receipt-handles/receipt-handle'

const handle = {
  startOffset: 5,
  popTime: 1_700_000_000_000,
  invisibleTime: 60_000,
  reviveQueueId: 3,
  retryFlag: 0,
  brokerName: 'broker-a',
  queueId: 2,
  queueOffset: 7,
  physicalOffset: 4096,
  liteTopic: null,
}

test('a handle is written as brokers and clients know it', () => {
  expect(encodeReceiptHandle(handle)).toBe('5 1700000000000 60000 3 0 broker-a 2 7 4096')
  expect(extraInfoOf(handle)).toBe('5 1700000000000 60000 3 0 broker-a 2 7')
})

test('a handle from a lite topic says which, unless its consumer has to', () => {
  const text = '5 1700000000000 60000 3 0 broker-a 2 7 4096'
  const lite = { ...handle, liteTopic: 'chat-1' }
  expect(encodeReceiptHandle(lite)).toBe(`${text} chat-1`)
  expect(extraInfoOf(lite)).toBe('5 1700000000000 60000 3 0 broker-a 2 7')
  expect(ofLiteTopic(decodeReceiptHandle(text), 'chat-1')).toEqual(lite)
  expect(ofLiteTopic(lite, 'chat-2')).toEqual(lite)
  expect([null, undefined, ''].map(none => ofLiteTopic(handle, none))).toEqual([handle, handle, handle])
})

test('a handle of eight parts says nothing of the physical offset', () => {
  expect(decodeReceiptHandle('5 1700000000000 60000 3 0 broker-a 2 7')).toEqual({ ...handle, physicalOffset: -1 })
})

test('any handle comes back as it was written', () => {
  const number = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 })
  const handles = fc.record({
    startOffset: number,
    popTime: number,
    invisibleTime: number,
    reviveQueueId: number,
    retryFlag: fc.nat({ max: 2 }),
    brokerName: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
    queueId: number,
    queueOffset: number,
    physicalOffset: number,
    liteTopic: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]( ?[A-Za-z0-9_-]){0,20}$/)),
  })
  fc.assert(fc.property(handles, each => expect(decodeReceiptHandle(encodeReceiptHandle(each))).toEqual(each)))
})

test.each([
  ['nothing', ''],
  ['too few parts', '5 1700000000000 60000 3 0 broker-a 2'],
  ['a word for a number', '5 now 60000 3 0 broker-a 2 7'],
  ['no broker', '5 1700000000000 60000 3 0  2 7'],
  ['a retry flag that there is not', '5 1700000000000 60000 3 3 broker-a 2 7'],
  ['a number no offset can have', '5 1700000000000 60000 3 0 broker-a 2 99999999999999999999'],
])('a handle is refused that has %s', (_what, text) => {
  expect(() => decodeReceiptHandle(text)).toThrow(InvalidReceiptHandleError)
})

test('no text makes reading a handle fail in another way', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), text => {
      try {
        decodeReceiptHandle(text)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidReceiptHandleError)
      }
    }),
  )
})

test('a handle is expired from the moment that others get the message', () => {
  const text = encodeReceiptHandle(handle)
  const visibleAtMs = handle.popTime + handle.invisibleTime
  expect(requireValidHandle(text, visibleAtMs - 1)).toEqual(handle)
  expect(() => requireValidHandle(text, visibleAtMs)).toThrow(/expired/)
})

test('a message lies on its topic, or on a retry topic of either spelling', () => {
  const topics = [0, 1, 2].map(retryFlag => storedTopicOf({ retryFlag }, 'Orders', 'billing'))
  expect(topics).toEqual(['Orders', '%RETRY%billing_Orders', '%RETRY%billing+Orders'])
})
