import { ConfigError, nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import { OwnRequestCode, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import { remotingConfigSchema, RemotingServer } from '@rocketmq-ts/remoting'
import type { RequestHandlers } from '@rocketmq-ts/remoting'
import { DeadLetterClient } from '../../src/dead-letters/dead-letter-client'
import type { TlsSettings } from '../../src/dead-letters/dead-letter-client'

const deps = { clock: systemClock, disk: nodeDisk }
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** A broker that answers as it is told; returns its address. */
async function serve(handlers: RequestHandlers, tlsMode = 'permissive'): Promise<string> {
  const given = { bindAddress: '127.0.0.1', listenPort: '0', 'tls.server.mode': tlsMode }
  const server = new RemotingServer(remotingConfigSchema.parse(given), handlers, { ...deps, log: silentLog })
  await server.start()
  stops.push(() => server.stop())
  return `127.0.0.1:${server.port}`
}

async function statusAt(brokerAddr: string, tls: TlsSettings | null = null): Promise<unknown> {
  const client = new DeadLetterClient({ brokerAddr }, { ...deps, tls })
  await client.start()
  stops.push(() => client.stop())
  return await client.status('GG')
}

const idle: RequestHandlers = {
  [OwnRequestCode.GET_DEAD_LETTER_REDRIVES]: request =>
    request.reply(RemotingResponse.success(null, Buffer.from('{"redrives":[]}'))),
}

test('a server that wants signed requests is named, and so is one that knows of no redrives', async () => {
  const strict = await serve({
    [OwnRequestCode.GET_DEAD_LETTER_REDRIVES]: request =>
      request.reply(RemotingResponse.refusal(ResponseCode.NO_PERMISSION, 'The username cannot be null.')),
  })
  await expect(statusAt(strict)).rejects.toThrow(
    `broker ${strict} refuses: The username cannot be null. (does it want signed requests? These are not)`,
  )
  const other = await serve({})
  await expect(statusAt(other)).rejects.toThrow(`broker ${other} does not know of redrives: it is Java's, or older`)
})

test('a server that wants TLS gets it, and without it says so', async () => {
  const address = await serve(idle, 'enforcing')
  await expect(statusAt(address)).rejects.toThrow(`connection to ${address} lost: it went away, or wants TLS (--tls)`)
  expect(await statusAt(address, { 'tls.enable': 'true' })).toEqual([{ brokerName: address, redrives: [] }])
})

test('a certificate that nobody trusts, or that is not there, is refused', async () => {
  const address = await serve(idle, 'enforcing')
  const checked = { 'tls.enable': 'true', 'tls.test.mode.enable': 'false', 'tls.client.authServer': 'true' }
  await expect(statusAt(address, checked)).rejects.toMatchObject({ code: 'RMQ_CONNECT_FAILED' })
  await expect(statusAt(address, { ...checked, 'tls.client.trustCertPath': '/nowhere.pem' })).rejects.toBeInstanceOf(
    ConfigError,
  )
})
