import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import type { Clock, Disk } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { RemotingCommand } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { remotingConfigSchema, RemotingClient } from '@rocketmq-ts/remoting'
import { createBroker } from '../../src/create-broker'
import type { Broker } from '../../src/create-broker'
import { loadBrokerConfig } from '../../src/load-broker-config'
import type { BrokerServiceConfig } from '../../src/load-broker-config'

/** Less than a test may take, so that the request is what fails. */
const TIMEOUT_MS = 15_000

export interface RunningBroker {
  readonly broker: Broker
  readonly runtimeConfig: RuntimeConfig<BrokerServiceConfig>
  readonly folder: string
  /** Asks on the main port, or on the one given. */
  readonly ask: (
    code: number,
    extFields?: Readonly<Record<string, string>>,
    body?: string | null,
    port?: number,
  ) => Promise<IncomingCommand>
}

/** Call once at the top of a test file: brokers on loopback, with real sockets and files, stopped after each test. */
export function useBrokers(): (
  overrides?: Readonly<Record<string, string>>,
  given?: { readonly folder?: string; readonly clock?: Clock; readonly disk?: Disk },
) => Promise<RunningBroker> {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })
  const makeFolder = useTemporaryFolders() // after the hook above: Jest runs them in this order
  return async (overrides = {}, { folder = makeFolder(), clock = systemClock, disk = nodeDisk } = {}) => {
    const deps = { disk, clock, log: silentLog }
    const runtimeConfig = loadBrokerConfig(
      {
        overrides: {
          brokerName: 'broker-a',
          bindAddress: '127.0.0.1',
          listenPort: '0',
          storePathRootDir: folder,
          mappedFileSizeCommitLog: String(1024 ** 2),
          ...overrides,
        },
      },
      deps,
    )
    const broker = createBroker(runtimeConfig, deps)
    await broker.start()
    stops.push(() => broker.stop())
    const client = new RemotingClient(remotingConfigSchema.parse({}), { ...deps, clock: systemClock })
    await client.start()
    stops.push(() => client.stop())
    return {
      broker,
      runtimeConfig,
      folder,
      ask(code, extFields = {}, body = null, port = broker.port) {
        const command = RemotingCommand.request(code, extFields, body === null ? null : Buffer.from(body))
        return client.invoke(`127.0.0.1:${port}`, command, TIMEOUT_MS)
      },
    }
  }
}
