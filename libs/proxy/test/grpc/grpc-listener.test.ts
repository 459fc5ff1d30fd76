import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { credentials } from '@grpc/grpc-js'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { RemotingResponse, RequestCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { useGrpcFaces } from '../support/grpc-face'

const faces = useGrpcFaces()

const anyCertificate = credentials.createSsl(null, null, null, {
  rejectUnauthorized: false,
  checkServerIdentity: () => undefined,
})

test('one port serves plain clients, and TLS clients with a certificate of its own making', async () => {
  const { face, broker } = await faces.face()
  broker.topics.set('T', {})
  for (const given of [{}, { credentials: anyCertificate }]) {
    const { status, messageQueues } = await faces
      .client(face.address, given)
      .call('QueryRoute', { topic: { name: 'T' } })
    expect([status?.code, messageQueues.length]).toEqual([v2.Code.OK, 4])
  }
})

test('disabled closes TLS clients, enforcing closes plain ones', async () => {
  const [disabled, enforcing] = [
    await faces.face({ 'tls.server.mode': 'disabled' }),
    await faces.face({ 'tls.server.mode': 'enforcing' }),
  ]
  const asked = { topic: { name: 'T' } }
  await expect(
    faces.client(disabled.face.address, { credentials: anyCertificate }).call('QueryRoute', asked),
  ).rejects.toThrow('UNAVAILABLE')
  await expect(faces.client(enforcing.face.address).call('QueryRoute', asked)).rejects.toThrow('UNAVAILABLE')
  const { status } = await faces
    .client(enforcing.face.address, { credentials: anyCertificate })
    .call('QueryRoute', asked)
  expect(status?.code).toBe(v2.Code.TOPIC_NOT_FOUND)
})

test('without a certificate of its own making, one that is not there stops the start', async () => {
  const config = { tlsTestModeEnable: false, rocketmqHome: '/nowhere' }
  await expect(faces.face(config)).rejects.toThrow(/there is no file \/nowhere\/conf\/tls\/rocketmq\.crt/)
})

test.each([
  ['PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n', '1.2.3.4:1000'],
  ['PROXY TCP6 2001:db8::1 ::1 1000 2000\r\n', '[2001:db8::1]:1000'],
  [Buffer.from('0d0a0d0a000d0a515549540a2111000c0102030405060708000a0014', 'hex'), '1.2.3.4:10'],
])('behind %j a message is born where its producer is, plain or TLS', async (header, bornHost) => {
  const { face, broker } = await faces.face()
  broker.topics.set('T', {})
  broker.answers.set(RequestCode.SEND_MESSAGE_V2, () =>
    RemotingResponse.success({ queueId: '0', queueOffset: '0', msgId: '' }),
  )
  const balancer = await startBalancer(face.address, header)
  for (const given of [{}, { credentials: anyCertificate }]) {
    const message = { topic: { name: 'T' }, body: Buffer.from('x'), systemProperties: { messageId: 'ID' } }
    const { status } = await faces.client(balancer.address, given).call('SendMessage', { messages: [message] })
    expect(status?.code).toBe(v2.Code.OK)
  }
  balancer.stop()
  const properties = broker.askedOf(RequestCode.SEND_MESSAGE_V2).map(({ fields }) => fields['i'])
  expect(properties).toEqual([expect.stringContaining(bornHost), expect.stringContaining(bornHost)])
})

test('half a PROXY header and silence are given their time', async () => {
  const clock = new FakeClock()
  const { face } = await faces.face({ grpcClientIdleTimeMills: 50_000, handshakeTimeoutMs: 10_000 }, { clock })
  const [half, silent] = [await opened(face.address), await opened(face.address)]
  half.write('PROXY TC')
  await reads(face.address)
  clock.advance(9000)
  expect([half.closed, silent.closed]).toEqual([false, false])
  clock.advance(2000)
  await closed(half)
  expect(silent.closed).toBe(false)
  clock.advance(40_000)
  await closed(silent)
})

test('TLS speaks HTTP/2, and nothing to those who want something else', async () => {
  const { face } = await faces.face()
  const [host = '', port = ''] = face.address.split(':')
  const spoken = connectTls({ host, port: Number(port), ALPNProtocols: ['h2'], rejectUnauthorized: false })
  await once(spoken, 'secureConnect')
  expect(spoken.alpnProtocol).toBe('h2')
  spoken.destroy()
  const other = connectTls({ host, port: Number(port), ALPNProtocols: ['http/1.1'], rejectUnauthorized: false })
  await expect(once(other, 'secureConnect')).rejects.toThrow()
})

async function opened(address: string): Promise<Socket> {
  const [host = '', port = ''] = address.split(':')
  const socket = connect({ host, port: Number(port) })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Whatever was sent to the server before this has been read. */
async function reads(address: string): Promise<void> {
  await faces.client(address).call('Heartbeat', {})
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise(resolve => socket.once('close', resolve))
}

/** Passes connections on to `address`, with a header before the first byte. */
async function startBalancer(address: string, header: string | Buffer) {
  const server = createServer(socket => {
    void opened(address).then(upstream => {
      upstream.write(header)
      socket.on('error', () => upstream.destroy())
      socket.pipe(upstream).pipe(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() }
}
