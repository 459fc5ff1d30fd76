import { FakeClock } from '@rocketmq-ts/base/testing'
import { RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandlers } from '../../src'
import { eventually, requestFrame } from '../raw-peer'
import { ECHO, echoHandlers, useRemoting } from '../remoting'

const remoting = useRemoting()

const WHO = 9002
const whoHandlers: RequestHandlers = {
  [WHO]: request => {
    const { remoteAddress, remoteHost } = request.channel
    request.reply(RemotingResponse.success({ remoteAddress, remoteHost: remoteHost.toString('hex') }))
  },
}

test('without a PROXY header the peer is the socket’s', async () => {
  const server = await remoting.server(whoHandlers)
  const peer = await remoting.raw(server)
  peer.request(WHO)
  const { localPort = 0 } = peer.socket
  expect((await peer.frame()).extFields).toEqual({
    remoteAddress: `127.0.0.1:${localPort}`,
    remoteHost: `7f000001${localPort.toString(16).padStart(8, '0')}`,
  })
})

test.each([
  ['PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n', '1.2.3.4:1000', '01020304000003e8'],
  ['PROXY TCP6 2001:db8::1 ::1 1000 2000\r\n', '[2001:db8::1]:1000', `20010db8${'00'.repeat(11)}01000003e8`],
  ['PROXY TCP6 ::ffff:1.2.3.4 ::1 1000 2000\r\n', '1.2.3.4:1000', '01020304000003e8'],
])('behind %j the peer is the real client, however the bytes are cut', async (line, remoteAddress, remoteHost) => {
  const server = await remoting.server(whoHandlers)
  const peer = await remoting.raw(server)
  for (const byte of Buffer.concat([Buffer.from(line), requestFrame(WHO, 1)])) {
    peer.send(Buffer.of(byte))
    await new Promise(resolve => setImmediate(resolve))
  }
  expect((await peer.frame()).extFields).toEqual({ remoteAddress, remoteHost })
})

test('a first frame shorter than twelve bytes waits for nothing', async () => {
  const server = await remoting.server(echoHandlers)
  const peer = await remoting.raw(server)
  const frame = Buffer.from('\0\0\0\x06\0\0\0\x02{}', 'latin1')
  peer.send(frame)
  expect(await peer.frame()).toMatchObject({ code: 3 })
})

test.each(['PROXY TCP4 nowhere\r\n', `PROXY ${'x'.repeat(120)}`, 'GET / HTTP/1.1\r\n\r\n', 'P\xff\xff\xff'])(
  'a connection that begins with %j is closed, others are served',
  async text => {
    const server = await remoting.server(echoHandlers)
    const [bad, good] = [await remoting.raw(server), await remoting.raw(server)]
    bad.send(Buffer.from(text, 'latin1'))
    await bad.closed()
    good.request(ECHO, 7)
    expect(await good.frame()).toMatchObject({ code: 0, opaque: 7 })
  },
)

test('half a PROXY header is given its time, silence the idle time', async () => {
  const clock = new FakeClock()
  const server = await remoting.server(echoHandlers, { handshakeTimeoutMs: 10_000 }, { clock })
  const [half, silent] = [await remoting.raw(server), await remoting.raw(server)]
  half.send('PROXY TC')
  await eventually(() => server.statistics.connectionCount === 2)
  // The bytes must have been read before the clock turns.
  const other = await remoting.raw(server)
  other.request(ECHO)
  await other.frame()
  clock.advance(9_000)
  expect([half.isClosed, silent.isClosed]).toEqual([false, false])
  clock.advance(2_000)
  await half.closed()
  expect(silent.isClosed).toBe(false)
  clock.advance(110_000)
  await silent.closed()
})
