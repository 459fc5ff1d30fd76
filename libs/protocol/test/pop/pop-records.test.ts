import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  batchAckRequestJson,
  decodePopAck,
  decodePopBatchAck,
  decodePopCheckPoint,
  encodePopAck,
  encodePopBatchAck,
  encodePopCheckPoint,
  messageOffsetInfo,
  popExtraInfo,
  readPopExtraInfo,
  startOffsetInfo,
} from '../../src'

interface Golden {
  readonly checkPoints: readonly { readonly json: string }[]
  readonly acks: { readonly json: string }
  readonly batchAcks: { readonly json: string }
  readonly receipts: readonly {
    readonly topic: string
    readonly extraInfo: string
    readonly startOffsetInfo: string
    readonly msgOffsetInfo: string
  }[]
  readonly batchAckBodies: string
}

/** Recorded from Java 5.5.0's classes by tools/conformance/golden. */
const golden = JSON.parse(readFileSync(join(__dirname, '../golden/pop.json'), 'utf8')) as Golden

test.each(golden.checkPoints.map(({ json }) => json))('the check point %s is read and written as Java does', json => {
  const checkPoint = decodePopCheckPoint(Buffer.from(json))
  expect(encodePopCheckPoint(checkPoint).toString()).toBe(json)
  expect(checkPoint).toMatchObject({ group: 'GroupA', queueId: 3, startOffset: 100, popTime: 1_700_000_000_000 })
  expect(checkPoint.offsets[0]).toBe(100)
})

test('an ack and a batch of acks are read and written as Java does', () => {
  const ack = decodePopAck(Buffer.from(golden.acks.json))
  expect(ack).toMatchObject({ topic: 'TopicA', group: 'GroupA', startOffset: 100, offsets: [101] })
  expect(encodePopAck(ack, 101).toString()).toBe(golden.acks.json)
  const batch = decodePopBatchAck(Buffer.from(golden.batchAcks.json))
  expect(batch.offsets).toEqual([100, 102])
  expect(encodePopBatchAck(batch).toString()).toBe(golden.batchAcks.json)
})

test.each(golden.receipts)('what a pop of $topic answers with is spelled as Java does', receipt => {
  const { topic } = receipt
  const info = readPopExtraInfo(receipt.extraInfo)
  expect(info).toEqual({
    ...{
      startOffset: 100,
      popTime: 1_700_000_000_000,
      invisibleTime: 60_000,
      reviveQueueId: 5,
      brokerName: 'broker-a',
    },
  })
  expect(popExtraInfo(info, { topic, queueId: 3, queueOffset: 104 })).toBe(receipt.extraInfo)
  expect(startOffsetInfo({ topic, queueId: 3 }, 100)).toBe(receipt.startOffsetInfo)
  expect(messageOffsetInfo({ topic, queueId: 3 }, [100, 104])).toBe(receipt.msgOffsetInfo)
})

test('the body of a batch of acks is read in short names and long ones, and written as Java does', () => {
  const body = batchAckRequestJson.decode(golden.batchAckBodies)
  expect(body.acks[0]).toMatchObject({ consumerGroup: 'GroupA', topic: 'TopicA', retry: '1', reviveQueueId: 5 })
  expect(body.acks[0]?.bitSet).toEqual(Buffer.from([1, 2]))
  expect(batchAckRequestJson.encode(body).toString()).toBe(golden.batchAckBodies)
  const long =
    '{"acks":[{"bitSet":"AQI=","consumerGroup":"GroupA","invisibleTime":60000,"popTime":1700000000000,"queueId":3,' +
    '"retry":"1","reviveQueueId":5,"startOffset":100,"topic":"TopicA"}],"brokerName":"broker-a"}'
  expect(batchAckRequestJson.decode(long)).toEqual(body)
})

test('a check point of an old broker counts its messages from the first', () => {
  const old = '{"bm":0,"c":"G","it":1,"n":3,"pt":5,"q":0,"so":7,"t":"T"}'
  expect(decodePopCheckPoint(Buffer.from(old))).toMatchObject({
    offsets: [7, 8, 9],
    brokerName: '',
    isSuspended: false,
  })
})

test.each([
  '{',
  '[]',
  '{}',
  '{"c":"G"}',
  '{"c":"G","t":"T","n":33}',
  '{"c":"G","t":"T","n":2,"d":[0]}',
  '{"c":"G","t":"T","n":-1}',
])('%s is no check point', json => expect(() => decodePopCheckPoint(Buffer.from(json))).toThrow(/./))

test('whatever a check point holds is read again as it was written', () => {
  const name = fc.stringMatching(/^[%|a-zA-Z0-9_+-]{1,20}$/)
  const offset = fc.nat({ max: 2 ** 40 })
  const checkPoints = fc.record({
    topic: name,
    group: name,
    queueId: fc.nat({ max: 1000 }),
    startOffset: offset,
    popTime: offset,
    invisibleTime: offset,
    brokerName: fc.string(),
    offsets: fc.uniqueArray(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 32 }),
    ackedBits: fc.integer(),
    rePutTimes: fc.nat({ max: 100 }),
    isSuspended: fc.boolean(),
  })
  fc.assert(
    fc.property(checkPoints, given => {
      const checkPoint = { ...given, offsets: given.offsets.map(diff => given.startOffset + diff) }
      expect(decodePopCheckPoint(encodePopCheckPoint(checkPoint))).toEqual(checkPoint)
    }),
  )
})
