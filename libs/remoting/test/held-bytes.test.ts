import { RemotingResponse } from '@rocketmq-ts/protocol'
import type { RemotingRequest, RemotingServer, RequestHandlers } from '../src'
import { eventually, type RawPeer, requestFrame } from './raw-peer'
import { ECHO, echoHandlers, useRemoting } from './remoting'

const HOLD = 9002
const LARGE = 9003
const MIB = 1024 ** 2
const LARGE_BYTES = 256 * 1024

const remoting = useRemoting()

/** Holds what it is asked; answers LARGE with memory of its own, and counts what is not released. */
function serving() {
  const held: RemotingRequest[] = []
  const memory = { bytes: 0, bytesMax: 0 }
  const handlers: RequestHandlers = {
    ...echoHandlers,
    [HOLD]: request => void held.push(request),
    [LARGE]: request => {
      memory.bytes += LARGE_BYTES
      memory.bytesMax = Math.max(memory.bytesMax, memory.bytes)
      const release = () => void (memory.bytes -= LARGE_BYTES)
      request.reply(new RemotingResponse({ code: 0, bodyParts: [Buffer.alloc(LARGE_BYTES)], release }))
    },
  }
  return { handlers, held, memory }
}

function peersOf(server: RemotingServer, count: number): Promise<RawPeer[]> {
  return Promise.all(Array.from({ length: count }, () => remoting.raw(server)))
}

async function isServed(peer: RawPeer, opaque: number): Promise<void> {
  peer.request(ECHO, opaque)
  expect(await peer.frame()).toMatchObject({ code: 0, opaque })
}

test('many peers that ask and never read cost no more memory than all connections may hold', async () => {
  const { handlers, memory } = serving()
  const heldBytesMax = 16 * MIB
  const server = await remoting.server(handlers, { heldBytesMax })
  const [other, ...slow] = (await peersOf(server, 41)) as [RawPeer, ...RawPeer[]]
  for (const { socket } of slow) socket.pause()
  const asked = Buffer.concat(Array.from({ length: 40 }, (_, opaque) => requestFrame(LARGE, opaque)))
  for (const peer of slow) peer.send(asked)
  let requestTotal = -1
  for (let round = 0; server.statistics.requestTotal > requestTotal; round += 1) {
    requestTotal = server.statistics.requestTotal + 1
    await isServed(other, round)
  }
  expect(memory.bytesMax).toBeLessThan(heldBytesMax + 2 * MIB) // what one turn adds
  for (const { socket } of slow) socket.destroy()
  await eventually(() => server.statistics.connectionCount === 1)
  await isServed(other, 1000)
  expect(memory.bytes).toBe(0)
})

test('with half of it held those above their share wait, and nobody is closed: all are answered when they read', async () => {
  const { handlers, memory } = serving()
  const server = await remoting.server(handlers, { heldBytesMax: 64 * MIB })
  const slow = await peersOf(server, 8)
  for (const { socket } of slow) socket.pause()
  const asked = Buffer.concat(Array.from({ length: 60 }, (_, opaque) => requestFrame(LARGE, opaque)))
  for (const peer of slow) peer.send(asked)
  await eventually(() => memory.bytes > 0)
  for (const { socket } of slow) socket.resume()
  for (const peer of slow) {
    for (let opaque = 0; opaque < 60; opaque += 1) expect(await peer.frame()).toMatchObject({ code: 0, opaque })
  }
  expect(server.statistics.heaviestPeerTotal).toBe(0)
  expect(memory.bytes).toBe(0)
})

test('requests that wait for their answers make their senders wait, the heavy ones first, and all are answered', async () => {
  const { handlers, held } = serving()
  const server = await remoting.server(handlers, { heldBytesMax: 16 * MIB })
  const light = await peersOf(server, 9)
  const heavy = await peersOf(server, 8)
  const bodyBytes = 20_000
  const asked = Array.from({ length: 200 }, (_, opaque) => requestFrame(HOLD, opaque, Buffer.alloc(bodyBytes)))
  for (const peer of heavy) peer.send(Buffer.concat(asked))
  await eventually(() => held.length * bodyBytes > 7 * MIB)
  for (let round = 0; round < 20; round += 1) for (const peer of light) await isServed(peer, round)
  // Half of all, and then eight parts in seventeen of the other half, which is what the heavy ones may hold together.
  expect(held.length * bodyBytes).toBeLessThan(13 * MIB)
  for (let answeredCount = 0; answeredCount < 8 * 200; answeredCount += 1) {
    await eventually(() => held.length > 0)
    held.shift()!.reply(RemotingResponse.success())
  }
  for (const peer of heavy) {
    for (let opaque = 0; opaque < 200; opaque += 1) expect(await peer.frame()).toMatchObject({ code: 0, opaque })
  }
  expect(server.statistics).toMatchObject({ heaviestPeerTotal: 0, connectionCount: 17 })
})

test('of peers that begin large requests and do not finish them the heaviest are closed', async () => {
  const server = await remoting.server(echoHandlers, { heldBytesMax: 8 * MIB })
  const [light, ...greedy] = (await peersOf(server, 33)) as [RawPeer, ...RawPeer[]]
  const half = requestFrame(ECHO, 1, Buffer.alloc(2 * MIB)).subarray(0, MIB)
  for (const peer of greedy) peer.send(half)
  await eventually(() => server.statistics.bytesIn >= 8 * MIB)
  await eventually(() => server.statistics.heaviestPeerTotal > 0)
  await isServed(light, 7)
  await eventually(() => server.statistics.connectionCount <= 9)
  expect(light.isClosed).toBe(false)
})

test('what a connection held is nobody’s any more when it is gone, answered or not', async () => {
  const { handlers, held } = serving()
  const server = await remoting.server(handlers, { heldBytesMax: 4 * MIB })
  for (let round = 0; round < 5; round += 1) {
    const peer = await remoting.raw(server)
    peer.request(HOLD, 1, Buffer.alloc(MIB))
    await eventually(() => held.length === round + 1)
    peer.send(requestFrame(HOLD, 2, Buffer.alloc(MIB)).subarray(0, MIB))
    peer.socket.end()
    await eventually(() => server.statistics.connectionCount === 0)
  }
  for (const request of held) request.reply(RemotingResponse.success())
  const peer = await remoting.raw(server)
  for (let opaque = 0; opaque < 10; opaque += 1) {
    peer.request(ECHO, opaque, Buffer.alloc(MIB))
    expect(await peer.frame()).toMatchObject({ code: 0, opaque })
  }
  expect(server.statistics.heaviestPeerTotal).toBe(0)
})
