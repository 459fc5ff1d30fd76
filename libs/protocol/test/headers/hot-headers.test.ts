import * as fc from 'fast-check'
import {
  encodeFrame,
  IncomingCommand,
  readAckMessageHeader,
  readEndTransactionHeader,
  readPopMessageHeader,
  readPullMessageHeader,
  readSendMessageHeader,
  RemotingCommand,
  RequestCode,
  SerializeType,
} from '../../src'
import { readAckMessageHeaderSlowly } from '../../src/headers/ack-message-header'
import { readEndTransactionHeaderSlowly } from '../../src/headers/end-transaction-header'
import { readPopMessageHeaderSlowly } from '../../src/headers/pop-message-header'
import { readPullMessageHeaderSlowly } from '../../src/headers/pull-message-header'
import { readSendMessageHeaderSlowly } from '../../src/headers/send-message-header'

const serializeTypes = fc.constantFrom(SerializeType.JSON, SerializeType.ROCKETMQ)
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('TopicA', '', 'a"b\\c/d', 'UNIQ_KEY\x01A\x02TAGS\x01标签😀\x02', '\u2028\x7f\x00', 'true'),
)
const numbers = fc.oneof(
  { weight: 20, arbitrary: fc.integer().map(String) },
  { weight: 3, arbitrary: fc.maxSafeInteger().map(String) },
  fc.constantFrom('-1', '0', '+5', '007', '99999999999', '9223372036854775807', '', ' 1', '1.5', 'x'),
)
const flags = fc.constantFrom('true', 'TRUE', 'false', 'no', '', 'truer')

function headersOf(fields: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Record<string, string>> {
  const usual = fc.oneof(fc.record(fields), fc.record(fields, { requiredKeys: [] })) as fc.Arbitrary<
    Record<string, string>
  >
  const others = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('ns', 'nsd', 'lo', 'oway', 'bname')), texts)
  return fc.tuple(others, usual).map(([other, some]) => ({ ...other, ...some }))
}

const letters = headersOf({
  ...Object.fromEntries(['a', 'b', 'c', 'i', 'n'].map(letter => [letter, texts])),
  ...Object.fromEntries(['d', 'e', 'f', 'g', 'h', 'j', 'l'].map(letter => [letter, numbers])),
  k: flags,
  m: flags,
})
const longNames = headersOf({
  ...Object.fromEntries(['producerGroup', 'topic', 'defaultTopic', 'properties', 'bname'].map(name => [name, texts])),
  ...Object.fromEntries(
    ['defaultTopicQueueNums', 'queueId', 'sysFlag', 'bornTimestamp', 'flag', 'reconsumeTimes', 'maxReconsumeTimes'].map(
      name => [name, numbers],
    ),
  ),
  unitMode: flags,
  batch: flags,
})
const pulls = headersOf({
  ...Object.fromEntries(
    ['consumerGroup', 'topic', 'liteTopic', 'subscription', 'expressionType', 'proxyFrowardClientId'].map(name => [
      name,
      texts,
    ]),
  ),
  ...Object.fromEntries(
    [
      'queueId',
      'queueOffset',
      'maxMsgNums',
      'sysFlag',
      'commitOffset',
      'suspendTimeoutMillis',
      'subVersion',
      'maxMsgBytes',
      'requestSource',
    ].map(name => [name, numbers]),
  ),
})

const pops = headersOf({
  ...Object.fromEntries(['consumerGroup', 'topic', 'expType', 'exp', 'attemptId'].map(name => [name, texts])),
  ...Object.fromEntries(
    ['queueId', 'maxMsgNums', 'invisibleTime', 'pollTime', 'bornTime', 'initMode'].map(name => [name, numbers]),
  ),
  order: flags,
})
const acks = headersOf({
  ...Object.fromEntries(['consumerGroup', 'topic', 'extraInfo', 'liteTopic'].map(name => [name, texts])),
  ...Object.fromEntries(['queueId', 'offset'].map(name => [name, numbers])),
})
const ends = headersOf({
  ...Object.fromEntries(['topic', 'producerGroup', 'msgId', 'transactionId'].map(name => [name, texts])),
  ...Object.fromEntries(['tranStateTableOffset', 'commitLogOffset', 'commitOrRollback'].map(name => [name, numbers])),
  fromTransactionCheck: flags,
})

function outcome(read: (command: IncomingCommand) => object, command: IncomingCommand): unknown {
  try {
    return read(command)
  } catch (error) {
    return error
  }
}

function incoming(code: number, extFields: Record<string, string>, serializeType: SerializeType): IncomingCommand {
  return IncomingCommand.read(encodeFrame(RemotingCommand.request(code, extFields), serializeType))
}

test.each([
  ['one-letter names', RequestCode.SEND_MESSAGE_V2, letters],
  ['one-letter names of a batch', RequestCode.SEND_BATCH_MESSAGE, letters],
  ['long names', RequestCode.SEND_MESSAGE, longNames],
])('a send header with %s reads fast as it reads slowly', (_, code, headers) => {
  fc.assert(
    fc.property(headers, serializeTypes, (extFields, serializeType) => {
      const command = incoming(code, extFields, serializeType)
      expect(outcome(readSendMessageHeader, command)).toEqual(outcome(readSendMessageHeaderSlowly, command))
    }),
    { numRuns: 500 },
  )
})

test('a pull header reads fast as it reads slowly', () => {
  fc.assert(
    fc.property(pulls, serializeTypes, (extFields, serializeType) => {
      const command = incoming(RequestCode.PULL_MESSAGE, extFields, serializeType)
      expect(outcome(readPullMessageHeader, command)).toEqual(outcome(readPullMessageHeaderSlowly, command))
    }),
    { numRuns: 500 },
  )
})

test('a pop header reads fast as it reads slowly', () => {
  fc.assert(
    fc.property(pops, serializeTypes, (extFields, serializeType) => {
      const command = incoming(RequestCode.POP_MESSAGE, extFields, serializeType)
      expect(outcome(readPopMessageHeader, command)).toEqual(outcome(readPopMessageHeaderSlowly, command))
    }),
    { numRuns: 500 },
  )
})

test('an ack header reads fast as it reads slowly', () => {
  fc.assert(
    fc.property(acks, serializeTypes, (extFields, serializeType) => {
      const command = incoming(RequestCode.ACK_MESSAGE, extFields, serializeType)
      expect(outcome(readAckMessageHeader, command)).toEqual(outcome(readAckMessageHeaderSlowly, command))
    }),
    { numRuns: 500 },
  )
})

test('the header of an end of a transaction reads fast as it reads slowly', () => {
  fc.assert(
    fc.property(ends, serializeTypes, (extFields, serializeType) => {
      const command = incoming(RequestCode.END_TRANSACTION, extFields, serializeType)
      expect(outcome(readEndTransactionHeader, command)).toEqual(outcome(readEndTransactionHeaderSlowly, command))
    }),
    { numRuns: 500 },
  )
})

const goodSend = {
  a: 'group',
  b: 'TopicA',
  c: 'TBW102',
  d: '4',
  e: '-1',
  f: '16',
  g: '1700000000123',
  h: '7',
  i: 'KEYS\x01"k" \\ 😀\x02TAGS\x01标签\x02',
  j: '2',
  k: 'true',
  l: '16',
  m: 'True',
  n: 'broker-a',
}

test.each([
  ['JSON', SerializeType.JSON],
  ['binary', SerializeType.ROCKETMQ],
])('a send header has every field of a %s frame', (_, serializeType) => {
  const header = readSendMessageHeader(incoming(RequestCode.SEND_MESSAGE_V2, goodSend, serializeType))
  expect({ ...header, properties: header.properties.toString() }).toEqual({
    producerGroup: 'group',
    topic: 'TopicA',
    defaultTopic: 'TBW102',
    defaultTopicQueueNums: 4,
    queueId: -1,
    sysFlag: 16,
    bornTimestamp: 1_700_000_000_123,
    flag: 7,
    properties: goodSend.i,
    reconsumeTimes: 2,
    unitMode: true,
    maxReconsumeTimes: 16,
    batch: true,
    brokerName: 'broker-a',
  })
})

const goodEnd = {
  topic: 'TopicA',
  producerGroup: 'group',
  tranStateTableOffset: '9007199254740',
  commitLogOffset: '123456789012345',
  commitOrRollback: '8',
  fromTransactionCheck: 'True',
  msgId: '7F0000010000A3B7',
  transactionId: '7F0000010000A3B8',
  bname: 'broker-a',
}

test.each([
  ['JSON', SerializeType.JSON],
  ['binary', SerializeType.ROCKETMQ],
])('an end of a transaction has every field of a %s frame', (_, serializeType) => {
  const header = readEndTransactionHeader(incoming(RequestCode.END_TRANSACTION, goodEnd, serializeType))
  expect({ ...header }).toEqual({
    topic: 'TopicA',
    producerGroup: 'group',
    tranStateTableOffset: 9_007_199_254_740,
    commitLogOffset: 123_456_789_012_345,
    commitOrRollback: 8,
    fromTransactionCheck: true,
    msgId: '7F0000010000A3B7',
    transactionId: '7F0000010000A3B8',
  })
})

test('a header in JSON that is spelled in another way reads the same', () => {
  const spelled = `{ "flag" : 0, 'opaque': 7,"extFields": {"a":"g","b":"T","c":"","d":4,"e":"0","f":"0","g":"1","h":"0",
    "i":"A\\u0001\\ud83d\\ude00\\u0002","k":TRUE_IS_FALSE, "m":false,}, "code":310 }`.replace('TRUE_IS_FALSE', 'true')
  const frame = encodeFrame(RemotingCommand.request(0), SerializeType.JSON)
  const header = Buffer.from(spelled)
  const odd = Buffer.concat([frame.subarray(0, 8), header])
  odd.writeInt32BE(4 + header.length, 0)
  odd.writeInt32BE(header.length, 4)
  const command = IncomingCommand.read(odd)
  expect({ code: command.code, opaque: command.opaque }).toEqual({ code: 310, opaque: 7 })
  const { topic, defaultTopicQueueNums, unitMode, batch, properties } = readSendMessageHeader(command)
  expect({ topic, defaultTopicQueueNums, unitMode, batch, properties: properties.toString() }).toEqual({
    topic: 'T',
    defaultTopicQueueNums: 4,
    unitMode: true,
    batch: false,
    properties: 'A\x01😀\x02',
  })
})
