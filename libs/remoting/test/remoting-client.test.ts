import { createServer, type AddressInfo, type Server } from 'node:net'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { RemotingCommand, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import {
  type Channel,
  ConnectFailedError,
  ConnectionLostError,
  type RemotingClient,
  RemotingTimeoutError,
  type RequestHandlers,
  TooManyRequestsError,
} from '../src'
import { eventually } from './raw-peer'
import { ECHO, echoHandlers, useRemoting } from './remoting'

const SILENT = 9002
const GREET = 9003

const remoting = useRemoting()
const handlers: RequestHandlers = { ...echoHandlers, [SILENT]: () => undefined }
const echoRequest = (text: string) => RemotingCommand.request(ECHO, {}, Buffer.from(text))

const tcpServers: Server[] = []
afterEach(() => {
  for (const server of tcpServers.splice(0)) server.close()
})

/** A server that accepts and never says a word. */
async function muteServer(): Promise<string> {
  const server = createServer(socket => socket.on('error', () => undefined).resume())
  tcpServers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('requests to one address share one connection, and each gets its answer', async () => {
  const server = await remoting.server(handlers)
  const client = await remoting.client()
  const texts = Array.from({ length: 500 }, (_, index) => `message ${index}`)
  const responses = await Promise.all(texts.map(text => client.invoke(server.address, echoRequest(text), 5000)))
  expect(responses.map(({ body }) => body?.toString())).toEqual(texts)
  expect(server.statistics.connectionTotal).toBe(1)
})

test('a connection that broke is made anew when it is needed', async () => {
  const opened: Channel[] = []
  const closed: Channel[] = []
  const listener = {
    onOpen: (channel: Channel) => void opened.push(channel),
    onClose: (channel: Channel) => void closed.push(channel),
  }
  const server = await remoting.server(handlers, {}, { listener })
  const client = await remoting.client()
  await client.invoke(server.address, echoRequest('one'), 5000)
  opened[0]!.close('test')
  await eventually(() => client.statistics.connectionCount === 0)
  const response = await client.invoke(server.address, echoRequest('two'), 5000)
  expect(response.body?.toString()).toBe('two')
  expect([opened.length, closed.length]).toEqual([2, 1])
})

test('who cannot be reached is named, with the reason', async () => {
  const { port } = await remoting.server(handlers)
  const client = await remoting.client()
  const nobody = `127.0.0.1:${port === 1 ? 2 : 1}`
  await expect(client.invoke(nobody, echoRequest(''), 5000)).rejects.toThrow(ConnectFailedError)
  await expect(client.invoke(nobody, echoRequest(''), 5000)).rejects.toThrow(`connect to ${nobody} failed`)
  await expect(client.sendOneway('no port', echoRequest(''))).rejects.toThrow('the address is not host:port')
})

test('a connect that takes too long is given up', async () => {
  const mute = await muteServer()
  const client = await remoting.client({ 'tls.enable': true, connectTimeoutMillis: 20 })
  await expect(client.invoke(mute, echoRequest(''), 5000)).rejects.toThrow('no connection within 20 ms')
  const patient = await remoting.client({ 'tls.enable': true })
  await expect(patient.invoke(mute, echoRequest(''), 20)).rejects.toThrow('no connection within 20 ms')
})

test('a request that times out on a silent connection ends it', async () => {
  const mute = await muteServer()
  const clock = new FakeClock()
  const timeOut = async (client: RemotingClient): Promise<void> => {
    await client.channel(mute)
    const unanswered = expect(client.invoke(mute, echoRequest(''), 20)).rejects.toThrow(RemotingTimeoutError)
    await new Promise(resolve => setImmediate(resolve)) // it is sent, and its time has begun
    clock.advance(20)
    await unanswered
  }
  const client = await remoting.client({}, { clock })
  await timeOut(client)
  await eventually(() => client.statistics.connectionCount === 0)
  const keeping = await remoting.client({ clientCloseSocketIfTimeout: false }, { clock })
  await timeOut(keeping)
  expect(keeping.statistics.connectionCount).toBe(1)
})

test('one unanswered request does not end a connection that is alive', async () => {
  const server = await remoting.server(handlers)
  const clock = new FakeClock()
  const client = await remoting.client({}, { clock })
  await client.channel(server.address)
  const unanswered = expect(client.invoke(server.address, RemotingCommand.request(SILENT), 200)).rejects.toThrow(
    RemotingTimeoutError,
  )
  await client.invoke(server.address, echoRequest('alive'), 5000)
  clock.advance(200)
  await unanswered
  expect(client.statistics).toMatchObject({ connectionCount: 1, connectionTotal: 1 })
})

test('more requests than may wait are refused', async () => {
  const server = await remoting.server(handlers)
  const client = await remoting.client({ clientAsyncSemaphoreValue: 1 })
  await client.channel(server.address)
  const waiting = client.invoke(server.address, RemotingCommand.request(SILENT), 5000)
  const outcome = expect(waiting).rejects.toThrow(ConnectionLostError)
  await expect(client.invoke(server.address, echoRequest(''), 5000)).rejects.toThrow(TooManyRequestsError)
  await client.stop()
  await outcome
})

test('the server asks too, and pushes', async () => {
  const pushed: string[] = []
  const clientHandlers: RequestHandlers = {
    ...echoHandlers,
    [GREET]: ({ command }) => void pushed.push(command.extFields['name'] ?? ''),
  }
  const channels: Channel[] = []
  const listener = { onOpen: (channel: Channel) => void channels.push(channel), onClose: () => undefined }
  const server = await remoting.server(handlers, {}, { listener })
  const client = await remoting.client({}, { handlers: clientHandlers })
  expect(await client.sendOneway(server.address, echoRequest('hello'))).toBe(true)
  await eventually(() => channels.length === 1)
  channels[0]!.sendOneway(RemotingCommand.request(GREET, { name: 'client' }))
  const answer = await channels[0]!.invoke(echoRequest('and you?'), 5000)
  expect(answer.body?.toString()).toBe('and you?')
  expect(pushed).toEqual(['client'])
})

test('told to go away, it connects anew and asks once more', async () => {
  let askedCount = 0
  const turningAway: RequestHandlers = {
    [ECHO]: request => {
      askedCount += 1
      const code = askedCount === 1 ? ResponseCode.GO_AWAY : ResponseCode.SUCCESS
      request.reply(new RemotingResponse({ code, remark: `asked ${askedCount}` }))
    },
  }
  const server = await remoting.server(turningAway)
  const client = await remoting.client()
  const response = await client.invoke(server.address, echoRequest(''), 5000)
  expect(response.remark).toBe('asked 2')
  expect(server.statistics.connectionTotal).toBe(2)
  await eventually(() => server.statistics.connectionCount === 1)
})

test('an idle connection is closed', async () => {
  const clock = new FakeClock()
  const reasons: string[] = []
  const listener = { onClose: (_: Channel, reason: string) => void reasons.push(reason) }
  const server = await remoting.server(handlers)
  const client = await remoting.client({ clientChannelMaxIdleTimeSeconds: 60 }, { clock, listener })
  await client.invoke(server.address, echoRequest(''), 5000)
  clock.advance(59_000)
  expect(client.statistics.connectionCount).toBe(1)
  clock.advance(3_000)
  await eventually(() => client.statistics.connectionCount === 0)
  expect(reasons).toEqual(['idle'])
})

test('a stopped client refuses, also what was connecting', async () => {
  const mute = await muteServer()
  const client = await remoting.client({ 'tls.enable': true })
  const outcome = expect(client.invoke(mute, echoRequest(''), 5000)).rejects.toThrow('the client is stopped')
  await client.stop()
  await client.stop()
  await outcome
  await expect(client.channel(mute)).rejects.toThrow('the client is stopped')
})

test('a connection of its own is used by nobody else, and ends with the client', async () => {
  const server = await remoting.server(handlers)
  const client = await remoting.client()
  const [one, two] = [await client.ownChannel(server.address), await client.ownChannel(server.address)]
  for (const channel of [one, two]) {
    expect((await channel.invoke(echoRequest('own'), 5000)).body?.toString()).toBe('own')
  }
  await client.invoke(server.address, echoRequest('shared'), 5000)
  expect(server.statistics.connectionTotal).toBe(3)
  one.close('test')
  await eventually(() => client.statistics.connectionCount === 2)
  expect(two.isOpen).toBe(true)
  await client.stop()
  expect(two.isOpen).toBe(false)
})
