import fc from 'fast-check'
import { encodeFrame, RemotingCommand, SerializeType } from '@rocketmq-ts/protocol'
import type { RemotingServer } from '../src'
import { eventually, requestFrame } from './raw-peer'
import { ECHO, echoHandlers, useRemoting } from './remoting'

const remoting = useRemoting()

function frame(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}

async function stillServes(server: RemotingServer): Promise<void> {
  const peer = await remoting.raw(server)
  peer.request(ECHO, 42)
  expect(await peer.frame()).toMatchObject({ code: 0, opaque: 42 })
  peer.socket.destroy()
}

const badFrames: [string, Buffer][] = [
  ['a length over the limit', frame('01000001 00000002 7b7d')],
  ['a negative length', frame('ffffffff 00000002 7b7d')],
  ['no bytes after the length', frame('00000000')],
  ['an unknown serialize type', frame('00000006 02000002 7b7d')],
  ['a header longer than the frame', frame('00000006 00000003 7b7d')],
  ['JSON that ends early', frame('00000005 00000001 7b')],
  ['JSON that is no object', frame('00000006 00000002 5b5d')],
  ['a binary header that ends early', frame('00000006 01000002 0069')],
  [
    'a binary header with a remark longer than itself',
    frame('00000019 01000015 0069 00 0141 01020304 00000000 7fffffff 00000000'),
  ],
  ['an empty header', frame('00000004 00000000')],
]

test.each(badFrames)('%s ends that connection, counted, and no other', async (_, bytes) => {
  const server = await remoting.server(echoHandlers)
  const [bad, other] = [await remoting.raw(server), await remoting.raw(server)]
  bad.request(ECHO, 1)
  expect(await bad.frame()).toMatchObject({ opaque: 1 })
  bad.send(bytes)
  await bad.closed()
  other.request(ECHO, 2)
  expect(await other.frame()).toMatchObject({ opaque: 2 })
  expect(server.statistics.badFrameTotal).toBe(1)
})

test('a peer that leaves in the middle of a frame leaves nothing behind', async () => {
  const server = await remoting.server(echoHandlers)
  const peer = await remoting.raw(server)
  peer.send(requestFrame(ECHO, 1).subarray(0, 20))
  peer.socket.end()
  await peer.closed()
  await eventually(() => server.statistics.connectionCount === 0)
})

test('frames before a bad one are answered', async () => {
  const server = await remoting.server(echoHandlers)
  const peer = await remoting.raw(server)
  peer.send(Buffer.concat([requestFrame(ECHO, 1), requestFrame(ECHO, 2)]))
  expect([await peer.frame(), await peer.frame()]).toMatchObject([{ opaque: 1 }, { opaque: 2 }])
})

test('a frame of just the limit is served', async () => {
  const server = await remoting.server(echoHandlers, { 'com.rocketmq.remoting.frameMaxLength': 100_000 })
  const peer = await remoting.raw(server)
  const headBytes = requestFrame(ECHO, 7).length
  peer.request(ECHO, 7, Buffer.alloc(100_000 - headBytes))
  const { opaque, body, remark } = await peer.frame()
  // The echo's own header is longer than the request's, and no answer may be over the limit either.
  expect({ opaque, body, remark }).toMatchObject({ opaque: 7, body: null })
  peer.request(ECHO, 8, Buffer.alloc(100_001 - headBytes))
  await peer.closed()
})

test('whatever arrives, however cut, the server goes on serving', async () => {
  const server = await remoting.server(echoHandlers)
  const valid = requestFrame(ECHO, 1, Buffer.from('body'))
  const binary = encodeFrame(RemotingCommand.request(ECHO, { a: 'b' }), SerializeType.ROCKETMQ)
  const whole = fc.constantFrom(valid, binary, Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n'))
  const spoiled = fc
    .tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }))
    .map(([bytes, changes]) => {
      const copy = Buffer.from(bytes)
      for (const [at, value] of changes) copy[at % copy.length] = value
      return copy
    })
  const random = fc.uint8Array({ maxLength: 64 }).map(bytes => Buffer.from(bytes))
  const stream = fc.array(fc.oneof(whole, spoiled, random), { maxLength: 6 }).map(parts => Buffer.concat(parts))
  await fc.assert(
    fc.asyncProperty(stream, fc.nat({ max: 200 }), async (bytes, cutAt) => {
      const peer = await remoting.raw(server)
      peer.send(bytes.subarray(0, cutAt))
      await new Promise(resolve => setImmediate(resolve))
      peer.send(bytes.subarray(cutAt))
      peer.socket.end()
      await peer.closed()
    }),
    { numRuns: 300 },
  )
  await stillServes(server)
  await eventually(() => server.statistics.connectionCount === 0)
})
