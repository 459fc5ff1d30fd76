import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { dataVersionJson, RequestCode } from '@rocketmq-ts/protocol'
import { remotingConfigSchema, RemotingClient } from '@rocketmq-ts/remoting'
import { brokerConfigSchema } from '../../src/broker-config'
import { BrokerRegistration } from '../../src/registration/broker-registration'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { useFakeNameServers } from '../support/fake-name-server'
import type { FakeNameServer } from '../support/fake-name-server'

const PORT = 10_911
const startNameServer = useFakeNameServers()
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A registration on a clock that the test turns, with a real connection to each NameServer. */
async function register(nameServers: readonly Pick<FakeNameServer, 'address'>[], given: Record<string, string> = {}) {
  const namesrvAddr = nameServers.map(nameServer => nameServer.address).join(';')
  const config = { ...brokerConfigSchema.parse({ brokerName: 'broker-a', namesrvAddr, ...given }) }
  const clock = new FakeClock()
  const warnings: string[] = []
  const log: Log = { ...silentLog, warn: (_values, text) => warnings.push(text), child: () => log }
  const topics = new TopicTable(config, { clock, log: silentLog })
  const client = new RemotingClient(remotingConfigSchema.parse({}), {
    ...{ clock: systemClock, disk: nodeDisk, log: silentLog },
    listener: { onClose: () => registration.onConnectionLost() },
  })
  const registration = new BrokerRegistration(config, { topics, client, clock, log, port: () => PORT })
  stops.push(
    () => registration.stop(),
    () => client.stop(),
  )
  await client.start()
  await registration.start()
  return { registration, topics, clock, config, warnings }
}

/** Turns the clock on to the next retry again and again; each takes real time to fail or succeed. */
async function retriesUntil(clock: FakeClock, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    clock.advance(5_000)
    await new Promise(setImmediate)
  }
}

test('every NameServer is told, and a dead one keeps none of the others waiting', async () => {
  const [first, second, dead] = [await startNameServer(), await startNameServer(), await startNameServer()]
  const deadAddress = { address: dead.address }
  await dead.stop()
  const { warnings } = await register([first, deadAddress, second])
  expect(first.registrations).toHaveLength(1)
  expect(second.registrations).toHaveLength(1)
  expect(first.registrations[0]?.header).toMatchObject({ brokerAddr: '127.0.0.1:10911', enableActingMaster: false })
  expect(warnings).toEqual(['cannot register, will try again'])
})

test('a changed topic is told at once and alone, with the new version', async () => {
  const nameServer = await startNameServer()
  const { registration, topics } = await register([nameServer])
  topics.put(topicConfigOf({ topicName: 'TopicA', order: true }))
  await registration.announced()
  expect(nameServer.lastTopics()).toEqual(['TopicA'])
  expect(nameServer.registrations.at(-1)?.body.topicConfigSerializeWrapper.dataVersion).toEqual(topics.dataVersion)
})

test('topics that change while a registration is on its way go out together after it', async () => {
  const nameServer = await startNameServer()
  const { registration, topics } = await register([nameServer])
  for (const topicName of ['TopicA', 'TopicB', 'TopicC']) topics.put(topicConfigOf({ topicName }))
  await registration.announced()
  expect(nameServer.registrations).toHaveLength(3)
  expect(nameServer.lastTopics()).toEqual(['TopicB', 'TopicC'])
})

test('all topics are told again after ten seconds and then every thirty', async () => {
  const nameServer = await startNameServer()
  const { clock, registration } = await register([nameServer])
  for (const [waitMs, count] of [
    [9_999, 1],
    [1, 2],
    [29_999, 2],
    [1, 3],
    [30_000, 4],
  ] as const) {
    clock.advance(waitMs)
    await registration.announced()
    expect(nameServer.registrations).toHaveLength(count)
  }
  expect(nameServer.lastTopics()).toContain('TBW102')
})

test('without forceRegister a NameServer that has this version is not told again', async () => {
  const nameServer = await startNameServer()
  const { clock, topics } = await register([nameServer], { forceRegister: 'false' })
  nameServer.changed = false
  clock.advance(10_000)
  await nameServer.until(() => nameServer.codes.length === 2)
  expect(nameServer.codes.at(-1)).toBe(RequestCode.QUERY_DATA_VERSION)
  expect(dataVersionJson.decode(nameServer.requests.at(-1)?.body ?? null)).toEqual(topics.dataVersion)

  nameServer.changed = true
  clock.advance(30_000)
  await nameServer.until(() => nameServer.registrations.length === 2)
})

test('a broker that may not be written shows no topic as writable', async () => {
  const nameServer = await startNameServer()
  await register([nameServer], { brokerPermission: '4' })
  const topics = nameServer.registrations[0]?.body.topicConfigSerializeWrapper.topicConfigTable
  expect(topics?.get('SELF_TEST_TOPIC')?.perm).toBe(4)
  expect(topics?.get('TBW102')?.perm).toBe(4)
})

test('topics that a NameServer calls ordered become ordered', async () => {
  const nameServer = await startNameServer()
  nameServer.orderedTopics = ['BenchmarkTest', 'unknown']
  const { topics } = await register([nameServer])
  expect(topics.isOrdered('BenchmarkTest')).toBe(true)
  expect(topics.dataVersion.counter).toBe(1)
})

test('a compressed registration says that it is compressed', async () => {
  const nameServer = await startNameServer()
  await register([nameServer], { compressedRegister: 'true' })
  expect(nameServer.registrations[0]?.header.compressed).toBe(true)
  expect(nameServer.lastTopics()).toContain('TBW102')
})

test('a registration can be split into parts', async () => {
  const nameServer = await startNameServer()
  const { topics } = await register([nameServer], { enableSplitRegistration: 'true', splitRegistrationSize: '6' })
  const parts = nameServer.registrations.map(({ body }) => body.topicConfigSerializeWrapper.topicConfigTable.size)
  expect(parts).toEqual([6, 6, topics.all().size - 12])
})

test('a changed topic can be told outside the versions', async () => {
  const nameServer = await startNameServer()
  const { registration, topics } = await register([nameServer], { enableSingleTopicRegister: 'true' })
  topics.put(topicConfigOf({ topicName: 'TopicA', readQueueNums: 3 }))
  await registration.announced()
  expect(nameServer.codes.at(-1)).toBe(RequestCode.REGISTER_TOPIC_IN_NAMESRV)
  expect(nameServer.requests.at(-1)?.extFields).toMatchObject({ topic: 'TopicA' })
  expect(nameServer.requests.at(-1)?.body?.toString()).toContain('"readQueueNums":3')
})

test('a NameServer that was down is told everything within five seconds of its return, and complained of once', async () => {
  const nameServer = await startNameServer()
  const port = Number(nameServer.address.split(':')[1])
  const { clock, topics, registration, warnings } = await register([nameServer])
  await nameServer.stop()
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  await registration.announced()
  let turnCount = 0
  await retriesUntil(clock, () => (turnCount += 1) > 20)
  topics.put(topicConfigOf({ topicName: 'TopicB' }))
  expect(warnings).toEqual(['cannot register, will try again'])

  await nameServer.start(port)
  await retriesUntil(clock, () => nameServer.registrations.length === 2)
  expect(nameServer.lastTopics()).toEqual(expect.arrayContaining(['TBW102', 'TopicA', 'TopicB']))
})

test('a NameServer that has forgotten the broker is told everything', async () => {
  const nameServer = await startNameServer()
  const { registration, topics } = await register([nameServer])
  nameServer.refuses = true
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  await nameServer.until(() => nameServer.registrations.length === 2)
  nameServer.refuses = false
  await registration.announced()
  expect(nameServer.lastTopics()).toEqual(expect.arrayContaining(['TBW102', 'TopicA']))
})

test('NameServers can be replaced while the broker runs', async () => {
  const [before, after] = [await startNameServer(), await startNameServer()]
  const { registration, config } = await register([before])
  Object.assign(config, { namesrvAddr: ` ${after.address} ;` })
  registration.updateNameServers()
  await before.until(() => before.codes.includes(RequestCode.UNREGISTER_BROKER))
  await registration.announced()
  expect(after.registrations).toHaveLength(1)
})

test('a stopped broker is taken out and never put in again', async () => {
  const nameServer = await startNameServer()
  const { registration, clock, topics } = await register([nameServer])
  await registration.stop()
  expect(nameServer.codes.at(-1)).toBe(RequestCode.UNREGISTER_BROKER)
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  clock.advance(60_000)
  await registration.announced()
  expect(nameServer.registrations).toHaveLength(1)
  await registration.stop()
})

test.each([
  ['QUERY_DATA_VERSION', 'true'],
  ['BROKER_HEARTBEAT', 'false'],
] as const)('an acting master keeps itself alive with %s', async (code, compatibleWithOldNameSrv) => {
  const nameServer = await startNameServer()
  const { clock } = await register([nameServer], { enableSlaveActingMaster: 'true', compatibleWithOldNameSrv })
  expect(nameServer.registrations[0]?.header).toMatchObject({
    enableActingMaster: true,
    heartbeatTimeoutMillis: 10_000,
  })
  clock.advance(1_000)
  await nameServer.until(() => nameServer.codes.length === 2)
  expect(nameServer.codes.at(-1)).toBe(RequestCode[code])
  expect(nameServer.requests.at(-1)?.isOneway).toBe(true)
})
