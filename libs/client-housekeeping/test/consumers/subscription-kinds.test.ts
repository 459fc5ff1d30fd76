import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import type { SubscriptionData } from '@rocketmq-ts/protocol'
import { LanguageCode } from '@rocketmq-ts/protocol'
import { ConsumerTable } from '../../src'
import type { Client } from '../../src'
import { FakeChannel } from '../support/fake-channel'

interface Said {
  readonly level: 'warn' | 'info'
  readonly values: object
}

function setUp() {
  const said: Said[] = []
  const log = {
    ...silentLog,
    info: (values: object, text: string) => {
      if (text.startsWith('members')) said.push({ level: 'info', values })
    },
    warn: (values: object) => void said.push({ level: 'warn', values }),
  }
  const consumers = new ConsumerTable({ clock: new FakeClock(), log })
  const beat = (client: Client, subscriptions: Readonly<Record<string, string>> | null) =>
    consumers.register({
      ...{ group: 'GroupA', client, heartbeatFingerprint: 0, notifyConsumerIdsChangedEnable: true },
      manner: {
        consumeType: 'CONSUME_PASSIVELY',
        messageModel: 'CLUSTERING',
        consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      },
      subscriptions: subscriptions && Object.entries(subscriptions).map(([topic, text]) => subscription(topic, text)),
    })
  return { said, consumers, beat }
}

function client(clientId: string): Client {
  return { clientId, channel: new FakeChannel(), language: LanguageCode.JAVA, version: 513 }
}

function subscription(topic: string, subString: string): SubscriptionData {
  return { topic, subString, subVersion: 1, expressionType: 'TAG', classFilterMode: false, codeSet: [], tagsSet: [] }
}

test('members that subscribe to different tags are reported by name, once', () => {
  const { said, consumers, beat } = setUp()
  const [one, two, three] = [client('one'), client('two'), client('three')]
  for (let round = 0; round < 3; round += 1) {
    beat(one, { Orders: 'a' })
    beat(two, { Orders: 'b' })
    beat(three, { Orders: 'a' })
  }
  expect(said).toEqual([
    {
      level: 'warn',
      values: {
        group: 'GroupA',
        kinds: [
          { subscriptions: 'Orders TAG a', memberCount: 1, members: ['one'] },
          { subscriptions: 'Orders TAG b', memberCount: 1, members: ['two'] },
        ],
      },
    },
  ])
  expect(consumers.inconsistentGroups()).toEqual(['GroupA'])
})

test('each change is reported, and its end', () => {
  const { said, consumers, beat } = setUp()
  const [one, two] = [client('one'), client('two')]
  beat(one, { Orders: '*' })
  beat(two, { Orders: '*', Bills: '*' })
  beat(two, { Bills: '*' })
  beat(two, { Orders: '' })
  expect(said.map(({ level }) => level)).toEqual(['warn', 'warn', 'info'])
  expect(consumers.inconsistentGroups()).toEqual([])
})

test('the one who differs leaves, and all is well', () => {
  const { said, consumers, beat } = setUp()
  const [one, two] = [client('one'), client('two')]
  beat(one, { Orders: '*' })
  beat(two, { Bills: '*' })
  consumers.removeChannel(two.channel)
  expect(said.map(({ level }) => level)).toEqual(['warn', 'info'])
  consumers.removeChannel(one.channel)
  beat(one, { Orders: '*' })
  expect(consumers.inconsistentGroups()).toEqual([])
})

test('a whole group that leaves while it differs is not remembered', () => {
  const { consumers, beat } = setUp()
  const [one, two, three] = [client('one'), client('two'), client('three')]
  beat(one, { Orders: '*' })
  beat(two, { Bills: '*' })
  beat(three, { Bills: 'a' })
  for (const { channel } of [one, two, three]) consumers.removeChannel(channel)
  expect(consumers.inconsistentGroups()).toEqual([])
})

test('the order of tags, the retry topic, and a beat without subscriptions make no difference', () => {
  const { said, beat } = setUp()
  const [one, two] = [client('one'), client('two')]
  beat(one, { Orders: 'a || b', '%RETRY%GroupA': '*' })
  beat(two, { Orders: 'b||a' })
  beat(two, null)
  beat(client('three'), null)
  expect(said).toEqual([])
})
