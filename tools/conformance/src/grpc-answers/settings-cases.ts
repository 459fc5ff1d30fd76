import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { durationOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { AnswerCase } from './answer-case'
import { consumerSettings } from './asked-proxy'
import type { AskedProxy } from './asked-proxy'

const { PRODUCER, PUSH_CONSUMER, SIMPLE_CONSUMER } = v2.ClientType
const userAgent: v2.UA.$Properties = { language: v2.Language.JAVA, version: '5.0.7', platform: 'p', hostname: 'h' }

const groups: Readonly<Record<string, Partial<SubscriptionGroupConfig>>> = {
  'as it comes': {},
  'that consumes in order, twice at most': { consumeMessageOrderly: true, retryMaxTimes: 1 },
  'with growing pauses': {
    groupRetryPolicy: {
      type: 'EXPONENTIAL',
      exponentialRetryPolicy: { initial: 1000, max: 60_000, multiplier: 3 },
      customizedRetryPolicy: null,
    },
  },
  'with pauses of its own': {
    groupRetryPolicy: {
      type: 'CUSTOMIZED',
      exponentialRetryPolicy: null,
      customizedRetryPolicy: { next: [1000, 2000, 4000] },
    },
  },
}

function producerSettings(topic: string): v2.Settings.$Properties {
  const requestTimeout = durationOfMs(3000)
  return { clientType: PRODUCER, requestTimeout, userAgent, publishing: { topics: [{ name: topic }] } }
}

const told: readonly AnswerCase[] = [
  {
    name: 'the settings of a producer',
    ask: async proxy => await proxy.connect(producerSettings(await proxy.topic())),
  },
  ...Object.entries(groups).flatMap(([what, wanted]) =>
    [PUSH_CONSUMER, SIMPLE_CONSUMER].map(clientType => ({
      name: `the settings of a consumer, type ${clientType}, of a group ${what}`,
      ask: async (proxy: AskedProxy) => {
        const settings = consumerSettings(await proxy.topic(), await proxy.group(wanted), clientType)
        return await proxy.connect({ ...settings, userAgent, backoffPolicy: { maxAttempts: 99 } })
      },
    })),
  ),
  {
    name: 'the settings of a consumer whose group nobody knows',
    ask: async proxy => await proxy.connect(consumerSettings(await proxy.topic(), proxy.name('new'), PUSH_CONSUMER)),
  },
]

const refused: readonly AnswerCase[] = [
  { name: 'settings of a producer of a bad topic', ask: proxy => proxy.connect(producerSettings('bad.topic')) },
  {
    name: 'settings of a producer of a topic that nobody knows',
    ask: proxy => proxy.connect(producerSettings('nobody-knows')),
  },
  {
    name: 'settings of a consumer of a bad group',
    ask: async proxy => await proxy.connect(consumerSettings(await proxy.topic(), 'bad.group', PUSH_CONSUMER)),
  },
  { name: 'settings of neither kind', ask: proxy => proxy.connect({ clientType: PRODUCER }) },
  {
    name: 'settings of nobody',
    ask: async proxy => await proxy.connect(producerSettings(await proxy.topic()), proxy.client({})),
  },
]

const alive: readonly AnswerCase[] = [
  {
    name: 'a heartbeat of a client that did not say what it is',
    ask: async proxy =>
      await proxy.ask('Heartbeat', { group: { name: await proxy.group() }, clientType: SIMPLE_CONSUMER }),
  },
  {
    name: 'a heartbeat of a consumer, and its farewell',
    ask: async proxy => {
      const [topic, group] = [await proxy.topic(), await proxy.group()]
      const client = proxy.client()
      await client.connect({ settings: consumerSettings(topic, group, SIMPLE_CONSUMER) })
      const beat = await proxy.ask('Heartbeat', { group: { name: group }, clientType: SIMPLE_CONSUMER }, { client })
      return [beat, await proxy.ask('NotifyClientTermination', { group: { name: group } }, { client })]
    },
  },
  {
    name: 'the farewell of a client that did not say what it is',
    ask: async proxy => await proxy.ask('NotifyClientTermination', { group: { name: await proxy.group() } }),
  },
]

export const settingsCases: readonly AnswerCase[] = [...told, ...refused, ...alive]
