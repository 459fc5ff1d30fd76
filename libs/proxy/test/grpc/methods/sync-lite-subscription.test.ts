import { systemClock } from '@rocketmq-ts/base'
import {
  liteSubscriptionCtlJson,
  RemotingCommand,
  RemotingResponse,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { FakeBroker } from '../../support/fake-broker'
import { useGrpcFaces } from '../../support/grpc-face'
import type { Asking, TestedClient } from '../../support/grpc-face'

const faces = useGrpcFaces()
const { Code } = v2
const { PARTIAL_ADD, PARTIAL_REMOVE, COMPLETE_ADD, COMPLETE_REMOVE } = v2.LiteSubscriptionAction

const topic = { name: 'Parent' }
const group = { name: 'LiteGroup' }

async function started(changes = {}, more = {}): Promise<{ broker: FakeBroker; client: TestedClient }> {
  const { face, broker } = await faces.face(changes, more)
  broker.topics.set('Parent', { type: 'LITE' })
  broker.topics.set('Other', { type: 'LITE' })
  broker.topics.set('Unreadable', { type: 'LITE', perm: 2 })
  const quota = ['lite.sub.client.quota', '2'] as const
  broker.groups.set('LiteGroup', { attributes: new Map([['lite.bind.topic', 'Parent'], quota]) })
  broker.groups.set('OfUnreadable', { attributes: new Map([['lite.bind.topic', 'Unreadable']]) })
  broker.answers.set(RequestCode.LITE_SUBSCRIPTION_CTL, () => RemotingResponse.success())
  return { broker, client: faces.client(face.address) }
}

function told(broker: FakeBroker): unknown[] {
  return broker
    .askedOf(RequestCode.LITE_SUBSCRIPTION_CTL)
    .flatMap(({ body }) => liteSubscriptionCtlJson.decode(body).subscriptionSet)
}

test('brokers are told what a client wants of a parent, and that it does not want it any more', async () => {
  const { broker, client } = await started()
  const changes: Asking<'SyncLiteSubscription'>[] = [
    { action: PARTIAL_ADD, liteTopicSet: ['a', 'b', 'a'], version: 7, offsetOption: { tailN: 5 } },
    { action: PARTIAL_REMOVE, liteTopicSet: ['b'], offsetOption: { offset: 3 } },
    { action: COMPLETE_ADD, liteTopicSet: ['a'], version: 8 },
    { action: COMPLETE_REMOVE, liteTopicSet: [] },
  ]
  for (const change of changes) {
    const { status } = await client.call('SyncLiteSubscription', { ...change, topic, group })
    expect(status?.code).toBe(Code.OK)
  }
  const whose = { clientId: 'client', group: 'LiteGroup', topic: 'Parent' }
  expect(told(broker)).toEqual([
    {
      ...whose,
      ...{ action: 'PARTIAL_ADD', liteTopicSet: ['a', 'b'], version: 7, offsetOption: { type: 'TAIL_N', value: 5 } },
    },
    { ...whose, action: 'PARTIAL_REMOVE', liteTopicSet: ['b'], version: 0, offsetOption: null },
    { ...whose, action: 'COMPLETE_ADD', liteTopicSet: ['a'], version: 8, offsetOption: null },
    { ...whose, action: 'COMPLETE_REMOVE', liteTopicSet: [], version: 0, offsetOption: null },
  ])
})

test.each<[v2.OffsetOption.$Properties, object]>([
  [{ policy: v2.OffsetOption.Policy.LAST }, { type: 'POLICY', value: 0 }],
  [{ policy: v2.OffsetOption.Policy.MIN }, { type: 'POLICY', value: 1 }],
  [{ policy: v2.OffsetOption.Policy.MAX }, { type: 'POLICY', value: 2 }],
  [{ offset: 0 }, { type: 'OFFSET', value: 0 }],
  [{ timestamp: 1_700_000_000_123 }, { type: 'TIMESTAMP', value: 1_700_000_000_123 }],
])('a client begins at %j', async (offsetOption, expected) => {
  const { broker, client } = await started()
  await client.call('SyncLiteSubscription', { topic, group, liteTopicSet: ['a'], offsetOption })
  expect(told(broker)).toMatchObject([{ offsetOption: expected }])
})

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `l${index}`)

test.each<[string, Asking<'SyncLiteSubscription'>, keyof typeof Code]>([
  ['a bad topic', { topic: { name: 'a.b' } }, 'ILLEGAL_TOPIC'],
  ['a bad group', { group: { name: 'a.b' } }, 'ILLEGAL_CONSUMER_GROUP'],
  ['a group of another parent', { topic: { name: 'Other' } }, 'ILLEGAL_TOPIC'],
  ['a group that is not lite', { group: { name: 'Plain' } }, 'ILLEGAL_TOPIC'],
  ['a group that nobody has', { group: { name: 'Nobody' } }, 'ILLEGAL_CONSUMER_GROUP'],
  ['a parent that none may read', { topic: { name: 'Unreadable' }, group: { name: 'OfUnreadable' } }, 'FORBIDDEN'],
  ['a blank name', { liteTopicSet: [' '] }, 'ILLEGAL_LITE_TOPIC'],
  ['a long name', { liteTopicSet: ['x'.repeat(65)] }, 'ILLEGAL_LITE_TOPIC'],
  ['a name with a dollar', { liteTopicSet: ['a$b'] }, 'ILLEGAL_LITE_TOPIC'],
  ['a bad name that goes', { liteTopicSet: ['a$b'], action: PARTIAL_REMOVE }, 'OK'],
  ['as many as the quota and what is allowed above it', { liteTopicSet: names(302) }, 'OK'],
  ['one more', { liteTopicSet: names(303), action: COMPLETE_ADD }, 'LITE_SUBSCRIPTION_QUOTA_EXCEEDED'],
  ['an option without one', { offsetOption: {} }, 'BAD_REQUEST'],
])('%s is answered so', async (_what, request, code) => {
  const { broker, client } = await started()
  broker.groups.set('Plain', {})
  const unknown = RemotingResponse.refusal(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, 'no such group')
  const known = broker.answers.get(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG)!
  broker.answers.set(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, asked =>
    asked.fields['group'] === 'Nobody' ? unknown : known(asked),
  )
  const asked = { topic, group, action: PARTIAL_ADD, liteTopicSet: ['a'], ...request }
  const { status } = await client.call('SyncLiteSubscription', asked)
  expect(Code[status?.code ?? 0]).toBe(code)
  expect(told(broker)).toHaveLength(code === 'OK' ? 1 : 0)
})

test.each([
  [ResponseCode.LITE_SUBSCRIPTION_QUOTA_EXCEEDED, Code.LITE_SUBSCRIPTION_QUOTA_EXCEEDED],
  [ResponseCode.REQUEST_CODE_NOT_SUPPORTED, Code.NOT_IMPLEMENTED],
])('a broker that refuses it with %i fails the call with %i', async (responseCode, code) => {
  const { broker, client } = await started()
  broker.answers.set(RequestCode.LITE_SUBSCRIPTION_CTL, () => RemotingResponse.refusal(responseCode, 'its words'))
  const { status } = await client.call('SyncLiteSubscription', { topic, group, liteTopicSet: ['a'] })
  expect(status).toMatchObject({ code, message: 'its words' })
})

test('additions of all clients have a limit, and what is said of everything has none', async () => {
  const clock = { ...systemClock, monotonicMs: () => 1000 }
  const { client } = await started({ maxSyncLiteSubscriptionRate: 3 }, { clock })
  const codeOf = async (action: v2.LiteSubscriptionAction): Promise<v2.Code | null | undefined> =>
    (await client.call('SyncLiteSubscription', { topic, group, action, liteTopicSet: ['a'] })).status?.code
  const added = []
  for (let time = 0; time < 4; time += 1) added.push(await codeOf(PARTIAL_ADD))
  expect(added).toEqual([Code.OK, Code.OK, Code.OK, Code.TOO_MANY_REQUESTS])
  expect(await codeOf(COMPLETE_ADD)).toBe(Code.OK)
})

test('what a broker takes from a client, the client is told over its Telemetry stream', async () => {
  const { broker, client } = await started()
  const stream = client.telemetry()
  const commands: v2.TelemetryCommand[] = []
  const heard = new Promise<void>(resolve => {
    stream.on('data', (command: v2.TelemetryCommand) => {
      commands.push(command)
      if (command.notifyUnsubscribeLiteCommand) resolve()
    })
  })
  const subscriptions = [{ topic, expression: { expression: '*' } }]
  const clientType = v2.ClientType.LITE_PUSH_CONSUMER
  const ready = new Promise(resolve => stream.once('data', resolve))
  stream.write({ settings: { clientType, subscription: { group, subscriptions } } })
  await ready
  await client.call('SyncLiteSubscription', { topic, group, liteTopicSet: ['a'] })
  const fields = { liteTopic: 'a', consumerGroup: 'LiteGroup', clientId: 'client' }
  const [asked] = broker.askedOf(RequestCode.LITE_SUBSCRIPTION_CTL)
  asked!.push(RemotingCommand.request(RequestCode.NOTIFY_UNSUBSCRIBE_LITE, fields))
  await heard
  expect(commands.at(-1)?.notifyUnsubscribeLiteCommand?.liteTopic).toBe('a')
})
