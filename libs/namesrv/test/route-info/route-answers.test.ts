import type { TopicRouteData } from '@rocketmq-ts/protocol'
import { RouteAnswers } from '../../src/route-info/route-answers'

function setUp(keptBytesMax?: number) {
  const asked: string[] = []
  const answers = new RouteAnswers(topic => {
    asked.push(topic)
    return topic === 'unknown' ? null : routeOf(topic)
  }, keptBytesMax)
  return { asked, answers }
}

function routeOf(brokerName: string): TopicRouteData {
  const brokerData = { brokerAddrs: new Map([[0, '127.0.0.1:1']]), brokerName, cluster: 'C', enableActingMaster: false }
  return {
    brokerDatas: [{ ...brokerData, zoneName: null }],
    filterServerTable: new Map(),
    orderTopicConf: null,
    queueDatas: [],
    topicQueueMappingByBroker: null,
  }
}

test('an answer is encoded once per dialect', () => {
  const { asked, answers } = setUp()
  expect(answers.find('T', 'standard')).toBe(answers.find('T', 'standard'))
  expect(answers.find('T', 'standard')?.bodyParts.toString()).toContain('{"0":"127.0.0.1:1"}')
  expect(answers.find('T', 'legacy')?.bodyParts.toString()).toContain('{0:"127.0.0.1:1"}')
  expect(asked).toEqual(['T', 'T'])
})

test('a change of a topic forgets its answers, a change of brokers all', () => {
  const { asked, answers } = setUp()
  const ask = (): void => ['A', 'B'].forEach(topic => answers.find(topic, 'standard'))
  ask()
  answers.onTopicChange('A')
  ask()
  answers.onBrokerChange()
  ask()
  expect(asked).toEqual(['A', 'B', 'A', 'A', 'B'])
})

test('a topic without a route is looked for each time', () => {
  const { asked, answers } = setUp()
  expect(answers.find('unknown', 'standard')).toBeNull()
  expect(answers.find('unknown', 'standard')).toBeNull()
  expect(asked).toHaveLength(2)
})

test('no more bytes are kept than the limit', () => {
  const bytes = setUp().answers.find('T0', 'standard')!.bodyBytes
  const { asked, answers } = setUp(3 * bytes)
  for (const topic of ['T0', 'T1', 'T2', 'T0', 'T1', 'T2', 'T3', 'T3', 'T0']) answers.find(topic, 'standard')
  expect(asked).toEqual(['T0', 'T1', 'T2', 'T3', 'T0'])
})
