import { consistentHash } from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import { QueueChoice } from '../../src/messaging/queue-choice'
import golden from '../golden/consistent-hash.json'

test('queues are taken in turn, of brokers that do well', () => {
  const route = routeOf(['a', 'b'])
  const avoided = new Set<string>()
  const choice = choiceAvoiding(avoided)
  const brokersOf = (count: number): Set<string | undefined> =>
    new Set(Array.from({ length: count }, () => choice.writableQueue(route, null)?.brokerName))
  expect(brokersOf(8)).toEqual(new Set(['a', 'b']))
  avoided.add('a')
  expect(brokersOf(8)).toEqual(new Set(['b']))
  avoided.add('b')
  expect(brokersOf(8)).toEqual(new Set(['a', 'b']))
})

test('messages of one group stay in their queue, whatever its broker does', () => {
  const route = routeOf(['a', 'b'])
  const avoided = new Set<string>()
  const choice = choiceAvoiding(avoided)
  const before = choice.writableQueue(route, 'group')
  for (const brokerName of ['a', 'b']) avoided.add(brokerName)
  expect(choice.writableQueue(route, 'group')).toEqual(before)
})

test('a name has its queue in whatever order the brokers are named', () => {
  const choice = choiceAvoiding(new Set())
  const chosen = ['lite-1', 'lite-2', 'lite-3'].map(name =>
    [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
    ].map(brokerNames => choice.writableQueue(routeOf(brokerNames), name)),
  )
  for (const [one, other] of chosen) expect(one).toEqual(other)
})

test('a consumer gets the broker that it asks for, else one that does well', () => {
  const route = routeOf(['a', 'b'])
  const choice = choiceAvoiding(new Set(['a']))
  expect(choice.readableBroker(route, 'a')).toBe('a')
  expect([choice.readableBroker(route, ''), choice.readableBroker(route, 'z')]).toEqual(['b', 'b'])
  expect(choice.readableBroker(routeOf([]), '')).toBeNull()
})

test.each(golden.rows as [string, number[]][])(
  'a group named %j is in the queues that Java’s proxy chooses',
  (text, chosen) => {
    expect(golden.buckets.map(bucketCount => consistentHash(text, bucketCount))).toEqual(chosen)
  },
)

test('one bucket takes all, and more buckets move few', () => {
  const texts = Array.from({ length: 1000 }, (_, index) => `group ${index}`)
  expect(new Set(texts.map(text => consistentHash(text, 1)))).toEqual(new Set([0]))
  const moved = texts.filter(text => consistentHash(text, 8) !== consistentHash(text, 9))
  expect(new Set(moved.map(text => consistentHash(text, 9)))).toEqual(new Set([8]))
})

function choiceAvoiding(avoided: ReadonlySet<string>): QueueChoice {
  return new QueueChoice({ brokers: { isAvoided: brokerName => avoided.has(brokerName) } })
}

function routeOf(brokerNames: readonly string[]): TopicRouteData {
  return {
    brokerDatas: brokerNames.map(brokerName => ({
      ...{ brokerName, cluster: 'c', brokerAddrs: new Map([[0, '127.0.0.1:1']]) },
      ...{ enableActingMaster: false, zoneName: null },
    })),
    filterServerTable: new Map(),
    orderTopicConf: null,
    queueDatas: brokerNames.map(brokerName => ({
      ...{ brokerName, readQueueNums: 4, writeQueueNums: 4, perm: 6, topicSysFlag: 0 },
    })),
    topicQueueMappingByBroker: null,
  }
}
