import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import {
  RemotingClient,
  type RemotingClientDeps,
  type RemotingConfig,
  remotingConfigSchema,
  type RequestHandlers,
  RemotingServer,
  type RemotingServerDeps,
} from '../src'

export type ConfigChanges = Partial<RemotingConfig>

export function configOf(changes: ConfigChanges = {}): RemotingConfig {
  return { ...remotingConfigSchema.parse({ bindAddress: '127.0.0.1', stopTimeoutMs: 200 }), ...changes }
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
      await server.start()
      started.push(server)
      return server
    },
    async client(changes: ConfigChanges = {}, otherDeps: Partial<RemotingClientDeps> = {}) {
      const client = new RemotingClient(configOf(changes), { ...deps, ...otherDeps })
      await client.start()
      started.push(client)
      return client
    },
  }
}
