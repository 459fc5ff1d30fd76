import type { IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'
import { peerOf, readHostAndPort } from '@rocketmq-ts/remoting'
import type { InProcessConnection } from '@rocketmq-ts/remoting'
import type { LocalBroker } from './local-broker'
import { BrokerNotFoundError } from './refusals'
import type { Relay, RelayedClient, Relays } from './relays'

/** To the broker of this process, without a socket. A request that names no broker can only mean this one. */
export class LocalRelays implements Relays {
  constructor(private readonly broker: LocalBroker) {}

  relay(client: RelayedClient): Relay {
    return new LocalRelay(client, this.broker)
  }
}

class LocalRelay implements Relay {
  private connection: InProcessConnection | null = null

  constructor(
    private readonly client: RelayedClient,
    private readonly broker: LocalBroker,
  ) {}

  call(brokerName: string | null, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    if (brokerName !== null && brokerName !== this.broker.brokerName) {
      return Promise.reject(new BrokerNotFoundError(brokerName))
    }
    return this.openConnection().call(command, timeoutMs)
  }

  close(): void {
    this.connection?.close()
  }

  /** The broker closes it when it finds that the client is gone. */
  private openConnection(): InProcessConnection {
    if (this.connection?.isOpen !== true) {
      const { remoteAddress, onPush, onCall } = this.client
      const { host = '0.0.0.0', port = 0 } = readHostAndPort(remoteAddress) ?? {}
      this.connection = this.broker.connect(peerOf(host, port), onPush, onCall)
    }
    return this.connection
  }
}
