import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { AnswerCase } from './answer-case'
import type { AskedProxy, TopicWish } from './asked-proxy'

const endpoints: v2.Endpoints.$Properties = {
  scheme: v2.AddressScheme.IPv4,
  addresses: [{ host: '127.0.0.1', port: 8081 }],
}
const READ_ONLY = 4
const WRITE_ONLY = 2

const routeOf = (proxy: AskedProxy, topic: string): Promise<unknown> =>
  proxy.ask('QueryRoute', { topic: { name: topic }, endpoints })

const numbers =
  "queue ids are the brokers' own, those for both first; Java numbers those for reading or writing alone first"
const shapes: Readonly<Record<string, TopicWish & { readonly differs?: string }>> = {
  'that has more queues to read': { readQueueNums: 4, writeQueueNums: 2, differs: numbers },
  'that has more queues to write': { readQueueNums: 1, writeQueueNums: 3, differs: numbers },
  'that is for reading alone': { perm: READ_ONLY },
  'that is for writing alone': { perm: WRITE_ONLY },
}

function routes(): readonly AnswerCase[] {
  const types = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'PRIORITY', 'MIXED']
  return [
    ...types.map(type => ({
      name: `the route of a topic of type ${type}`,
      ask: async (proxy: AskedProxy) => await routeOf(proxy, await proxy.topic({ type })),
    })),
    ...Object.entries(shapes).map(([what, { differs, ...shape }]) => ({
      name: `the route of a topic ${what}`,
      ask: async (proxy: AskedProxy) => await routeOf(proxy, await proxy.topic(shape)),
      ...(differs === undefined ? {} : { differs }),
    })),
    ...['nobody-knows', 'bad.topic', 'TBW102', '', 'x'.repeat(128)].map(topic => ({
      name: `the route of "${topic}"`,
      ask: (proxy: AskedProxy) => routeOf(proxy, topic),
    })),
  ]
}

const assignment = (proxy: AskedProxy, topic: string, group: string): Promise<unknown> =>
  proxy.ask('QueryAssignment', { topic: { name: topic }, group: { name: group }, endpoints })

const assignments: readonly AnswerCase[] = [
  {
    name: 'the assignment of a group',
    ask: async proxy => await assignment(proxy, await proxy.topic({ readQueueNums: 3 }), await proxy.group()),
  },
  {
    name: 'the assignment of a group that consumes in order',
    ask: async proxy =>
      await assignment(
        proxy,
        await proxy.topic({ type: 'FIFO', readQueueNums: 3 }),
        await proxy.group({ consumeMessageOrderly: true }),
      ),
  },
  {
    name: 'the assignment of a topic that is not for reading',
    ask: async proxy => await assignment(proxy, await proxy.topic({ perm: WRITE_ONLY }), await proxy.group()),
  },
  {
    name: 'the assignment of a topic that nobody knows',
    ask: async proxy => await assignment(proxy, 'nobody-knows', await proxy.group()),
  },
  {
    name: 'the assignment of a group with a bad name',
    ask: async proxy => await assignment(proxy, await proxy.topic(), 'bad.group'),
  },
]

const strangers: readonly AnswerCase[] = [
  {
    name: 'a client that does not say who it is',
    ask: async proxy =>
      await proxy.ask('QueryRoute', { topic: { name: await proxy.topic() }, endpoints }, { client: proxy.client({}) }),
  },
]

export const routeCases: readonly AnswerCase[] = [...routes(), ...assignments, ...strangers]
