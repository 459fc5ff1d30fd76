import { encodeFrame, IncomingCommand, RemotingCommand, SerializeType } from '@rocketmq-ts/protocol'
import { readPoppedLiteMessages } from '../../../src/messaging/lite/popped-lite-messages'
import type { ReceivedMessage } from '../../../src/messaging/popped-messages'
import { storedRecord } from '../../support/stored-record'

const POPPED = { popTime: '1700000000000', invisibleTime: '60000', reviveQid: '999' }

/** A message of the parent, in which it has another offset than in its lite topic. */
function lite(liteTopic: string, offset: number, more: Readonly<Record<string, string>> = {}): Buffer {
  const properties = {
    __LITE_TOPIC: liteTopic,
    INNER_MULTI_DISPATCH: `%LMQ%$Parent$${liteTopic}`,
    INNER_MULTI_QUEUE_OFFSET: String(offset),
    ...more,
  }
  return storedRecord({ topic: 'Parent', body: liteTopic, properties, queueId: 3, queueOffset: 70 + offset })
}

function read(records: readonly Buffer[], fields: Readonly<Record<string, string>> = {}): readonly ReceivedMessage[] {
  const answer = RemotingCommand.request(0, { ...POPPED, ...fields }, Buffer.concat(records))
  const response = IncomingCommand.read(encodeFrame(answer, SerializeType.JSON))
  return readPoppedLiteMessages(response, { topic: 'Parent', brokerName: 'broker-a' })
}

test('messages of several lite topics come with receipts for each', () => {
  const messages = read([lite('a', 4), lite('b', 0, { '1ST_POP_TIME': '5' })])
  const handle = {
    ...{ startOffset: 0, popTime: 1_700_000_000_000, invisibleTime: 60_000, reviveQueueId: 999, retryFlag: 0 },
    ...{ brokerName: 'broker-a', queueId: 0 },
  }
  expect(messages.map(({ receiptHandle }) => receiptHandle)).toEqual([
    { ...handle, queueOffset: 4, physicalOffset: 4096 + 74, liteTopic: 'a' },
    { ...handle, queueOffset: 0, physicalOffset: 4096 + 70, liteTopic: 'b' },
  ])
  expect(messages.map(({ queueOffset }) => queueOffset)).toEqual([4, 0])
  expect(messages.map(({ parsedProperties }) => parsedProperties.get('1ST_POP_TIME'))).toEqual(['1700000000000', '5'])
})

test.each([
  ['0 qo0%4 2;0', [2, 0]],
  ['0;7', [0, 7]],
  ['0 qo0%4 2', [0, 0]],
  ['', [0, 0]],
  ['x;1', [0, 0]],
])('counts of %j are those of the messages, in their order', (orderCountInfo, counts) => {
  const messages = read([lite('a', 4), lite('b', 0)], { orderCountInfo })
  expect(messages.map(({ reconsumeTimes }) => reconsumeTimes)).toEqual(counts)
})

test.each([
  ['two lite topics', { INNER_MULTI_DISPATCH: '%LMQ%$Parent$a,%LMQ%$Parent$b', INNER_MULTI_QUEUE_OFFSET: '1,2' }],
  ['no offset', { INNER_MULTI_QUEUE_OFFSET: '' }],
  ['an offset that is none', { INNER_MULTI_QUEUE_OFFSET: 'x' }],
])('a message with %s is passed over: nobody could acknowledge it', (_what, properties) => {
  expect(read([lite('a', 1, properties), lite('b', 2)]).map(({ receiptHandle }) => receiptHandle.liteTopic)).toEqual([
    'b',
  ])
})
