/**
 * The official client keeps its messages in a global of its own.
 * @jest-environment-options {"globalsCleanup": "off"}
 */
import { writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { httpClient } from './support/http-client'
import { WebSocketOfTest } from './support/web-socket'
import { useStandaloneProxy } from './support/standalone-proxy'

const alice = { name: 'alice', secret: 'a secret of alice', tokens: ['a-token-of-alice-1'] }
const sessionCredentials = { accessKey: alice.name, accessSecret: alice.secret }
const wrong = { ...sessionCredentials, accessSecret: 'another secret' }

const server = useStandaloneProxy({}, home => {
  writeFileSync(path.join(home, 'conf', 'users.json'), JSON.stringify({ users: [alice] }))
  return Promise.resolve({ authenticationEnabled: true })
})
const http = httpClient(server.httpUrl)

test('the official client of a user sends and receives', async () => {
  await server.createTopic('Guarded', 'NORMAL')
  const consumer = await server.simpleConsumer('Guarded', { sessionCredentials })
  const producer = await server.producer({ sessionCredentials })
  await producer.send({ topic: 'Guarded', body: Buffer.from('of a user') })
  const [message] = await consumer.receive(1)
  expect(message?.body.toString()).toBe('of a user')
  await consumer.ack(message!)
})

test.each([
  ['a wrong secret', wrong],
  ['no credentials', undefined],
])('the official client with %s does not start', async (_name, given) => {
  await server.createTopic('Refused', 'NORMAL')
  const options = { topics: ['Refused'], ...(given === undefined ? {} : { sessionCredentials: given }) }
  await expect(server.producer(options)).rejects.toThrow('Failed to fetch topic routes')
  await server.producer({ topics: ['Refused'], sessionCredentials }) // it was for nothing else
})

test('by HTTP a user is known by name and secret, or by token; nobody else is served', async () => {
  const basic = `Basic ${Buffer.from(`${alice.name}:${alice.secret}`).toString('base64')}`
  const statusOf = async (headers: Record<string, string>): Promise<number> =>
    (await http.get('/v1/topics', headers)).status
  expect(await statusOf({ authorization: basic })).toBe(200)
  expect(await statusOf({ authorization: 'Bearer a-token-of-alice-1' })).toBe(200)
  expect(await statusOf({ authorization: 'Bearer a-token-of-nobody' })).toBe(401)
  expect(await statusOf({})).toBe(401)
  expect((await http.get('/healthz')).status).toBe(200)
})

test('a WebSocket of nobody is closed with 4401, that of a user is not', async () => {
  await server.createTopic('GuardedSocket', 'NORMAL')
  const url = `${server.httpUrl()}/v1/groups/g/topics/GuardedSocket/ws`
  const refused = await WebSocketOfTest.open(url)
  await refused.closed
  expect(refused.closeCode).toBe(4401)
  const served = await WebSocketOfTest.open(url, { authorization: 'Bearer a-token-of-alice-1' })
  served.say({ op: 'send', message: { body: 'of a user' } })
  expect(await served.next('result')).toMatchObject({ brokerName: 'broker-a' })
  served.close()
})

test('a remoting client that does not sign is refused by the proxy', async () => {
  const fields = { topic: 'Guarded' }
  const { code } = await server.remoting.ask(server.remotingAddress(), RequestCode.GET_ROUTEINFO_BY_TOPIC, fields)
  expect(code).toBe(ResponseCode.NO_PERMISSION)
})
