import { FakeClock } from '@rocketmq-ts/base/testing'
import { RemotingCommand, RemotingResponse } from '@rocketmq-ts/protocol'
import type { Channel, RemotingRequest, RequestHandlers } from '../src'
import { eventually, type RawPeer, requestFrame } from './raw-peer'
import { ECHO, echoHandlers, useRemoting } from './remoting'

const HOLD = 9002
const LARGE = 9003
const MIB = 1024 ** 2

const remoting = useRemoting()

/** Holds what it is asked; answers LARGE with `bytes` that it counts until they are released. */
function holding(bytes = 256 * 1024) {
  const held: RemotingRequest[] = []
  const shared = Buffer.alloc(bytes, 'x')
  const counts = { given: 0, released: 0 }
  const handlers: RequestHandlers = {
    ...echoHandlers,
    [HOLD]: request => void held.push(request),
    [LARGE]: request => {
      counts.given += 1
      const release = () => void (counts.released += 1)
      request.reply(new RemotingResponse({ code: 0, bodyParts: [shared], release }))
    },
  }
  return { handlers, held, counts }
}

/** Asks on another connection, which shows that the server goes on, and lets it read what was sent before. */
async function otherIsServed(other: RawPeer, opaque = 1): Promise<void> {
  other.request(ECHO, opaque)
  expect(await other.frame()).toMatchObject({ code: 0, opaque })
}

test('at the limit of requests in flight a connection is not read, below it again', async () => {
  const { handlers, held } = holding()
  const server = await remoting.server(handlers, { requestsInFlightMax: 10 })
  const [greedy, other] = [await remoting.raw(server), await remoting.raw(server)]
  greedy.send(Buffer.concat(Array.from({ length: 1000 }, (_, opaque) => requestFrame(HOLD, opaque))))
  await eventually(() => held.length === 10)
  await otherIsServed(other)
  expect(held).toHaveLength(10)
  for (let answeredCount = 0; answeredCount < 1000; answeredCount += 1) {
    await eventually(() => held.length > 0)
    expect(held.length).toBeLessThanOrEqual(10)
    held.shift()!.reply(RemotingResponse.success())
  }
  for (let opaque = 0; opaque < 1000; opaque += 1) expect(await greedy.frame()).toMatchObject({ opaque })
})

test('requests in flight are limited by bytes too', async () => {
  const { handlers, held } = holding()
  const server = await remoting.server(handlers, { requestBytesInFlightMax: MIB })
  const [greedy, other] = [await remoting.raw(server), await remoting.raw(server)]
  for (let opaque = 0; opaque < 20; opaque += 1) greedy.request(HOLD, opaque, Buffer.alloc(200_000))
  await eventually(() => held.length === 6)
  await otherIsServed(other)
  expect(held).toHaveLength(6)
  for (let answeredCount = 0; answeredCount < 20; answeredCount += 1) {
    await eventually(() => held.length > 0)
    held.shift()!.reply(RemotingResponse.success())
  }
  for (let opaque = 0; opaque < 20; opaque += 1) expect(await greedy.frame()).toMatchObject({ opaque })
})

test('a peer that asks and does not read makes the server wait, not grow; when it reads it gets all', async () => {
  const { handlers, counts } = holding()
  const server = await remoting.server(handlers)
  const [slow, other] = [await remoting.raw(server), await remoting.raw(server)]
  slow.socket.pause()
  slow.send(Buffer.concat(Array.from({ length: 400 }, (_, opaque) => requestFrame(LARGE, opaque))))
  await eventually(() => counts.given > counts.released)
  for (let round = 0; round < 20; round += 1) await otherIsServed(other, round)
  expect((counts.given - counts.released) * 256 * 1024).toBeLessThan(4 * MIB)
  expect(counts.given * 256 * 1024).toBeLessThan(30 * MIB) // the system's buffers have the rest of it
  slow.socket.resume()
  for (let opaque = 0; opaque < 400; opaque += 1) expect(await slow.frame()).toMatchObject({ opaque })
  await eventually(() => counts.released === 400)
})

test('a peer that takes nothing for the drain time is closed, and what it was to get is released', async () => {
  const clock = new FakeClock()
  const { handlers, counts } = holding()
  const server = await remoting.server(handlers, { drainTimeoutMs: 5000 }, { clock })
  const slow = await remoting.raw(server)
  slow.socket.pause()
  for (let opaque = 0; opaque < 200; opaque += 1) slow.request(LARGE, opaque)
  await eventually(() => counts.given - counts.released >= 4)
  clock.advance(4000)
  expect(server.statistics.connectionCount).toBe(1)
  clock.advance(3000)
  await eventually(() => server.statistics.connectionCount === 0)
  expect(counts.released).toBe(counts.given)
  expect(server.statistics.slowPeerTotal).toBe(1)
})

test('answers that come late, all at once, end the connection at the limit of unsent bytes', async () => {
  const { handlers, held } = holding()
  const server = await remoting.server(handlers, { unsentBytesMax: 8 * MIB })
  const slow = await remoting.raw(server)
  slow.socket.pause()
  for (let opaque = 0; opaque < 100; opaque += 1) slow.request(HOLD, opaque)
  await eventually(() => held.length === 100)
  let releasedCount = 0
  const release = () => void (releasedCount += 1)
  const bodyParts = [Buffer.alloc(MIB)]
  for (const request of held) request.reply(new RemotingResponse({ code: 0, bodyParts, release }))
  await eventually(() => server.statistics.connectionCount === 0)
  expect(releasedCount).toBe(100)
  expect(server.statistics.slowPeerTotal).toBe(1)
})

test('a slow peer gets no pushes', async () => {
  const channels: Channel[] = []
  const listener = { onOpen: (channel: Channel) => void channels.push(channel), onClose: () => undefined }
  const { handlers, counts } = holding()
  const server = await remoting.server(handlers, {}, { listener })
  const slow = await remoting.raw(server)
  slow.socket.pause()
  for (let opaque = 0; opaque < 100; opaque += 1) slow.request(LARGE, opaque)
  await eventually(() => counts.given - counts.released >= 4)
  expect(channels[0]!.sendOneway(RemotingCommand.request(40))).toBe(false)
  await expect(channels[0]!.invoke(RemotingCommand.request(307), 1000)).rejects.toThrow('it does not read')
  expect(server.statistics.refusedPushTotal).toBe(2)
})

test('oneway pushes that a socket has not taken are limited', async () => {
  const channels: Channel[] = []
  const listener = { onOpen: (channel: Channel) => void channels.push(channel), onClose: () => undefined }
  const server = await remoting.server(echoHandlers, { serverOnewaySemaphoreValue: 3 }, { listener })
  const peer = await remoting.raw(server)
  await otherIsServed(peer)
  const push = () => channels[0]!.sendOneway(RemotingCommand.request(40))
  expect([push(), push(), push(), push()]).toEqual([true, true, true, false])
  for (let count = 0; count < 3; count += 1) expect(await peer.frame()).toMatchObject({ code: 40 })
  expect(push()).toBe(true)
})

test('connections beyond the limit are closed, and taken again when there is room', async () => {
  const server = await remoting.server(echoHandlers, { connectionCountMax: 2 })
  const [first, second] = [await remoting.raw(server), await remoting.raw(server)]
  const third = await remoting.raw(server)
  await third.closed()
  await otherIsServed(second)
  first.socket.destroy()
  await eventually(() => server.statistics.connectionCount === 1)
  await otherIsServed(await remoting.raw(server))
  expect(server.statistics.refusedConnectionTotal).toBe(1)
})

test('connections that say nothing cost little and hinder nobody', async () => {
  const server = await remoting.server(echoHandlers)
  const silent: RawPeer[] = []
  for (let count = 0; count < 2000; count += 100) {
    silent.push(...(await Promise.all(Array.from({ length: 100 }, () => remoting.raw(server)))))
  }
  await eventually(() => server.statistics.connectionCount === 2000)
  await otherIsServed(await remoting.raw(server))
  for (const peer of silent) peer.socket.destroy()
})

test('a connection with neither read nor write is closed after the idle time, one that speaks is not', async () => {
  const clock = new FakeClock()
  const closed: string[] = []
  const listener = { onClose: (_: Channel, reason: string) => void closed.push(reason) }
  const server = await remoting.server(echoHandlers, { serverChannelMaxIdleTimeSeconds: 120 }, { clock, listener })
  const [idle, busy] = [await remoting.raw(server), await remoting.raw(server)]
  await otherIsServed(idle)
  for (let minute = 0; minute < 3; minute += 1) {
    await otherIsServed(busy, minute)
    clock.advance(60_000)
  }
  await idle.closed()
  await otherIsServed(busy)
  expect(closed).toEqual(['idle'])
  expect(server.statistics.idleConnectionTotal).toBe(1)
})
