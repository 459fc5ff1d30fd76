import { mkdirSync, rmdirSync } from 'node:fs'
import * as path from 'node:path'
import { RequestCode, ResponseCode, subscriptionGroupConfigJson } from '@rocketmq-ts/protocol'
import { defaultSubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { useBrokers } from './support/use-brokers'
import type { RunningBroker } from './support/use-brokers'

const startBroker = useBrokers()

/** A folder stands where the file would be written, until the function that this returns is called. */
function breakFile({ folder }: RunningBroker, name: string): () => void {
  const inTheWay = path.join(folder, 'config', `${name}.tmp`)
  mkdirSync(inTheWay, { recursive: true })
  return () => rmdirSync(inTheWay)
}

const updateTopic = ({ ask }: RunningBroker, topic: string): Promise<IncomingCommand> =>
  ask(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    ...{ topic, defaultTopic: 'TBW102', readQueueNums: '3', writeQueueNums: '3', perm: '6' },
    topicFilterType: 'SINGLE_TAG',
  })

const send = ({ ask }: RunningBroker, topic: string): Promise<IncomingCommand> =>
  ask(
    RequestCode.SEND_MESSAGE_V2,
    {
      ...{ a: 'PG', b: topic, c: 'TBW102', d: '4', e: '0', f: '0', g: '1700000000123', h: '0' },
      i: '',
      j: '0',
      k: 'false',
    },
    'hello',
  )

const outcome = ({ code, remark }: IncomingCommand): readonly [number, string] => [code, remark ?? '']
const NOT_KEPT = [ResponseCode.SYSTEM_ERROR, expect.stringMatching(/^not kept, a restart would forget it: .*EISDIR/)]
const SUCCESS = [ResponseCode.SUCCESS, '']

test('a topic that topics.json cannot take is an error to the operator, who asks again when the disk is mended', async () => {
  const broker = await startBroker()
  const mend = breakFile(broker, 'topics.json')
  expect(outcome(await updateTopic(broker, 'TopicA'))).toEqual(NOT_KEPT)
  expect(outcome(await updateTopic(broker, 'TopicA'))).toEqual(NOT_KEPT)
  mend()
  expect(outcome(await updateTopic(broker, 'TopicA'))).toEqual(SUCCESS)

  const { folder } = broker
  await broker.broker.stop()
  const next = await startBroker({}, { folder })
  expect((await next.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'TopicA' })).code).toBe(ResponseCode.SUCCESS)
})

test('nothing is stored for a topic that a restart would forget, and topics that are kept go on', async () => {
  const broker = await startBroker()
  expect(outcome(await send(broker, 'TopicA'))).toEqual(SUCCESS)
  const mend = breakFile(broker, 'topics.json')
  for (let time = 0; time < 2; time += 1) expect(outcome(await send(broker, 'TopicB'))).toEqual(NOT_KEPT)
  expect(outcome(await send(broker, 'TopicA'))).toEqual(SUCCESS)
  mend()
  expect(outcome(await send(broker, 'TopicB'))).toEqual(SUCCESS)
  const queueIds = ['0', '1', '2', '3']
  const counts = queueIds.map(queueId => broker.ask(RequestCode.GET_MAX_OFFSET, { topic: 'TopicB', queueId }))
  const stored = (await Promise.all(counts)).map(({ extFields }) => Number(extFields['offset']))
  expect(stored.reduce((sum, count) => sum + count)).toBe(1)
})

test('a topic whose deletion cannot be written keeps its messages until it can', async () => {
  const broker = await startBroker()
  await send(broker, 'TopicA')
  const mend = breakFile(broker, 'topics.json')
  const deleteTopic = () => broker.ask(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: 'TopicA' })
  expect(outcome(await deleteTopic())).toEqual(NOT_KEPT)
  mend()
  expect(outcome(await deleteTopic())).toEqual(SUCCESS)
})

test('changes of groups that cannot be written are errors too', async () => {
  const broker = await startBroker()
  const group = subscriptionGroupConfigJson.encode(defaultSubscriptionGroupConfig('GroupA')).toString()
  const change = async (): Promise<readonly (readonly [number, string])[]> => [
    outcome(await broker.ask(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, group)),
    outcome(
      await broker.ask(
        RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST,
        {},
        `{"groupConfigList":[{"groupName":"GroupB"}]}`,
      ),
    ),
    outcome(
      await broker.ask(RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, { group: 'GroupA', topic: 'T', readable: 'false' }),
    ),
    outcome(await broker.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: 'GroupB', cleanOffset: 'false' })),
  ]
  const mend = breakFile(broker, 'subscriptionGroup.json')
  expect(await change()).toEqual([NOT_KEPT, NOT_KEPT, NOT_KEPT, NOT_KEPT])
  mend()
  expect(await change()).toEqual([SUCCESS, SUCCESS, SUCCESS, SUCCESS])
})

test("tables in Java's RocksDB are refused, with what is allowed", async () => {
  const starting = startBroker({ configManagerVersion: 'v2' })
  await expect(starting).rejects.toThrow(/configManagerVersion = v2: it must be one of v1, kv/)
})

test('a start that fails leaves no database open', async () => {
  const { broker, folder } = await startBroker({ configManagerVersion: 'kv' })
  await broker.stop()
  const queues = path.join(folder, 'consumequeue', 'CURRENT')
  mkdirSync(queues)
  await expect(startBroker({ configManagerVersion: 'kv' }, { folder })).rejects.toThrow(/RocksDB/)
  rmdirSync(queues)
  await startBroker({ configManagerVersion: 'kv' }, { folder })
})
