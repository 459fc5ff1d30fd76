import type { Component } from '@rocketmq-ts/base'
import type {
  HeartbeatData,
  IncomingCommand,
  LanguageCode,
  RemotingCommand,
  TopicRouteData,
} from '@rocketmq-ts/protocol'

/** What a broker asks a client. */
export type ClientCall = Pick<RemotingCommand, 'body' | 'code' | 'extFields'>

/** A client that reached the proxy, as brokers are told of it. */
export interface ConnectedClient {
  readonly clientId: string
  /** `ip:port` of the client itself. */
  readonly remoteAddress: string
  readonly language: LanguageCode
  /** A broker pushes something to it: a transaction to be checked. */
  readonly onPush: (command: RemotingCommand | IncomingCommand, brokerName: string) => void
  /** A broker asks it something, for an administrator. */
  readonly onCall: (call: ClientCall) => Promise<IncomingCommand>
}

/** What brokers know of one client. */
export interface ClientLink {
  /** Tells brokers what it produces and consumes; they forget it unless told again. */
  heartbeat(heartbeat: HeartbeatData): Promise<void>
  /** Asks in the client's name: what a broker pushes to whom it was asked by is pushed to the client. Throws as that of Brokers. */
  invoke(brokerName: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand>
  /** The client has left. */
  close(): void
}

/**
 * Brokers as the messaging core reaches them: by function calls in this process, or over the network. The core is the same
 * above both.
 */
export interface Brokers extends Component {
  /** Null: nobody has the topic. */
  findRoute(topic: string): Promise<TopicRouteData | null>
  /** Asks the master of that name. Throws BrokerNotFoundError, RemotingTimeoutError, ConnectFailedError, ConnectionLostError. */
  invoke(brokerName: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand>
  /** It has failed or been slow of late: others are better. */
  isAvoided(brokerName: string): boolean
  link(client: ConnectedClient): ClientLink
}
