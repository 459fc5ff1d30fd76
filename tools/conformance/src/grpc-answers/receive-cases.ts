import { durationOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { AnswerCase } from './answer-case'
import { receiveRequest } from './asked-proxy'
import type { AskedProxy, TopicWish } from './asked-proxy'
import { message } from './send-cases'

const { FIFO, PRIORITY } = v2.MessageType
const SHORT_MS = 100

interface Place {
  readonly topic: string
  readonly group: string
  readonly client: Awaited<ReturnType<AskedProxy['consumer']>>
}

/** A consumer of a group of its own, which waits for what comes. */
export async function consumerOf(proxy: AskedProxy, wish: TopicWish = {}, isOrderly = false): Promise<Place> {
  const [topic, group] = [await proxy.topic(wish), await proxy.group({ consumeMessageOrderly: isOrderly })]
  return { topic, group, client: await proxy.consumer(topic, group) }
}

export async function send(proxy: AskedProxy, messages: readonly v2.Message.$Properties[]): Promise<void> {
  for (const each of messages) await proxy.ask('SendMessage', { messages: [each] })
}

/** Receives with something else in the request. */
function receiving(name: string, more: v2.ReceiveMessageRequest.$Properties, deadlineMs?: number): AnswerCase {
  return {
    name: `receiving ${name}`,
    async ask(proxy) {
      const { topic, group, client } = await consumerOf(proxy)
      const request = { ...receiveRequest(topic, group), longPollingTimeout: durationOfMs(SHORT_MS), ...more }
      return await proxy.ask('ReceiveMessage', request, { client, ...(deadlineMs === undefined ? {} : { deadlineMs }) })
    },
  }
}

const filter = (type: v2.FilterType, expression: string): v2.ReceiveMessageRequest.$Properties => ({
  filterExpression: { type, expression },
})

const refusals: readonly AnswerCase[] = [
  receiving('hidden for too short', { invisibleDuration: durationOfMs(5000) }),
  receiving('hidden for too long', { invisibleDuration: { seconds: 13 * 3600 } }),
  receiving('hidden for no time', { invisibleDuration: null }),
  receiving('with a tag that is none', filter(v2.FilterType.TAG, '||')),
  receiving('of a broker that nobody knows', { messageQueue: { topic: { name: 'nobody-knows' }, id: -1 } }),
  receiving('of a bad topic', { messageQueue: { topic: { name: 'bad.topic' }, id: -1 } }),
  receiving('of a bad group', { group: { name: 'bad.group' } }),
  receiving('with less time than a poll may take', {}, SHORT_MS),
].map(each => ({ ...each, differs: 'a refusal is all that is said; Java adds the time' }))

const nothing: readonly AnswerCase[] = [
  ...refusals,
  receiving('when there is nothing', {}),
  receiving('without a filter', { filterExpression: null }),
  receiving('hidden for as long as it takes', { invisibleDuration: null, autoRenew: true }),
]

/** What comes of a message that is sent like this. */
function received(
  name: string,
  given: {
    readonly wish?: TopicWish
    readonly system?: v2.SystemProperties.$Properties
    readonly receive?: v2.ReceiveMessageRequest.$Properties
    readonly differs?: string
  },
): AnswerCase {
  return {
    name: `receiving ${name}`,
    async ask(proxy) {
      const { topic, group, client } = await consumerOf(proxy, given.wish, given.wish?.type === 'FIFO')
      const userProperties = { own: 'v' }
      await send(proxy, [message(topic, { tag: 'T', keys: ['a', 'b'], ...given.system }, { userProperties })])
      return await proxy.receive(client, { ...receiveRequest(topic, group), ...given.receive })
    },
    ...(given.differs === undefined ? {} : { differs: given.differs }),
  }
}

/** Its user did not set them. */
const inner = 'user properties are what a user set; Java shows __SHARDINGKEY and TRACE_CONTEXT among them'

const something: readonly AnswerCase[] = [
  received('a message', {}),
  received('a message that is kept hidden', { receive: { autoRenew: true, invisibleDuration: null } }),
  received('a message of a group', {
    wish: { type: 'FIFO' },
    system: { messageType: FIFO, messageGroup: 'g' },
    differs: inner,
  }),
  received('a message of a priority', {
    wish: { type: 'PRIORITY', readQueueNums: 4, writeQueueNums: 4 },
    system: { messageType: PRIORITY, priority: 2 },
  }),
  received('a message with a trace', { system: { traceContext: 'trace' }, differs: inner }),
  received('a message by its tag', {
    receive: { filterExpression: { type: v2.FilterType.TAG, expression: 'S || T' } },
  }),
]

const inOrder: readonly AnswerCase[] = [
  {
    name: 'receiving messages of priorities',
    async ask(proxy) {
      const { topic, group, client } = await consumerOf(proxy, {
        type: 'PRIORITY',
        readQueueNums: 4,
        writeQueueNums: 4,
      })
      const priorities = [0, 3, 1, 9, 2, 0]
      await send(
        proxy,
        priorities.map(priority => message(topic, { messageType: PRIORITY, priority, tag: String(priority) })),
      )
      const tags: string[] = []
      while (tags.length < priorities.length) {
        const answers = await proxy.receive(client, receiveRequest(topic, group))
        tags.push(...answers.flatMap(answer => answer.message?.systemProperties?.tag ?? []))
      }
      return tags
    },
  },
  {
    name: 'receiving messages of a group one after the other, asked again with the same attempt and with another',
    differs: inner,
    async ask(proxy) {
      const { topic, group, client } = await consumerOf(proxy, { type: 'FIFO' }, true)
      const ordered = { messageType: FIFO, messageGroup: 'g' }
      await send(proxy, [message(topic, { ...ordered, tag: '1' }), message(topic, { ...ordered, tag: '2' })])
      const request = { ...receiveRequest(topic, group), attemptId: 'one' }
      const short = { ...request, longPollingTimeout: durationOfMs(SHORT_MS) }
      const first = await proxy.receive(client, request)
      const same = await proxy.ask('ReceiveMessage', short, { client })
      return [first, same, await proxy.ask('ReceiveMessage', { ...short, attemptId: 'two' }, { client })]
    },
  },
]

const strangers: readonly AnswerCase[] = [
  {
    name: 'receiving without having said what one is',
    differs: 'settings are not needed to receive; Java fails with an error of its own',
    ask: async proxy => await proxy.ask('ReceiveMessage', receiveRequest(await proxy.topic(), await proxy.group())),
  },
]

export const receiveCases: readonly AnswerCase[] = [...nothing, ...something, ...inOrder, ...strangers]
