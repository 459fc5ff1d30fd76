import type { IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'

/** A client that speaks what brokers speak, at the end of a connection to the proxy. */
export interface RelayedClient {
  /** `ip:port`. */
  readonly remoteAddress: string
  /** A broker tells it something. */
  readonly onPush: (command: RemotingCommand) => void
  /** A broker asks it something. Rejects when it does not answer. */
  readonly onCall: (command: RemotingCommand, timeoutMs: number) => Promise<IncomingCommand>
}

/** A client's own way to brokers: to them it is as if it had come by itself. */
export interface Relay {
  /**
   * Asks the master of that name; null: the request names none. Throws BrokerNotFoundError, BrokerNotNamedError,
   * RemotingTimeoutError, ConnectFailedError, ConnectionLostError.
   */
  call(brokerName: string | null, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand>
  /** The client has left. */
  close(): void
}

export interface Relays {
  relay(client: RelayedClient): Relay
}
