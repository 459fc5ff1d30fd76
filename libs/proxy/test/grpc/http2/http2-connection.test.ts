import * as fc from 'fast-check'
import { FrameFlag, FrameType, SettingId, settingsFrame, windowUpdateFrame } from '../../../src/grpc/http2/frames'
import { encodeHeaders } from '../../../src/grpc/http2/hpack/encode-headers'
import { ErrorCode } from '../../../src/grpc/http2/http2-error'
import { Http2ServerOfTest, okHeaders, endTrailers } from './support/http2-server'
import { frame, PREFACE, RawHttp2Client, request, requestBlock, uint32 } from './support/raw-http2-client'
import type { Frame } from './support/raw-http2-client'

let server: Http2ServerOfTest
const clients: RawHttp2Client[] = []
beforeEach(async () => {
  server = new Http2ServerOfTest(4)
  await server.start()
})
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  await server.stop()
})

async function opened(greeting?: Buffer<ArrayBuffer>): Promise<RawHttp2Client> {
  const client = await RawHttp2Client.open(server.port, greeting)
  clients.push(client)
  return client
}

const isEnd = (streamId: number) => (one: Frame) =>
  one.streamId === streamId && one.type === FrameType.HEADERS && (one.flags & FrameFlag.END_STREAM) !== 0
const isReset = (streamId: number) => (one: Frame) => one.streamId === streamId && one.type === FrameType.RST_STREAM

function bodyOf(client: RawHttp2Client, streamId: number): Buffer {
  const data = client.frames.filter(one => one.streamId === streamId && one.type === FrameType.DATA)
  return Buffer.concat(data.map(({ payload }) => payload))
}

const data = (streamId: number, payload: Buffer | string, flags = 0): Buffer =>
  frame(FrameType.DATA, flags, streamId, payload)
const { END_HEADERS, END_STREAM, PADDED, PRIORITY, ACK } = FrameFlag

test('a request is answered, wherever its bytes are cut', async () => {
  const client = await opened(Buffer.alloc(0))
  const bytes = Buffer.concat([PREFACE, settingsFrame([]), request(1, false), data(1, 'hello', END_STREAM)])
  for (const byte of bytes) await new Promise(resolve => client.socket.write(Buffer.of(byte), resolve))
  await client.frame(isEnd(1))
  expect(bodyOf(client, 1).toString()).toBe('hello')
  expect(server.seen[0]).toMatchObject({ isEnded: true, isWhole: true })
})

test('padding and priorities are not the request', async () => {
  const client = await opened()
  const padded = Buffer.concat([Buffer.from([3]), uint32(0), Buffer.from([7]), requestBlock, Buffer.alloc(3)])
  client.say(
    frame(FrameType.HEADERS, END_HEADERS | PADDED | PRIORITY, 1, padded),
    data(1, Buffer.concat([Buffer.from([2]), Buffer.from('hi'), Buffer.alloc(2)]), PADDED | END_STREAM),
    frame(FrameType.PRIORITY, 0, 1, Buffer.concat([uint32(0), Buffer.from([7])])),
    frame(0xaa, 0, 1, 'of a type that nobody knows'),
  )
  await client.frame(isEnd(1))
  expect(bodyOf(client, 1).toString()).toBe('hi')
})

test('headers come in pieces, and trailers behind a body', async () => {
  const client = await opened()
  client.say(
    frame(FrameType.HEADERS, 0, 1, requestBlock.subarray(0, 3)),
    frame(FrameType.CONTINUATION, 0, 1, requestBlock.subarray(3, 4)),
    frame(FrameType.CONTINUATION, END_HEADERS, 1, requestBlock.subarray(4)),
    data(1, 'body'),
    request(1, true, encodeHeaders([['x-checksum', '7']])),
  )
  await client.frame(isEnd(1))
  expect(bodyOf(client, 1).toString()).toBe('body')
})

const wrong = encodeHeaders([[':method', 'POST']])
const upper = encodeHeaders([
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/'],
  ['X-Upper', '1'],
])
const lengthOf3 = Buffer.concat([requestBlock, encodeHeaders([['content-length', '3']])])
const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, COMPRESSION_ERROR, ENHANCE_YOUR_CALM } =
  ErrorCode

const costsConnection: readonly (readonly [string, readonly Buffer[], number])[] = [
  ['a frame of 16 MiB', [frame(FrameType.DATA, 0, 1).fill(0xff, 0, 3)], FRAME_SIZE_ERROR],
  ['DATA of no stream', [data(0, 'x')], PROTOCOL_ERROR],
  ['DATA of a stream that has not begun', [data(7, 'x')], PROTOCOL_ERROR],
  ['more padding than bytes', [request(1, false), data(1, Buffer.from([9, 1]), PADDED)], PROTOCOL_ERROR],
  ['an even stream', [request(2)], PROTOCOL_ERROR],
  ['a stream below the last', [request(5, false), request(3)], STREAM_CLOSED],
  ['headers that nobody can read', [request(1, true, Buffer.from([0xbf]))], COMPRESSION_ERROR],
  ['CONTINUATION of nothing', [frame(FrameType.CONTINUATION, END_HEADERS, 1, requestBlock)], PROTOCOL_ERROR],
  ['headers that another frame breaks into', [frame(FrameType.HEADERS, 0, 1), data(1, 'x')], PROTOCOL_ERROR],
  [
    'headers without end',
    [frame(FrameType.HEADERS, 0, 1), ...Array.from({ length: 70 }, () => frame(FrameType.CONTINUATION, 0, 1))],
    ENHANCE_YOUR_CALM,
  ],
  ['RST_STREAM of a stream that has not begun', [frame(FrameType.RST_STREAM, 0, 9, uint32(8))], PROTOCOL_ERROR],
  ['a short RST_STREAM', [request(1, false), frame(FrameType.RST_STREAM, 0, 1, 'x')], FRAME_SIZE_ERROR],
  ['SETTINGS of a stream', [frame(FrameType.SETTINGS, 0, 1)], PROTOCOL_ERROR],
  ['half a setting', [frame(FrameType.SETTINGS, 0, 0, 'abc')], FRAME_SIZE_ERROR],
  ['SETTINGS acknowledged with settings', [frame(FrameType.SETTINGS, ACK, 0, 'abcdef')], FRAME_SIZE_ERROR],
  ['ENABLE_PUSH=2', [settingsFrame([[SettingId.ENABLE_PUSH, 2]])], PROTOCOL_ERROR],
  ['a window of 2 GiB', [settingsFrame([[SettingId.INITIAL_WINDOW_SIZE, 2 ** 31]])], FLOW_CONTROL_ERROR],
  ['a frame size of 1', [settingsFrame([[SettingId.MAX_FRAME_SIZE, 1]])], PROTOCOL_ERROR],
  ['a short PING', [frame(FrameType.PING, 0, 0, 'x')], FRAME_SIZE_ERROR],
  ['a PING of a stream', [frame(FrameType.PING, 0, 1, '12345678')], PROTOCOL_ERROR],
  ['a GOAWAY of a stream', [frame(FrameType.GOAWAY, 0, 1, '12345678')], PROTOCOL_ERROR],
  ['PUSH_PROMISE', [frame(FrameType.PUSH_PROMISE, END_HEADERS, 1, '1234')], PROTOCOL_ERROR],
  ['a window that grows by nothing', [windowUpdateFrame(0, 0)], PROTOCOL_ERROR],
  ['a window that grows too large', [windowUpdateFrame(0, 2 ** 31 - 1)], FLOW_CONTROL_ERROR],
]

test.each(costsConnection)('%s costs the connection, and is named', async (_what, frames, code) => {
  const client = await opened()
  client.say(...frames)
  const goAway = await client.goAway()
  expect(goAway.code).toBe(code)
  expect(goAway.text).not.toBe('')
  expect(server.faults).toHaveLength(1)
  await client.closed()
  expect(server.seen.every(({ isWhole }) => isWhole === false)).toBe(true)
})

const costsStream: readonly (readonly [string, readonly Buffer[], number])[] = [
  ['a request without a path', [request(1, true, wrong)], PROTOCOL_ERROR],
  ['a name in capitals', [request(1, true, upper)], PROTOCOL_ERROR],
  ['a body of another length', [request(1, false, lengthOf3), data(1, 'four', END_STREAM)], PROTOCOL_ERROR],
  ['HEADERS within a body', [request(1, false), request(1, false)], PROTOCOL_ERROR],
  ['a path behind a body', [request(1, false), request(1, true)], PROTOCOL_ERROR],
  [
    'a stream that depends on itself',
    [frame(FrameType.PRIORITY, 0, 1, Buffer.concat([uint32(1), Buffer.from([1])]))],
    PROTOCOL_ERROR,
  ],
  ['a short PRIORITY', [frame(FrameType.PRIORITY, 0, 1, 'x')], FRAME_SIZE_ERROR],
  ['a window of a stream that grows by nothing', [request(1, false), windowUpdateFrame(1, 0)], PROTOCOL_ERROR],
  [
    'a window of a stream that grows too large',
    [request(1, false), windowUpdateFrame(1, 2 ** 31 - 1)],
    FLOW_CONTROL_ERROR,
  ],
]

test.each(costsStream)('%s costs the stream, and the next is served', async (_what, frames, code) => {
  const client = await opened()
  client.say(...frames)
  const { payload } = await client.frame(isReset(1))
  expect(payload.readUInt32BE(0)).toBe(code)
  client.say(request(3, false), data(3, 'next', END_STREAM))
  await client.frame(isEnd(3))
  expect(bodyOf(client, 3).toString()).toBe('next')
})

test('DATA behind the end of a request breaks it off', async () => {
  server.answer = () => undefined
  const client = await opened()
  client.say(request(1), data(1, 'more'))
  expect((await client.frame(isReset(1))).payload.readUInt32BE(0)).toBe(STREAM_CLOSED)
})

test.each([
  ['HTTP/1.1', 'GET / HTTP/1.1\r\nhost: here\r\n\r\n'],
  ['remoting', Buffer.from([0, 0, 0, 20, 0, 0, 0, 10, 0x7b])],
  ['a preface without settings', Buffer.concat([PREFACE, request(1)])],
])('%s is told what is spoken here', async (_what, greeting) => {
  const client = await opened(Buffer.from(greeting))
  const { code, text } = await client.goAway()
  expect([code, text]).toEqual([PROTOCOL_ERROR, expect.stringContaining('this port takes gRPC')])
  await client.closed()
})

test('one stream more than allowed is refused, and comes when another has ended', async () => {
  server.answer = () => undefined
  const client = await opened()
  client.say(...[1, 3, 5, 7, 9].map(id => request(id)))
  expect((await client.frame(isReset(9))).payload.readUInt32BE(0)).toBe(ErrorCode.REFUSED_STREAM)
  server.seen[0]!.stream.answer(okHeaders, Buffer.from('done'), endTrailers)
  await client.frame(isEnd(1))
  client.say(request(11))
  await client.settle()
  expect(server.seen.map(({ stream }) => stream.id)).toEqual([1, 3, 5, 7, 11])
})

test('an answer leaves as far as the window is open, and no farther', async () => {
  const body = Buffer.from('abcdefghijklmnopqrstuvwxyz')
  server.answer = ({ stream }) => stream.answer(okHeaders, body, endTrailers)
  const client = await opened(Buffer.concat([PREFACE, settingsFrame([[SettingId.INITIAL_WINDOW_SIZE, 10]])]))
  client.say(request(1))
  await client.settle()
  expect(bodyOf(client, 1).toString()).toBe('abcdefghij')
  client.say(windowUpdateFrame(1, 5))
  await client.settle()
  expect(bodyOf(client, 1).toString()).toBe('abcdefghijklmno')
  client.say(settingsFrame([[SettingId.INITIAL_WINDOW_SIZE, 0]])) // ten less than nothing is left
  client.say(windowUpdateFrame(1, 10))
  await client.settle()
  expect(bodyOf(client, 1)).toHaveLength(15)
  client.say(settingsFrame([[SettingId.INITIAL_WINDOW_SIZE, 100]]))
  await client.frame(isEnd(1))
  expect(bodyOf(client, 1)).toEqual(body)
})

test('streams share the window of their connection, and one that waits does not hold up the others', async () => {
  const size = 60_000
  server.answer = ({ stream }) => stream.answer(okHeaders, Buffer.alloc(size, stream.id), endTrailers)
  const client = await opened()
  client.say(request(1), request(3), request(5))
  await client.settle()
  const got = (): number => [1, 3, 5].reduce((sum, id) => sum + bodyOf(client, id).length, 0)
  expect(got()).toBe(65_535)
  client.say(frame(FrameType.RST_STREAM, 0, 3, uint32(ErrorCode.CANCEL)))
  client.say(windowUpdateFrame(0, 100_000))
  await Promise.all([client.frame(isEnd(1)), client.frame(isEnd(5))])
  expect([bodyOf(client, 1), bodyOf(client, 5)]).toEqual([Buffer.alloc(size, 1), Buffer.alloc(size, 5)])
  expect(server.seen.map(({ isWhole }) => isWhole)).toEqual([true, false, true])
})

test('a body that goes on is taken, and the windows are opened again for it', async () => {
  const client = await opened()
  client.say(request(1, false))
  const chunk = Buffer.alloc(16_384, 1)
  const isOpened = (streamId: number) => (one: Frame) =>
    one.type === FrameType.WINDOW_UPDATE && one.streamId === streamId && client.frames.indexOf(one) > 1
  for (let sent = 0; sent < 64; sent += 1) {
    client.say(data(1, chunk))
    if (sent % 8 === 7) await client.frame(isOpened(1))
    if (sent % 8 === 7) client.frames.splice(client.frames.findIndex(isOpened(1)), 1)
  }
  client.say(data(1, '', END_STREAM))
  await client.settle()
  expect(server.seen[0]!.body.reduce((sum, { length }) => sum + length, 0)).toBe(64 * 16_384)
  await client.frame(isOpened(0))
})

test('who sends more than its window is broken off', async () => {
  const client = await opened()
  server.onRequest = stream => stream.pause()
  client.say(request(1, false), ...Array.from({ length: 17 }, () => data(1, Buffer.alloc(16_384))))
  expect((await client.frame(isReset(1))).payload.readUInt32BE(0)).toBe(FLOW_CONTROL_ERROR)
})

test('an answer that comes before the end of its request stops the request', async () => {
  server.onRequest = stream => stream.answer(okHeaders, Buffer.from('enough'), endTrailers)
  const client = await opened()
  client.say(request(1, false))
  expect((await client.frame(isReset(1))).payload.readUInt32BE(0)).toBe(ErrorCode.NO_ERROR)
  client.say(data(1, 'was on its way'))
  client.say(request(3, false))
  await client.frame(isReset(3))
  expect(server.seen.map(({ isWhole }) => isWhole)).toEqual([true, true])
})

test.each([
  ['take them back', (id: number) => frame(FrameType.RST_STREAM, 0, id, uint32(8))],
  ['have them broken off', (id: number) => windowUpdateFrame(id, 0)],
])('who begins streams to %s is let go', async (_how, end) => {
  server.answer = () => undefined
  const client = await opened()
  for (let id = 1; id < 2600; id += 2) client.say(request(id), end(id))
  expect((await client.goAway()).code).toBe(ENHANCE_YOUR_CALM)
  await client.closed()
})

test('who asks and reads nothing is read no further', async () => {
  const client = await opened()
  client.socket.pause()
  const pings = Buffer.concat(Array.from({ length: 4096 }, () => frame(FrameType.PING, 0, 0, '12345678')))
  const [connection] = server.connections
  let written = 0
  while (connection?.socket.isPaused() !== true) {
    client.socket.write(pings)
    written += pings.length
    await new Promise(resolve => setImmediate(resolve))
    expect(written).toBeLessThan(256 * 1024 * 1024)
  }
  expect(connection.socket.writableLength).toBeLessThan(4 * 1024 * 1024)
  client.socket.resume()
  await client.settle()
})

test('garbage costs at most the connection that it comes on', async () => {
  const someFrame = fc.tuple(fc.nat(11), fc.nat(255), fc.nat(5), fc.uint8Array({ maxLength: 40 }))
  await fc.assert(
    fc.asyncProperty(fc.array(someFrame, { minLength: 1, maxLength: 30 }), async frames => {
      const client = await opened()
      client.say(...frames.map(([type, flags, id, payload]) => frame(type, flags, id, Buffer.from(payload))))
      await client.settle().catch(() => undefined) // or it was closed
      client.socket.destroy()
    }),
    { numRuns: 60 },
  )
  const next = await opened()
  next.say(request(1))
  await next.frame(isEnd(1))
})

test('at a drain what is under way is answered, and then the connection ends', async () => {
  server.answer = () => undefined
  const client = await opened()
  client.say(request(1))
  await client.settle()
  const [connection] = server.connections
  connection!.drain()
  await client.goAway()
  const { payload } = await client.frame(({ type, flags }) => type === FrameType.PING && (flags & ACK) === 0)
  client.say(request(3)) // was on its way
  client.say(frame(FrameType.PING, ACK, 0, payload))
  const isLast = (one: Frame) => one.type === FrameType.GOAWAY && one.payload.readUInt32BE(0) === 3
  await client.frame(isLast)
  client.say(request(5)) // is not served, which the client knows
  await client.settle()
  for (const { stream } of server.seen) stream.answer(okHeaders, Buffer.from('last'), endTrailers)
  await Promise.all([client.frame(isEnd(1)), client.frame(isEnd(3))])
  await client.closed()
  expect(server.seen.map(({ stream }) => stream.id)).toEqual([1, 3])
})
