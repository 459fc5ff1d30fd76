import { encodeStoredMessage, parseProperties, readStoredMessage, transactionMetricsJson } from '@rocketmq-ts/protocol'
import type { StoredMessage, StoredMessageContent } from '@rocketmq-ts/protocol'
import { checkedCopy, committedMessage, transactionCheck } from '../../src/transactions/half-copies'
import { halfMessageOf } from '../../src/transactions/half-message'
import type { HalfMessage } from '../../src/transactions/half-message'
import { OP, TransactionRoom } from '../support/transaction-room'
import java from './java-records.json'

/* Records of one session with Java's broker 5.5.0. The order of its properties is that of a hash map. */

const recordOf = (hex: string): StoredMessage => readStoredMessage(Buffer.from(hex, 'hex'), 0)
const halfOf = (record: StoredMessage): HalfMessage => halfMessageOf(record) as HalfMessage

/** Everything but where and when it was stored, and the order of the properties. */
function contentOf({ topic, queueId, flag, sysFlag, bornTimestamp, bornHost, ...rest }: StoredMessageContent): unknown {
  const { reconsumeTimes, preparedTransactionOffset, body, properties } = rest
  return {
    ...{ topic, queueId, flag, sysFlag, bornTimestamp, reconsumeTimes, preparedTransactionOffset },
    ...{ bornHost: bornHost.toString('hex'), body: body.toString() },
    properties: Object.fromEntries(parseProperties(properties)),
  }
}

test('a half message is committed as Java commits it', () => {
  const half = halfOf(recordOf(java.half))
  expect(half).toMatchObject({ realTopic: 'GA', realQueueId: 0, producerGroup: 'GP', isCopy: false, checkCount: 0 })
  expect(contentOf(committedMessage(half, half.record))).toEqual(contentOf(recordOf(java.committed)))
})

test('a check puts a half message again as Java does', () => {
  const again = recordOf(java.checked)
  const half = halfOf({ ...again, properties: withoutCheckTimes(again) })
  expect(contentOf(checkedCopy(half, 1))).toEqual(contentOf(again))
  expect(halfOf(again)).toMatchObject({ checkCount: 1, isCopy: true })
})

test('a producer is asked in Java’s words', () => {
  const again = recordOf(java.checked)
  const question = recordOf(java.question)
  const half = halfOf({ ...again, storeTimestamp: question.storeTimestamp })
  const { extFields, body } = transactionCheck(half, again, { brokerName: 'broker-a', checkCount: 1 })
  expect(extFields).toEqual({
    ...{ bname: 'broker-a', commitLogOffset: '8686', topic: 'RMQ_SYS_TRANS_HALF_TOPIC', tranStateTableOffset: '2' },
    ...{ msgId: 'AC110001000100000000000000000008', transactionId: 'AC110001000100000000000000000008' },
    offsetMsgId: '7F0000010000A3B700000000000021EE',
  })
  const asked = readStoredMessage(body, 0)
  expect(contentOf(asked)).toEqual(contentOf(question))
  const { queueOffset, physicalOffset, storeTimestamp, bodyCrc, recordBytes } = question
  expect(asked).toMatchObject({ queueOffset, physicalOffset, storeTimestamp, bodyCrc, recordBytes })
})

test('an op message has Java’s bytes', async () => {
  const expected = recordOf(java.op)
  const room = new TransactionRoom()
  await room.start()
  await room.commit(await room.half('paid'))
  await room.advance(3000)
  const [written] = await room.messages(OP)
  await room.stop()
  const { queueOffset, physicalOffset, storeTimestamp, storeHost, bornTimestamp } = expected
  const content = { ...(written as StoredMessage), bornTimestamp }
  const bytes = encodeStoredMessage(content, { queueOffset, physicalOffset, storeTimestamp, storeHost })
  expect(bytes.toString('hex')).toBe(java.op)
})

test('the counts have Java’s bytes', () => {
  const text =
    '{"dataVersion":{"counter":3,"stateVersion":0,"timestamp":1795367512992},' +
    '"transactionCount":{"GA":{"count":1,"timeStamp":1795367512992}}}'
  expect(transactionMetricsJson.encode(transactionMetricsJson.decode(text)).toString()).toBe(text)
})

function withoutCheckTimes({ properties }: StoredMessage): Buffer {
  return Buffer.from(properties.toString().replace('TRANSACTION_CHECK_TIMES\x011\x02', ''))
}
