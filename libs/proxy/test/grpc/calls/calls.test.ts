import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { RemotingResponse, RequestCode } from '@rocketmq-ts/protocol'
import { messagingService, v2 } from '@rocketmq-ts/protocol/grpc'
import { useGrpcFaces } from '../../support/grpc-face'

const faces = useGrpcFaces()
const sessions: ClientHttp2Session[] = []

afterEach(async () => {
  for (const session of sessions.splice(0)) {
    if (session.destroyed) continue
    const closed = once(session, 'close')
    session.destroy()
    await closed
  }
})

const { path, requestSerialize, responseDeserialize } = messagingService.SendMessage
const messages = [{ topic: { name: 'T' }, body: Buffer.from('x'), systemProperties: { messageId: 'ID' } }]
const request = requestSerialize({ messages })

function framed(message: Buffer, flag = 0): Buffer {
  const head = Buffer.alloc(5)
  head[0] = flag
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function sessionTo(address: string): ClientHttp2Session {
  const session = connect(`http://${address}`)
  session.on('error', () => undefined)
  sessions.push(session)
  return session
}

function callOn(session: ClientHttp2Session, headers: Readonly<Record<string, string>> = {}): ClientHttp2Stream {
  return session.request({
    ...{ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
    ...{ 'x-mq-client-id': 'client', ...headers },
  })
}

interface Ended {
  readonly grpcStatus: number
  readonly message: string
  readonly body: Buffer
}

async function endOf(stream: ClientHttp2Stream): Promise<Ended> {
  let last: Readonly<Record<string, unknown>> = {}
  stream.on('response', headers => (last = headers))
  stream.on('trailers', (headers: IncomingHttpHeaders) => (last = headers))
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(stream, 'close')
  const text = last['grpc-message']
  const message = decodeURIComponent(typeof text === 'string' ? text : '')
  return { grpcStatus: Number(last['grpc-status']), message, body: Buffer.concat(chunks) }
}

async function startFace(changes: object = {}) {
  const started = await faces.face(changes)
  started.broker.topics.set('T', {})
  started.broker.answers.set(RequestCode.SEND_MESSAGE_V2, () =>
    Promise.resolve(RemotingResponse.success({ queueId: '0', queueOffset: '7', msgId: '' })),
  )
  return started
}

/** The next send is not answered until the test does it. */
function heldSend(broker: Awaited<ReturnType<typeof startFace>>['broker']) {
  let answer: (response: RemotingResponse) => void = () => undefined
  const asked = new Promise<void>(resolve => {
    broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => {
      resolve()
      return new Promise(answered => (answer = answered))
    })
  })
  return { asked, answer: (response: RemotingResponse): void => answer(response) }
}

test.each([
  ['as it is', {}, framed(request)],
  ['compressed', { 'grpc-encoding': 'gzip' }, framed(gzipSync(request), 1)],
])('a call whose message comes %s is answered', async (_how, headers, bytes) => {
  const { face } = await startFace()
  const stream = callOn(sessionTo(face.address), headers)
  stream.end(bytes)
  const { grpcStatus, body } = await endOf(stream)
  expect(grpcStatus).toBe(status.OK)
  expect(responseDeserialize(body.subarray(5)).entries[0]?.offset).toBe(7)
})

test('a call whose message comes a byte at a time is answered', async () => {
  const { face } = await startFace()
  const stream = callOn(sessionTo(face.address))
  const ended = endOf(stream)
  for (const byte of framed(request)) await new Promise(resolve => stream.write(Buffer.of(byte), resolve))
  stream.end()
  expect((await ended).grpcStatus).toBe(status.OK)
})

const garbage: readonly [string, Record<string, string>, Buffer, number, RegExp][] = [
  ['nothing', {}, Buffer.alloc(0), status.INTERNAL, /without a message/],
  ['half a message', {}, framed(request).subarray(0, 9), status.INTERNAL, /without a message/],
  ['no protobuf', {}, framed(Buffer.from([0xff, 0xff, 0xff])), status.INTERNAL, /cannot be read/],
  ['two messages', {}, Buffer.concat([framed(request), framed(request)]), status.INTERNAL, /more/],
  ['a length of 4 GiB', {}, Buffer.from([0, 255, 255, 255, 255]), status.RESOURCE_EXHAUSTED, /grpcMaxInbound/],
  ['no gzip', { 'grpc-encoding': 'gzip' }, framed(request, 1), status.INTERNAL, /decompress/],
  ['snappy', { 'grpc-encoding': 'snappy' }, framed(request, 1), status.UNIMPLEMENTED, /"snappy" is not known/],
]

test.each(garbage)('%s costs its call, not its connection', async (_what, headers, bytes, code, text) => {
  const { face } = await startFace()
  const session = sessionTo(face.address)
  const stream = callOn(session, headers)
  stream.end(bytes)
  const { grpcStatus, message } = await endOf(stream)
  expect(grpcStatus).toBe(code)
  expect(message).toMatch(text)
  const next = callOn(session)
  next.end(framed(request))
  expect((await endOf(next)).grpcStatus).toBe(status.OK)
})

test('of messages that are begun and not sent a connection may have as much as two of the largest', async () => {
  const { face } = await startFace({ grpcMaxInboundMessageSize: 1000 })
  const session = sessionTo(face.address)
  const begun = Array.from({ length: 3 }, () => callOn(session))
  for (const stream of begun) stream.write(framed(Buffer.alloc(1000)).subarray(0, 900))
  const { grpcStatus, message } = await endOf(begun[2]!)
  expect([grpcStatus, message]).toEqual([status.RESOURCE_EXHAUSTED, expect.stringContaining('2000 bytes')])
  for (const stream of begun.slice(0, 2)) stream.close(constants.NGHTTP2_CANCEL)
  const next = callOn(session)
  next.end(framed(request))
  expect((await endOf(next)).grpcStatus).toBe(status.OK)
})

test('what is no gRPC is told so', async () => {
  const { face } = await startFace()
  const stream = callOn(sessionTo(face.address), { 'content-type': 'application/json' })
  stream.end('{}')
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders]
  expect(headers[':status']).toBe(415)
})

test('a call that its client takes back is answered to nobody, and the next is answered', async () => {
  const { face, broker } = await startFace()
  const { asked, answer } = heldSend(broker)
  const session = sessionTo(face.address)
  const stream = callOn(session)
  stream.end(framed(request))
  await asked
  const closed = once(stream, 'close')
  stream.close(constants.NGHTTP2_CANCEL)
  await closed
  await new Promise<void>(resolve => session.ping(() => resolve())) // it has reached the proxy
  answer(RemotingResponse.success({ queueId: '0', queueOffset: '7', msgId: '' }))
  broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => Promise.resolve(RemotingResponse.success({ queueId: '0' })))
  const next = callOn(session)
  next.end(framed(request))
  expect(responseDeserialize((await endOf(next)).body.subarray(5)).status?.code).toBe(v2.Code.OK)
})

test('a connection with a call is not idle', async () => {
  const { face, broker } = await startFace({ grpcClientIdleTimeMills: 1000 })
  const { asked, answer } = heldSend(broker)
  const session = sessionTo(face.address)
  const stream = callOn(session)
  stream.end(framed(request))
  await asked
  // Another connection, opened later and left alone, is closed as idle: then this one would have been, too.
  const idle = sessionTo(face.address)
  await once(idle, 'close')
  expect(session.closed).toBe(false)
  answer(RemotingResponse.success({ queueId: '0', queueOffset: '7', msgId: '' }))
  expect((await endOf(stream)).grpcStatus).toBe(status.OK)
})
