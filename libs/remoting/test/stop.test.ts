import { FakeClock } from '@rocketmq-ts/base/testing'
import { RemotingCommand, RemotingResponse, SerializeType, encodeFrame } from '@rocketmq-ts/protocol'
import type { RemotingRequest, RequestHandlers } from '../src'
import { eventually, RawPeer } from './raw-peer'
import { ECHO, echoHandlers, useRemoting } from './remoting'

const HOLD = 9002

const remoting = useRemoting()

function holding() {
  const held: RemotingRequest[] = []
  const handlers: RequestHandlers = { ...echoHandlers, [HOLD]: request => void held.push(request) }
  return { held, handlers }
}

test('a stop lets requests in flight finish, takes no new ones, and closes', async () => {
  const { held, handlers } = holding()
  const server = await remoting.server(handlers, { stopTimeoutMs: 60_000 })
  const { port } = server
  const peer = await remoting.raw(server)
  peer.request(HOLD, 1)
  await eventually(() => held.length === 1)
  const stopped = server.stop()
  await expect(RawPeer.on(port)).rejects.toThrow('ECONNREFUSED')
  peer.request(ECHO, 2)
  held[0]!.reply(RemotingResponse.success({}, Buffer.alloc(3_000_000)))
  expect(await peer.frame()).toMatchObject({ opaque: 1 })
  await peer.closed()
  await stopped
  await server.stop()
  expect(server.statistics.connectionCount).toBe(0)
})

test('what does not finish in time is cut off', async () => {
  const clock = new FakeClock()
  const { held, handlers } = holding()
  const server = await remoting.server(handlers, { stopTimeoutMs: 3000 }, { clock })
  const [peer, silent] = [await remoting.raw(server), await remoting.raw(server)]
  peer.request(HOLD, 1)
  await eventually(() => held.length === 1)
  const stopped = server.stop()
  await silent.closed()
  expect(peer.isClosed).toBe(false)
  clock.advance(3000)
  await stopped
  await peer.closed()
})

test('an answer after the end goes nowhere, and is released', async () => {
  const { held, handlers } = holding()
  const server = await remoting.server(handlers)
  const peer = await remoting.raw(server)
  peer.request(HOLD, 1)
  await eventually(() => held.length === 1)
  peer.socket.destroy()
  await eventually(() => server.statistics.connectionCount === 0)
  let releaseCount = 0
  held[0]!.reply(
    new RemotingResponse({ code: 0, bodyParts: [Buffer.from('x')], release: () => void (releaseCount += 1) }),
  )
  expect(releaseCount).toBe(1)
})

test('a graceful stop tells newer clients to go away and serves the others until its time is over', async () => {
  const clock = new FakeClock()
  const changes = { enableShutdownGracefully: true, shutdownWaitTimeSeconds: 30 }
  const server = await remoting.server(echoHandlers, changes, { clock })
  const peer = await remoting.raw(server)
  const ask = async (version: number) => {
    const command = Object.assign(RemotingCommand.request(ECHO), { version })
    peer.send(encodeFrame(command, SerializeType.JSON))
    return await peer.frame()
  }
  expect(await ask(513)).toMatchObject({ code: 0 })
  const stopped = server.stop()
  expect(await ask(476)).toMatchObject({ code: 1500, remark: 'please go away' })
  expect(await ask(475)).toMatchObject({ code: 0 })
  clock.advance(30_000)
  await peer.closed()
  await stopped
})

test('a graceful stop is over when the last client has gone', async () => {
  const server = await remoting.server(echoHandlers, { enableShutdownGracefully: true }, { clock: new FakeClock() })
  const peer = await remoting.raw(server)
  peer.request(ECHO)
  await peer.frame()
  const stopped = server.stop()
  peer.socket.end()
  await stopped
})

test('a server that was never started stops too', async () => {
  const server = await remoting.server(echoHandlers)
  await expect(remoting.server(echoHandlers, { listenPort: server.port })).rejects.toThrow('in use')
})
