import * as fs from 'node:fs'
import * as path from 'node:path'
import { connect as connectTls } from 'node:tls'
import { ConfigError } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { RemotingCommand } from '@rocketmq-ts/protocol'
import { RawPeer, requestFrame } from '../raw-peer'
import { type ConfigChanges, ECHO, echoHandlers, useRemoting } from '../remoting'
import { writeCertificates } from './certificates'

const remoting = useRemoting()
const temporaryFolder = useTemporaryFolders()

async function askOver(serverChanges: ConfigChanges, clientChanges: ConfigChanges): Promise<string | undefined> {
  const server = await remoting.server(echoHandlers, serverChanges)
  const client = await remoting.client(clientChanges)
  const request = RemotingCommand.request(ECHO, {}, Buffer.from('hello'))
  return (await client.invoke(server.address, request, 5000)).body?.toString()
}

test('by default one port serves plain clients, and TLS clients with a certificate of its own making', async () => {
  expect(await askOver({}, {})).toBe('hello')
  expect(await askOver({}, { 'tls.enable': true })).toBe('hello')
})

test('disabled closes TLS clients, enforcing closes plain ones', async () => {
  await expect(askOver({ 'tls.server.mode': 'disabled' }, { 'tls.enable': true })).rejects.toThrow('connect to')
  await expect(askOver({ 'tls.server.mode': 'enforcing' }, {})).rejects.toThrow('lost')
  expect(await askOver({ 'tls.server.mode': 'enforcing' }, { 'tls.enable': true })).toBe('hello')
})

describe('with certificates from files', () => {
  async function changes() {
    const files = await writeCertificates(temporaryFolder())
    const real = { 'tls.test.mode.enable': false, 'tls.enable': true }
    const server: ConfigChanges = {
      ...real,
      'tls.server.certPath': files.server.cert,
      'tls.server.keyPath': files.server.key,
    }
    const mutual: ConfigChanges = {
      ...server,
      'tls.server.need.client.auth': 'require',
      'tls.server.authClient': true,
      'tls.server.trustCertPath': files.authority,
    }
    const client: ConfigChanges = {
      ...real,
      'tls.client.authServer': true,
      'tls.client.trustCertPath': files.authority,
    }
    const certified = ({ cert, key }: typeof files.client): ConfigChanges => ({
      ...client,
      'tls.client.certPath': cert,
      'tls.client.keyPath': key,
    })
    return { files, server, mutual, client, certified }
  }

  test('a client that verifies the server trusts its authority, and nobody else', async () => {
    const { files, server, client } = await changes()
    expect(await askOver(server, client)).toBe('hello')
    const strange: ConfigChanges = {
      ...server,
      'tls.server.certPath': files.stranger.cert,
      'tls.server.keyPath': files.stranger.key,
    }
    await expect(askOver(strange, client)).rejects.toThrow('connect to')
    expect(await askOver(strange, { ...client, 'tls.client.authServer': false })).toBe('hello')
  })

  test('mutual TLS serves who is certified by the authority, and nobody else', async () => {
    const { files, mutual, client, certified } = await changes()
    expect(await askOver(mutual, certified(files.client))).toBe('hello')
    await expect(askOver(mutual, client)).rejects.toThrow()
    await expect(askOver(mutual, certified(files.stranger))).rejects.toThrow()
  })

  test('an optional client certificate may be absent, but not a stranger’s', async () => {
    const { files, mutual, client, certified } = await changes()
    const optional: ConfigChanges = { ...mutual, 'tls.server.need.client.auth': 'optional' }
    expect(await askOver(optional, client)).toBe('hello')
    expect(await askOver(optional, certified(files.client))).toBe('hello')
    await expect(askOver(optional, certified(files.stranger))).rejects.toThrow()
  })

  test('the TLS file wins over the other configuration', async () => {
    const { files, client } = await changes()
    const tlsFile = path.join(temporaryFolder(), 'tls.properties')
    const lines = [
      'tls.test.mode.enable=false',
      `tls.server.certPath=${files.server.cert}`,
      `tls.server.keyPath=${files.server.key}`,
    ]
    fs.writeFileSync(tlsFile, lines.join('\n'))
    expect(await askOver({ 'tls.config.file': tlsFile }, client)).toBe('hello')
  })

  test('a certificate renewed in its files is used from then on, one that cannot be used is not', async () => {
    const { files, server, client } = await changes()
    const clock = new FakeClock()
    const running = await remoting.server(echoHandlers, server, { clock })
    const ask = async () => {
      const asking = await remoting.client(client)
      return (await asking.invoke(running.address, RemotingCommand.request(ECHO), 5000)).code
    }
    const renewWith = async ({ cert, key }: typeof files.server) => {
      fs.copyFileSync(cert, files.server.cert)
      fs.copyFileSync(key, files.server.key)
      clock.advance(10_000)
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(await ask()).toBe(0)
    await renewWith({ cert: files.authority, key: files.client.key })
    expect(await ask()).toBe(0)
    await renewWith(files.stranger)
    await expect(ask()).rejects.toThrow('connect to')
    await renewWith(files.client)
    expect(await ask()).toBe(0)
  })

  test('a certificate that cannot be used stops the start, with the key that says so', async () => {
    const { server } = await changes()
    const start = (wrong: ConfigChanges) => remoting.server(echoHandlers, { ...server, ...wrong })
    await expect(start({ 'tls.server.keyPath': '' })).rejects.toThrow(ConfigError)
    await expect(start({ 'tls.server.keyPath': '/no/such/key' })).rejects.toThrow(
      'tls.server.keyPath: there is no file',
    )
    const notPem = path.join(temporaryFolder(), 'not.pem')
    fs.writeFileSync(notPem, 'not PEM')
    await expect(start({ 'tls.server.keyPath': notPem })).rejects.toThrow('tls.server')
  })
})

test('a PROXY header may come before TLS', async () => {
  const server = await remoting.server(echoHandlers)
  const plain = await remoting.raw(server)
  plain.send('PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n')
  plain.socket.removeAllListeners('data')
  const peer = await RawPeer.on(connectTls({ socket: plain.socket, rejectUnauthorized: false }))
  peer.send(requestFrame(ECHO, 5))
  expect(await peer.frame()).toMatchObject({ code: 0, opaque: 5 })
})

test('what looks like TLS and is not ends that connection only', async () => {
  const server = await remoting.server(echoHandlers)
  const [bad, good] = [await remoting.raw(server), await remoting.raw(server)]
  bad.send(Buffer.concat([Buffer.of(0x16, 0x03, 0x01, 0, 5), Buffer.from('nonsense')]))
  await bad.closed()
  good.request(ECHO, 8)
  expect(await good.frame()).toMatchObject({ code: 0, opaque: 8 })
  expect(server.statistics.badHandshakeTotal).toBe(1)
})

test('large answers pass through TLS whole, many at once', async () => {
  const server = await remoting.server(echoHandlers)
  const client = await remoting.client({ 'tls.enable': true })
  const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(200_000 + index, index))
  const responses = await Promise.all(
    bodies.map(body => client.invoke(server.address, RemotingCommand.request(ECHO, {}, body), 15_000)),
  )
  expect(responses.map(({ body }, index) => body?.equals(bodies[index]!))).toEqual(bodies.map(() => true))
})
