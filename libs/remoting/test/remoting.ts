import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import { RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import {
  RemotingClient,
  type RemotingClientDeps,
  type RemotingConfig,
  remotingConfigSchema,
  type RequestHandlers,
  RemotingServer,
  type RemotingServerDeps,
} from '../src'
import { RawPeer } from './raw-peer'

export type ConfigChanges = Partial<RemotingConfig>

export function configOf(changes: ConfigChanges = {}): RemotingConfig {
  const defaults = remotingConfigSchema.parse({ bindAddress: '127.0.0.1', stopTimeoutMs: 100, 'tls.config.file': '' })
  return { ...defaults, ...changes }
}

/** Call once at the top of a test file: what its functions start is stopped after each test. */
export function useRemoting() {
  const started: { stop(): Promise<void> }[] = []
  const deps = { clock: systemClock, disk: nodeDisk, log: silentLog }
  afterEach(async () => {
    for (const component of started.splice(0).reverse()) await component.stop()
  })
  return {
    async server(handlers: RequestHandlers, changes: ConfigChanges = {}, otherDeps: Partial<RemotingServerDeps> = {}) {
      const server = new RemotingServer(configOf(changes), handlers, { ...deps, ...otherDeps })
      started.push(server)
      await server.start()
      return server
    },
    async client(changes: ConfigChanges = {}, otherDeps: Partial<RemotingClientDeps> = {}) {
      const client = new RemotingClient(configOf(changes), { ...deps, ...otherDeps })
      started.push(client)
      await client.start()
      return client
    },
    async raw(server: Pick<RemotingServer, 'port'>) {
      const peer = await RawPeer.on(server.port)
      started.push({ stop: () => Promise.resolve(void peer.socket.destroy()) })
      return peer
    },
  }
}

export const ECHO = 9001

/** Answers with the fields and the body of the request. */
export const echoHandlers: RequestHandlers = {
  [ECHO]: request => {
    const { extFields, body } = request.command
    request.reply(new RemotingResponse({ code: ResponseCode.SUCCESS, extFields, body }))
  },
}
