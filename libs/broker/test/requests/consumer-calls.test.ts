import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import {
  consumerStatusJson,
  encodeFrame,
  IncomingCommand,
  LanguageCode,
  readResetOffsetHeader,
  RemotingCommand,
  RequestCode,
  resetOffsetForCJson,
  resetOffsetJson,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import { RemotingTimeoutError } from '@rocketmq-ts/remoting'
import type { Channel } from '@rocketmq-ts/remoting'
import { brokerConfigSchema } from '../../src/broker-config'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { invokeBrokerToGetConsumerStatus } from '../../src/requests/invoke-broker-to-get-consumer-status'
import { invokeBrokerToResetOffset } from '../../src/requests/invoke-broker-to-reset-offset'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { ask, channelOf } from '../support/ask'

interface Member {
  readonly clientId: string
  readonly language?: LanguageCode
  readonly version?: number
  readonly invoke?: Channel['invoke']
}

/** A broker that has consumers reset their offsets, with GroupA at 4 of 10 in both queues of Orders, and its members. */
function brokerWith(members: readonly Member[]) {
  const clock = new FakeClock()
  const log = silentLog
  const config = brokerConfigSchema.parse({ brokerName: 'broker-a', useServerSideResetOffset: 'false' })
  const topics = new TopicTable(config, { clock, log })
  topics.put(topicConfigOf({ topicName: 'Orders', readQueueNums: 2, writeQueueNums: 2 }))
  const groups = new SubscriptionGroupTable(config, { clock, log })
  groups.find('GroupA')
  const offsets = new ConsumerOffsetTable(config, { clock, log })
  for (const queueId of [0, 1]) offsets.commit({ group: 'GroupA', topic: 'Orders', queueId, offset: 4 })
  const consumers = new ConsumerTable({ clock, log })
  const pushed = members.map(() => [] as RemotingCommand[])
  members.forEach(({ clientId, language = LanguageCode.JAVA, version = 513, invoke }, index) => {
    const sendOneway = (command: RemotingCommand): boolean => (pushed[index]?.push(command) ?? 0) > 0
    const channel = { ...channelOf(index), sendOneway, ...(invoke === undefined ? {} : { invoke }) }
    consumers.register({
      group: 'GroupA',
      client: { channel, clientId, language, version },
      manner: {
        consumeType: 'CONSUME_PASSIVELY',
        messageModel: 'CLUSTERING',
        consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      },
      subscriptions: [],
      heartbeatFingerprint: 0,
      notifyConsumerIdsChangedEnable: true,
    })
  })
  const store = {
    minOffset: () => 0,
    maxOffset: () => 10,
    offsetByTime: (_topic: string, queueId: number) => Promise.resolve(queueId === 0 ? 2 : 7),
  }
  return { config, topics, groups, offsets, consumers, store, log, pushed }
}

const reset = (broker: ReturnType<typeof brokerWith>, fields: Record<string, string>): Promise<RemotingCommand> =>
  ask(invokeBrokerToResetOffset(broker), {
    code: RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
    extFields: { topic: 'Orders', group: 'GroupA', timestamp: '1700000000000', isForce: 'true', ...fields },
  })
const queue = (queueId: number) => ({ brokerName: 'broker-a', queueId, topic: 'Orders' })

describe('a reset that consumers make themselves', () => {
  test('is pushed to every member, and the answer says the same', async () => {
    const broker = brokerWith([{ clientId: 'one' }, { clientId: 'two' }])
    const answer = await reset(broker, {})
    const expected = new Map([
      [queue(0), 2],
      [queue(1), 7],
    ])
    expect(resetOffsetJson.decode(answer.body).offsetTable).toEqual(expected)
    for (const [command] of broker.pushed) {
      if (command === undefined) throw new Error('nothing pushed')
      expect(command.code).toBe(RequestCode.RESET_CONSUMER_CLIENT_OFFSET)
      expect(readResetOffsetHeader({ extFields: command.extFields ?? {} })).toMatchObject({
        topic: 'Orders',
        group: 'GroupA',
        queueId: -1,
      })
      expect(resetOffsetJson.decode(command.body).offsetTable).toEqual(expected)
    }
    expect(broker.offsets.query('GroupA', 'Orders', 0)).toBe(4)
  })

  test('is a list for a client in C++', async () => {
    const broker = brokerWith([{ clientId: 'one', language: LanguageCode.CPP }])
    await reset(broker, {})
    const body = broker.pushed[0]?.[0]?.body ?? null
    expect(resetOffsetForCJson.decode(body).offsetTable).toEqual([
      { ...queue(0), offset: 2 },
      { ...queue(1), offset: 7 },
    ])
  })

  test('sets no queue forward unless forced', async () => {
    const broker = brokerWith([{ clientId: 'one' }])
    const answer = await reset(broker, { isForce: 'false' })
    expect([...resetOffsetJson.decode(answer.body).offsetTable.values()]).toEqual([2, 4])
  })

  test('of one queue leaves the others where they are', async () => {
    const broker = brokerWith([{ clientId: 'one' }])
    await reset(broker, { queueId: '1', offset: '5', timestamp: '0', isForce: 'false' })
    const body = broker.pushed[0]?.[0]?.body ?? null
    expect(resetOffsetJson.decode(body).offsetTable).toEqual(new Map([[queue(1), 5]]))
  })

  test('is refused where nobody is online, where nothing was consumed, and for clients too old for it', async () => {
    expect((await reset(brokerWith([]), {})).code).toBe(ResponseCode.CONSUMER_NOT_ONLINE)
    const fresh = brokerWith([{ clientId: 'one' }])
    fresh.offsets.deleteTopic('Orders')
    expect((await reset(fresh, {})).remark).toBe('THe consumer group <GroupA> not exist')
    const old = brokerWith([{ clientId: 'one' }, { clientId: 'two', version: 20 }])
    expect((await reset(old, {})).code).toBe(ResponseCode.SYSTEM_ERROR)
    expect(old.pushed).toEqual([[], []])
  })
})

describe('the status of consumers', () => {
  const says =
    (offset: number): Channel['invoke'] =>
    ({ code, extFields }) => {
      expect([code, extFields]).toEqual([
        RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT,
        { group: 'GroupA', topic: 'Orders' },
      ])
      const body = consumerStatusJson.encode({
        consumerTable: new Map(),
        messageQueueTable: new Map([[queue(0), offset]]),
      })
      const answer = RemotingCommand.request(ResponseCode.SUCCESS, null, body)
      return Promise.resolve(IncomingCommand.read(encodeFrame(answer, 0)))
    }
  const silent: Channel['invoke'] = () => Promise.reject(new RemotingTimeoutError('127.0.0.1:1', 5_000))
  const status = (broker: ReturnType<typeof brokerWith>, clientAddr: string): Promise<RemotingCommand> =>
    ask(invokeBrokerToGetConsumerStatus(broker), {
      code: RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
      extFields: { topic: 'Orders', group: 'GroupA', clientAddr },
    })

  test('is what each says of itself, without those who say nothing', async () => {
    const broker = brokerWith([
      { clientId: 'one', invoke: says(1) },
      { clientId: 'two', invoke: silent },
      { clientId: 'three', invoke: says(3) },
    ])
    const { consumerTable } = consumerStatusJson.decode((await status(broker, '')).body)
    expect([...consumerTable]).toEqual([
      ['one', new Map([[queue(0), 1]])],
      ['three', new Map([[queue(0), 3]])],
    ])
    const ofOne = consumerStatusJson.decode((await status(broker, 'three')).body)
    expect([...ofOne.consumerTable.keys()]).toEqual(['three'])
  })

  test('is refused where nobody is online', async () => {
    const { code, remark } = await status(brokerWith([]), '')
    expect([code, remark]).toEqual([
      ResponseCode.SYSTEM_ERROR,
      'No Any Consumer online in the consumer group: [GroupA]',
    ])
  })
})
