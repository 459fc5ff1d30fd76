import { existsSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { useComponents, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { kvTableJson, RequestCode, ResponseCode, topicRouteDataJson } from '@rocketmq-ts/protocol'
import { builtExecutable, ServerProcess, Standalone, TestClient } from '../src'

const TOPIC = 'StartStopTopic'
const start = useComponents()
const temporaryFolder = useTemporaryFolders()

test('one command starts a NameServer and a broker, says where, and both serve', async () => {
  const standalone = await start(new Standalone(temporaryFolder()))
  const client = await start(new TestClient())
  expect(standalone.output.match(/boot success/g)).toHaveLength(3)
  await client.createTopic(standalone.brokerAddress, TOPIC, 2)
  const { body } = await client.ask(standalone.nameServerAddress, RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: TOPIC })
  const addresses = topicRouteDataJson.decode(body).brokerDatas.flatMap(({ brokerAddrs }) => [...brokerAddrs.values()])
  expect(addresses).toEqual([standalone.brokerAddress])
  const sent = await client.send(standalone.brokerAddress, { topic: TOPIC, queueId: 1, body: 'hello' })
  expect(sent).toMatchObject({ code: ResponseCode.SUCCESS, queueId: 1, queueOffset: 0 })
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends it with exit code 0, also while clients are connected',
  async signal => {
    const standalone = await start(new Standalone(temporaryFolder()))
    const client = await start(new TestClient())
    await client.createTopic(standalone.brokerAddress, TOPIC, 1)
    expect(await standalone.signal(signal)).toEqual({ code: 0, signal: null })
  },
)

test.each(['SIGTERM', 'SIGKILL'] as const)('after %s the next start has topics, messages and offsets', async signal => {
  const home = temporaryFolder()
  const place = { group: 'StartStopGroup', topic: TOPIC, queueId: 1 }
  const first = await start(new Standalone(home))
  const client = await start(new TestClient())
  await client.createTopic(first.brokerAddress, TOPIC, 2)
  for (const body of ['one', 'two', 'three']) await client.send(first.brokerAddress, { topic: TOPIC, queueId: 1, body })
  await client.pull(first.brokerAddress, { ...place, queueOffset: 0 }) // makes the group
  await client.commitOffset(first.brokerAddress, { ...place, offset: 2 })
  await first.signal(signal)

  const { brokerAddress, nameServerAddress } = await start(new Standalone(home))
  const messages = await client.pullAll(brokerAddress, TOPIC, 1)
  expect(messages.map(({ body }) => body.toString())).toEqual(['one', 'two', 'three'])
  const route = await client.ask(nameServerAddress, RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: TOPIC })
  expect(route.code).toBe(ResponseCode.SUCCESS)
  // Offsets are written every few seconds, as Java does it: a crash may take the newest, a stop does not.
  if (signal === 'SIGTERM') expect(await client.queryOffset(brokerAddress, place)).toBe(2)
  const next = await client.send(brokerAddress, { topic: TOPIC, queueId: 1, body: 'four' })
  expect(next.queueOffset).toBe(3)
})

test('a broker that is told no place for its store has it in the home folder, and tells its disk like any other', async () => {
  const home = temporaryFolder()
  const server = new ServerProcess({
    name: 'mqbroker',
    command: builtExecutable('mqbroker'),
    args: [],
    environment: { HOME: home, ROCKETMQ_HOME: home, ROCKETMQ_BROKER_LISTEN_PORT: '0', NAMESRV_ADDR: '' },
    servesPattern: /boot success/,
  })
  await start(server)
  const client = await start(new TestClient())
  const address = /^The broker\[\S+ (\S+)\] boot success/m.exec(server.output)?.[1] ?? ''
  const { code, remark, body } = await client.ask(address, RequestCode.GET_BROKER_RUNTIME_INFO)
  expect([code, remark]).toEqual([ResponseCode.SUCCESS, null])
  expect(kvTableJson.decode(body).table.get('commitLogDirCapacity')).toMatch(/^Total : .*B, Free : .*B\.$/)
  expect(existsSync(path.join(home, 'store', 'commitlog'))).toBe(true)
})

test('a configuration with mistakes is refused with exit code 2 and all of them by name', async () => {
  const home = temporaryFolder()
  const file = path.join(home, 'broker.conf')
  writeFileSync(file, 'brokerRole=KING\nbrokerName=broker-x\nflushDiskType=SOMETIMES\nmaxMessageSize=-1\n')
  const standalone = new Standalone(home, ['-c', file])
  expect(await standalone.runToExit()).toEqual({ code: 2, signal: null })
  for (const problem of [
    `${file}:1: brokerRole = KING`,
    `${file}:3: flushDiskType = SOMETIMES`,
    `${file}:4: maxMessageSize = -1`,
  ]) {
    expect(standalone.output).toContain(problem)
  }
})

test('a key that nobody knows is warned of, with the one that was meant, and stops nothing', async () => {
  const home = temporaryFolder()
  const file = path.join(home, 'broker.conf')
  writeFileSync(file, 'flushDiskTyp=SYNC_FLUSH\n')
  const standalone = await start(new Standalone(home, ['-c', file]))
  expect(standalone.output).toContain('flushDiskTyp')
  expect(standalone.output).toContain('flushDiskType')
})

test('a second process on the same home is refused with a sentence, and the first goes on', async () => {
  const home = temporaryFolder()
  const first = await start(new Standalone(home))
  const second = new Standalone(home)
  expect(await second.runToExit()).toEqual({ code: 1, signal: null })
  expect(second.output).toMatch(/is in use by another process/)
  const client = await start(new TestClient())
  await client.createTopic(first.brokerAddress, TOPIC, 1)
})
