import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import { ListenFailedError, RemotingServer } from '@rocketmq-ts/remoting'
import type { Authenticator } from '../authentication/authenticator'
import type { ProxyServiceConfig } from '../load-proxy-config'
import type { Messaging } from '../messaging/messaging'
import type { Relays } from '../messaging/relays'
import { ClientRelays } from './client-relays'
import { guardRequests } from './guard-requests'
import { remotingHandlers } from './remoting-handlers'

export interface RemotingFaceDeps {
  readonly messaging: Pick<Messaging, 'metadata' | 'requireFitting'>
  readonly relays: Relays
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  /** When the port is in use, a free one will do. */
  readonly mayListenElsewhere: boolean
  /** Null: whoever calls is served. */
  readonly authenticator: Authenticator | null
}

/** What serves remoting clients: to them it is a NameServer, and every broker too. */
export interface RemotingFace extends Component {
  /** `host:port` that clients are told. Throws unless started. */
  readonly address: string
}

export function createRemotingFace(config: ProxyServiceConfig, deps: RemotingFaceDeps): RemotingFace {
  const relays = new ClientRelays(deps.relays)
  const { metadata, requireFitting } = deps.messaging
  const accessAddress = (): string => `${config.remotingAccessAddr}:${server.port}`
  const served = remotingHandlers({ relays, metadata, requireFitting, accessAddress })
  const handlers = guardRequests(served, deps.authenticator)
  const serverOn = (listenPort: number): RemotingServer =>
    new RemotingServer({ ...config, listenPort }, handlers, { ...deps, listener: relays })
  let server = serverOn(config.remotingListenPort)
  return {
    async start() {
      try {
        await server.start()
      } catch (error) {
        if (!deps.mayListenElsewhere || !isPortInUse(error)) throw error
        deps.log.warn(
          { port: config.remotingListenPort },
          'the remoting port is in use, and nobody chose it: another one is taken',
        )
        server = serverOn(0)
        await server.start()
      }
    },
    stop: () => server.stop(),
    get address() {
      return accessAddress()
    },
  }
}

function isPortInUse(error: unknown): boolean {
  return error instanceof ListenFailedError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'
}
