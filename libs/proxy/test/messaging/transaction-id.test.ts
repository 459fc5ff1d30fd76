import fc from 'fast-check'
import { InvalidTransactionIdError } from '../../src/messaging/refusals'
import { decodeTransactionId, encodeTransactionId } from '../../src/messaging/transaction-id'

test('any place of a half message comes back from its transaction id', () => {
  const name = fc.stringMatching(/^[%A-Za-z0-9_+-]{1,40}$/)
  const offset = fc.nat({ max: Number.MAX_SAFE_INTEGER })
  const places = fc.record({
    brokerName: name,
    topic: name,
    messageId: fc.string({ maxLength: 60, unit: 'grapheme' }),
    queueOffset: offset,
    physicalOffset: offset,
  })
  fc.assert(fc.property(places, place => expect(decodeTransactionId(encodeTransactionId(place))).toEqual(place)))
})

const idOf = (text: string): string => Buffer.from(text).toString('base64url')

test.each([
  ['nothing', ''],
  ['a message id', '01AC1100010A2B0E3C0668A2F000000000'],
  ['another version', idOf('t2 broker-a Orders 1 2 id')],
  ['no topic', idOf('t1 broker-a  1 2 id')],
  ['an offset below zero', idOf('t1 broker-a Orders -1 2 id')],
  ['an offset that no number holds', idOf('t1 broker-a Orders 1 9999999999999999 id')],
])('a transaction id is refused that is %s', (_what, id) => {
  expect(() => decodeTransactionId(id)).toThrow(InvalidTransactionIdError)
})
