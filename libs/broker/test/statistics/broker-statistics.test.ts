import { FakeClock } from '@rocketmq-ts/base/testing'
import { BrokerStatistics } from '../../src/statistics/broker-statistics'

async function startedStatistics(): Promise<{ clock: FakeClock; statistics: BrokerStatistics }> {
  const clock = new FakeClock(0)
  const statistics = new BrokerStatistics('DefaultCluster', { clock })
  await statistics.start()
  return { clock, statistics }
}

test('what was put and taken is found under the names and keys that tools ask for', async () => {
  const { clock, statistics } = await startedStatistics()
  statistics.onPut('TopicA', 32, 4096)
  statistics.onGet('GroupA', 'TopicA', 8, 1024)
  clock.advance(1_000)
  const sumOf = (name: string, key: string): number | undefined =>
    statistics.find(name, key)?.snapshot('minute', clock.nowMs()).sum
  expect(sumOf('TOPIC_PUT_NUMS', 'TopicA')).toBe(32)
  expect(sumOf('TOPIC_PUT_SIZE', 'TopicA')).toBe(4096)
  expect(sumOf('GROUP_GET_NUMS', 'TopicA@GroupA')).toBe(8)
  expect(sumOf('BROKER_PUT_NUMS', 'DefaultCluster')).toBe(32)
})

test('an unknown name or key is not found', async () => {
  const { statistics } = await startedStatistics()
  statistics.onPut('TopicA', 1, 1)
  expect(statistics.find('TOPIC_PUT_NUMS', 'TopicB')).toBeNull()
  expect(statistics.find('NO_SUCH_STATISTICS', 'TopicA')).toBeNull()
  expect(statistics.find('GROUP_GET_NUMS', 'TopicA')).toBeNull()
})

test('the last minute forgets what is older, the last hour keeps it', async () => {
  const { clock, statistics } = await startedStatistics()
  statistics.onPut('TopicA', 100, 1)
  clock.advance(120_000)
  const counter = statistics.find('TOPIC_PUT_NUMS', 'TopicA')
  expect(counter?.snapshot('minute', clock.nowMs()).sum).toBe(0)
  expect(counter?.snapshot('hour', clock.nowMs()).sum).toBe(100)
})

test('a rate is counted per second of the time looked back at', async () => {
  const { clock, statistics } = await startedStatistics()
  for (let second = 0; second < 30; second += 1) {
    statistics.onPut('TopicA', 5, 1)
    clock.advance(1_000)
  }
  expect(statistics.topicPutTps('TopicA')).toBeCloseTo(5)
})

test('a deleted topic and a deleted group are forgotten', async () => {
  const { statistics } = await startedStatistics()
  statistics.onPut('TopicA', 1, 1)
  statistics.onGet('GroupA', 'TopicA', 1, 1)
  statistics.forgetTopic('TopicA')
  expect(statistics.find('TOPIC_PUT_NUMS', 'TopicA')).toBeNull()
  expect(statistics.find('GROUP_GET_NUMS', 'TopicA@GroupA')).toBeNull()
})
