import * as fs from 'node:fs'
import * as path from 'node:path'
import { silentLog, systemClock, nodeDisk } from '@rocketmq-ts/base'
import { RequestCode, RemotingResponse } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { RemotingServer, remotingConfigSchema } from '@rocketmq-ts/remoting'
import type { Answer, AskingConnection } from './support/asking-connection'
import { useNamesrvs } from './support/namesrvs'
import { brokerFields, registration } from './support/registrations'

const startNamesrv = useNamesrvs()
const master = { brokerName: 'ba', brokerAddr: '127.0.0.1:1001' }
const slave = { brokerName: 'ba', brokerId: 1, brokerAddr: '127.0.0.1:1002' }
const twoTopics = { topics: ['T1', 'T2'] }

const codeOf = ({ header }: Answer): number => (JSON.parse(header) as { code: number }).code
const remarkOf = ({ header }: Answer): string | undefined => (JSON.parse(header) as { remark?: string }).remark
const askRoute = (connection: AskingConnection, topic = 'T1'): Promise<Answer> =>
  connection.ask({ code: RequestCode.GET_ROUTEINFO_BY_TOPIC, extFields: { topic } })

/** Asks until the answer has the code; the test's own limit ends a wait in vain. */
async function routeWithCode(connection: AskingConnection, code: number): Promise<Answer> {
  for (;;) {
    const answer = await askRoute(connection)
    if (codeOf(answer) === code) return answer
  }
}

test('a client sees the routes of a broker until its connection is lost', async () => {
  const { connect } = await startNamesrv()
  const [broker, client] = [await connect(), await connect()]
  expect(codeOf(await askRoute(client))).toBe(17)
  expect(codeOf(await broker.ask(registration(master, twoTopics)))).toBe(0)
  expect((await askRoute(client)).body).toContain('"127.0.0.1:1001"')
  await broker.close()
  await routeWithCode(client, 17)
})

test('a broker that takes leave is gone with the answer', async () => {
  const { connect } = await startNamesrv()
  const broker = await connect()
  await broker.ask(registration(master, twoTopics))
  expect(codeOf(await broker.ask({ code: RequestCode.UNREGISTER_BROKER, extFields: brokerFields(master) }))).toBe(0)
  expect(codeOf(await askRoute(broker))).toBe(17)
})

test('a silent broker is removed and disconnected, one that sends heartbeats is not', async () => {
  const { connect, clock } = await startNamesrv()
  const [silent, alive, client] = [await connect(), await connect(), await connect()]
  await silent.ask(registration(master, twoTopics))
  await alive.ask(registration({ brokerName: 'bb', brokerAddr: '127.0.0.1:1005' }, twoTopics))
  for (let round = 0; round < 13; round += 1) {
    clock.advance(10_000)
    for (const connection of [alive, client]) {
      await connection.ask({
        code: RequestCode.BROKER_HEARTBEAT,
        extFields: brokerFields({ brokerName: 'bb', brokerAddr: '127.0.0.1:1005' }),
      })
    }
  }
  await silent.closed
  expect((await askRoute(client)).body).not.toContain('127.0.0.1:1001')
  expect((await askRoute(client)).body).toContain('127.0.0.1:1005')
})

test('KV pairs are there after a restart', async () => {
  const first = await startNamesrv()
  const admin = await first.connect()
  const key = { namespace: 'N', key: 'k' }
  await admin.ask({ code: RequestCode.PUT_KV_CONFIG, extFields: { ...key, value: 'v' } })
  await first.namesrv.stop()
  const second = await startNamesrv({ folder: first.folder })
  const answer = await (await second.connect()).ask({ code: RequestCode.GET_KV_CONFIG, extFields: key })
  expect(answer.header).toContain('"extFields":{"value":"v"}')
})

test('a change of the ordered topics shows in the next route', async () => {
  const { connect } = await startNamesrv({ keys: { orderMessageEnable: 'true' } })
  const broker = await connect()
  await broker.ask(registration(master, twoTopics))
  expect((await askRoute(broker)).body).not.toContain('orderTopicConf')
  const key = { namespace: 'ORDER_TOPIC_CONFIG', key: 'T1' }
  await broker.ask({ code: RequestCode.PUT_KV_CONFIG, extFields: { ...key, value: 'ba:4' } })
  expect((await askRoute(broker)).body).toContain('"orderTopicConf":"ba:4"')
  await broker.ask({ code: RequestCode.DELETE_KV_CONFIG, extFields: key })
  expect((await askRoute(broker)).body).not.toContain('orderTopicConf')
})

test('a change of the configuration shows in the next route', async () => {
  const { connect } = await startNamesrv()
  const [broker, other] = [await connect(), await connect()]
  const acting = { fields: { enableActingMaster: 'true' } }
  await broker.ask(registration({ ...master, ...acting }, twoTopics))
  await other.ask(registration({ ...slave, ...acting }, twoTopics))
  await broker.ask({ code: RequestCode.UNREGISTER_BROKER, extFields: brokerFields(master) })
  expect((await askRoute(other)).body).toContain('{"1":"127.0.0.1:1002"}')
  await other.ask({ code: RequestCode.UPDATE_NAMESRV_CONFIG, body: 'supportActingMaster=true' })
  expect((await askRoute(other)).body).toContain('{"0":"127.0.0.1:1002"}')
})

test('a route in a zone has only the brokers of the zone', async () => {
  const { connect } = await startNamesrv()
  const client = await connect()
  await client.ask(registration({ ...master, fields: { __ZONE_NAME: 'z1' } }, twoTopics))
  await client.ask(registration({ brokerName: 'bb', brokerAddr: '127.0.0.1:1005' }, twoTopics))
  const extFields = { topic: 'T1', __ZONE_MODE: 'true', __ZONE_NAME: 'Z1' }
  const { body } = await client.ask({ code: RequestCode.GET_ROUTEINFO_BY_TOPIC, extFields })
  expect(body).toContain('127.0.0.1:1001')
  expect(body).not.toContain('127.0.0.1:1005')
})

test('routes are refused until the wait for brokers is over, when that is configured', async () => {
  const { connect, clock } = await startNamesrv({ keys: { needWaitForService: 'true' } })
  const client = await connect()
  await client.ask(registration(master, twoTopics))
  clock.advance(44_999)
  expect(remarkOf(await askRoute(client))).toBe('name server not ready')
  clock.advance(1)
  expect(codeOf(await askRoute(client))).toBe(0)
})

test('a compressed registration counts although the broker says that it is not compressed', async () => {
  const { session } = await import('./session/session')
  const step = session.find(({ name }) => name === 'compressed registration')!
  const { connect } = await startNamesrv()
  const broker = await connect()
  expect(codeOf(await broker.ask({ ...step, extFields: { ...step.extFields, compressed: 'false' } }))).toBe(0)
  expect(codeOf(await askRoute(broker, 'TC'))).toBe(0)
})

test('the configuration is shown with what an update changed', async () => {
  const { connect } = await startNamesrv()
  const admin = await connect()
  await admin.ask({ code: RequestCode.UPDATE_NAMESRV_CONFIG, body: 'enableTopicList=false\n' })
  const { body } = await admin.ask({ code: RequestCode.GET_NAMESRV_CONFIG })
  expect(body?.split('\n')).toEqual(expect.arrayContaining(['enableTopicList=false', 'waitSecondsForService=45']))
})

test('a bad value of an update is named, and nothing of the update counts', async () => {
  const { connect } = await startNamesrv()
  const admin = await connect()
  const answer = await admin.ask({
    code: RequestCode.UPDATE_NAMESRV_CONFIG,
    body: 'enableTopicList=false\nneedWaitForService=maybe\n',
  })
  expect(remarkOf(answer)).toContain('needWaitForService = maybe')
  expect((await admin.ask({ code: RequestCode.GET_NAMESRV_CONFIG })).body).toContain('enableTopicList=true')
})

test('slaves are told over the network that their master is gone', async () => {
  const { connect } = await startNamesrv({ keys: { notifyMinBrokerIdChanged: 'true' } })
  let notice: (command: IncomingCommand) => void = () => undefined
  const noticed = new Promise<IncomingCommand>(resolve => (notice = resolve))
  const listening = new RemotingServer(
    remotingConfigSchema.parse({ bindAddress: '127.0.0.1' }),
    {
      [RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE]: request => {
        notice(request.command.retain())
        request.reply(RemotingResponse.success())
      },
    },
    { clock: systemClock, disk: nodeDisk, log: silentLog },
  )
  await listening.start()
  try {
    const [first, second] = [await connect(), await connect()]
    const acting = { fields: { enableActingMaster: 'true' } }
    await first.ask(registration({ ...master, ...acting }, twoTopics))
    await second.ask(registration({ ...slave, brokerAddr: `127.0.0.1:${listening.port}`, ...acting }, twoTopics))
    await first.close()
    const { extFields, isOneway } = await noticed
    expect(isOneway).toBe(true)
    expect({ ...extFields }).toEqual({
      minBrokerId: '1',
      minBrokerAddr: `127.0.0.1:${listening.port}`,
      offlineBrokerAddr: '127.0.0.1:1001',
    })
  } finally {
    await listening.stop()
  }
})

test('a NameServer whose KV file is damaged, and its backup, too, does not start and says which file', async () => {
  const first = await startNamesrv()
  await first.namesrv.stop()
  for (const name of ['kvConfig.json', 'kvConfig.json.bak']) {
    fs.writeFileSync(path.join(first.folder, name), '{"configTable":')
  }
  await expect(startNamesrv({ folder: first.folder })).rejects.toThrow('kvConfig.json')
})
