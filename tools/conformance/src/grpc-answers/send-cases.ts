import { durationOfMs, timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { AnswerCase } from './answer-case'
import type { AskedProxy } from './asked-proxy'

const { NORMAL, FIFO, DELAY, TRANSACTION, PRIORITY } = v2.MessageType
const HOUR_MS = 3_600_000
const BODY_BYTES_MAX = 4 * 1024 * 1024
const READ_ONLY = 4

export function message(
  topic: string,
  system: v2.SystemProperties.$Properties = {},
  more: v2.Message.$Properties = {},
): v2.Message.$Properties {
  const bornTimestamp = timestampOfMs(Date.now())
  const systemProperties = { messageId: 'ID', messageType: NORMAL, bornTimestamp, bornHost: 'host', ...system }
  return { topic: { name: topic }, body: Buffer.from('body'), systemProperties, ...more }
}

interface SendCase {
  readonly type?: string
  readonly perm?: number
  readonly system?: v2.SystemProperties.$Properties
  readonly more?: v2.Message.$Properties
  readonly differs?: string
}

const many = (count: number, value: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, value]))

const sends: Readonly<Record<string, SendCase>> = {
  'a message': { system: { tag: 'T', keys: ['k'] }, more: { userProperties: { a: 'b' } } },
  'a message of a group': { type: 'FIFO', system: { messageType: FIFO, messageGroup: 'g' } },
  'a message for later': {
    type: 'DELAY',
    system: { messageType: DELAY, deliveryTimestamp: timestampOfMs(Date.now() + HOUR_MS) },
  },
  'half a transaction': {
    type: 'TRANSACTION',
    system: { messageType: TRANSACTION },
    differs: 'the transaction id says where the half message is, so that any proxy can end it',
  },
  'a message of a priority': { type: 'PRIORITY', system: { messageType: PRIORITY, priority: 2 } },
  'a message of priority, without one': { type: 'PRIORITY', system: { messageType: PRIORITY } },
  'a message of a group to a topic for others': { system: { messageType: FIFO, messageGroup: 'g' } },
  'a message of no group to a topic for groups': { type: 'FIFO' },
  'a message for later to a topic for others': {
    system: { messageType: DELAY, deliveryTimestamp: timestampOfMs(Date.now() + HOUR_MS) },
  },
  'a message to a topic that is for reading alone': { perm: READ_ONLY },
  'a message without a body': { more: { body: Buffer.alloc(0) } },
  'a message that is too large': { more: { body: Buffer.alloc(BODY_BYTES_MAX + 1) } },
  'a message without an id': { system: { messageId: '' } },
  'a message with a blank id': { system: { messageId: ' ' } },
  'a message with a tag that names two': { system: { tag: 'a|b' } },
  'a message with a blank tag': { system: { tag: ' ' } },
  'a message with a blank key': { system: { keys: [' '] } },
  "a message with a property of the broker's own": { more: { userProperties: { TAGS: 'x' } } },
  'a message with a property without a name': { more: { userProperties: { '': 'x' } } },
  'a message with too many properties': { more: { userProperties: many(129, 'x') } },
  'a message with too large properties': { more: { userProperties: many(20, 'x'.repeat(1000)) } },
  'a message with a strange character in a property': { more: { userProperties: { a: 'b\u0001' } } },
  'a message of a group whose name is too long': {
    type: 'FIFO',
    system: { messageType: FIFO, messageGroup: 'g'.repeat(64) },
  },
  'a message of a blank group': { type: 'FIFO', system: { messageType: FIFO, messageGroup: ' ' } },
  'a message for two days later': {
    type: 'DELAY',
    system: { messageType: DELAY, deliveryTimestamp: timestampOfMs(Date.now() + 48 * HOUR_MS) },
    differs: 'the proxy leaves it to the broker how long it keeps messages: forty days, not one',
  },
  'a message for a time that has passed': {
    type: 'DELAY',
    system: { messageType: DELAY, deliveryTimestamp: timestampOfMs(Date.now() - HOUR_MS) },
  },
  'half a transaction that is first asked about in two hours': {
    type: 'TRANSACTION',
    system: { messageType: TRANSACTION, orphanedTransactionRecoveryDuration: durationOfMs(2 * HOUR_MS) },
  },
}

const singles: readonly AnswerCase[] = Object.entries(sends).map(([what, { type, perm, system, more, differs }]) => ({
  name: `sending ${what}`,
  async ask(proxy: AskedProxy) {
    const topic = await proxy.topic({
      ...(type === undefined ? {} : { type }),
      ...(perm === undefined ? {} : { perm }),
    })
    return await proxy.ask('SendMessage', { messages: [message(topic, system, more)] })
  },
  ...(differs === undefined ? {} : { differs }),
}))

const others: readonly AnswerCase[] = [
  { name: 'sending nothing', ask: proxy => proxy.ask('SendMessage', {}) },
  {
    name: 'sending to a topic that nobody knows',
    differs: 'TOPIC_NOT_FOUND says what is wrong; Java says that the type does not fit',
    ask: proxy => proxy.ask('SendMessage', { messages: [message('nobody-knows')] }),
  },
  { name: 'sending to a bad topic', ask: proxy => proxy.ask('SendMessage', { messages: [message('bad.topic')] }) },
  { name: 'sending to a system topic', ask: proxy => proxy.ask('SendMessage', { messages: [message('TBW102')] }) },
  {
    name: 'sending to two topics at once',
    ask: async proxy =>
      await proxy.ask('SendMessage', { messages: [message(await proxy.topic()), message(await proxy.topic())] }),
  },
  {
    name: 'sending two messages at once',
    differs: 'each message has an entry of its own; Java answers one whose id is both ids with a comma',
    async ask(proxy) {
      const topic = await proxy.topic()
      const messages = ['A', 'B'].map(messageId => message(topic, { messageId }))
      return await proxy.ask('SendMessage', { messages })
    },
  },
]

export const sendCases: readonly AnswerCase[] = [...singles, ...others]
