import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import { LanguageCode, languageOfName } from '@rocketmq-ts/protocol'
import type { IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ClientCall, ClientLink } from '../messaging/brokers'
import type { Messaging } from '../messaging/messaging'
import type { SharedRenewals } from '../shared-state/shared-renewals'
import { heartbeatOf } from './heartbeat-of'
import { liteFarewellOf } from './lite-farewell'

/** Hands a command to a client over its Telemetry stream; false when the stream is gone. */
export type SendCommand = (command: v2.TelemetryCommand.$Properties) => boolean

export interface Caller {
  readonly clientId: string
  readonly language: string
  readonly remoteAddress: string
}

/** A client that has said what it is. */
export interface ConnectedClient {
  readonly clientId: string
  /** As it said them. */
  readonly settings: v2.Settings.$Properties
  readonly isProducer: boolean
}

/** One that can be told something. */
export interface ReachableClient extends ConnectedClient, Caller {
  /** Since when it is known here. */
  readonly joinedMs: number
  /** Brokers, as it asks them by itself. */
  readonly link: Pick<ClientLink, 'invoke'>
  /** False: it has no Telemetry stream now. */
  readonly sendCommand: SendCommand
}

interface KnownClient extends ReachableClient {
  settings: v2.Settings.$Properties
  stream: SendCommand | null
  readonly link: ClientLink
  lastSeenMs: number
}

export interface ConnectedClientsDeps {
  readonly messaging: Pick<Messaging, 'link' | 'liteSubscriptions'>
  readonly clock: Pick<Clock, 'every' | 'monotonicMs' | 'nowMs'>
  readonly log: Log
  /** Other proxies go by it. */
  readonly shared: Pick<SharedRenewals, 'clientLeft' | 'clientSeen'>
  /** A broker pushes something that is for a client. */
  readonly onPush: (push: RemotingCommand | IncomingCommand, brokerName: string, sendCommand: SendCommand) => void
  /** A broker asks a client something. */
  readonly onCall: (call: ClientCall, client: ReachableClient) => Promise<IncomingCommand>
}

export interface ConnectedClientsConfig {
  /** A client that is silent for so long is forgotten. */
  readonly channelExpiredTimeout: number
}

const SWEEP_MS = 10_000

/** The clients of the proxy: what they said, the stream that reaches them, and what brokers are told of them. */
export class ConnectedClients implements Component {
  private readonly byId = new Map<string, KnownClient>()
  private sweeping: Timer | null = null

  constructor(
    private readonly config: ConnectedClientsConfig,
    private readonly deps: ConnectedClientsDeps,
  ) {}

  start(): Promise<void> {
    this.sweeping = this.deps.clock.every(SWEEP_MS, () => this.sweep())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.sweeping?.cancel()
    for (const clientId of [...this.byId.keys()]) this.forget(clientId)
    return Promise.resolve()
  }

  find(clientId: string): ReachableClient | null {
    return this.byId.get(clientId) ?? null
  }

  all(): readonly ReachableClient[] {
    return [...this.byId.values()]
  }

  /** Takes over what a client says of itself, and tells brokers. */
  async update(caller: Caller, settings: v2.Settings.$Properties, sendCommand: SendCommand): Promise<void> {
    const client = this.byId.get(caller.clientId) ?? this.add(caller, settings)
    client.settings = settings
    client.stream = sendCommand
    await this.heartbeat(caller.clientId)
  }

  /** False: nobody of that id is known. */
  async heartbeat(clientId: string): Promise<boolean> {
    const client = this.byId.get(clientId)
    if (client === undefined) return false
    client.lastSeenMs = this.deps.clock.monotonicMs()
    this.deps.shared.clientSeen(clientId)
    await client.link.heartbeat(heartbeatOf(clientId, client.settings, this.deps.clock.nowMs()))
    return true
  }

  /** The stream has ended; the client may come back on another. `byClient`: it may be dead, and others get its lite topics. */
  disconnect(clientId: string, sendCommand: SendCommand, byClient: boolean): void {
    const client = this.byId.get(clientId)
    if (client?.stream !== sendCommand) return
    client.stream = null
    if (byClient) this.unsubscribe(client)
  }

  /** The client has left. False: nobody of that id is known. */
  remove(clientId: string): boolean {
    this.deps.shared.clientLeft(clientId)
    const client = this.byId.get(clientId)
    if (client !== undefined) this.unsubscribe(client)
    return this.forget(clientId)
  }

  /** From all lite topics. A client that is still there says it all again soon, and brokers forget one that does not. */
  private unsubscribe({ clientId, settings }: ConnectedClient): void {
    const { messaging, log } = this.deps
    const farewell = liteFarewellOf(clientId, settings)
    if (farewell === null) return
    messaging.liteSubscriptions.sync(farewell, null).catch((err: unknown) => {
      log.warn({ err, clientId }, 'a client that has left has its lite topics for a while yet')
    })
  }

  /** It may be with another proxy. */
  private forget(clientId: string): boolean {
    const client = this.byId.get(clientId)
    if (client === undefined) return false
    this.byId.delete(clientId)
    client.link.close()
    this.deps.log.info({ clientId }, 'client left')
    return true
  }

  private add({ clientId, language, remoteAddress }: Caller, settings: v2.Settings.$Properties): KnownClient {
    const { messaging, clock, log, onPush, onCall } = this.deps
    const link = messaging.link({
      clientId,
      remoteAddress,
      language: languageOfName(language) ?? LanguageCode.OTHER,
      onPush: (push, brokerName) => onPush(push, brokerName, client.sendCommand),
      onCall: call => onCall(call, client),
    })
    const client: KnownClient = {
      ...{ clientId, language, remoteAddress, settings, link, stream: null },
      isProducer: settings.publishing !== null && settings.publishing !== undefined,
      joinedMs: clock.nowMs(),
      lastSeenMs: clock.monotonicMs(),
      sendCommand: command => client.stream?.(command) ?? false,
    }
    this.byId.set(clientId, client)
    log.info({ clientId, remoteAddress, language }, 'client joined')
    return client
  }

  private sweep(): void {
    const oldestMs = this.deps.clock.monotonicMs() - this.config.channelExpiredTimeout
    for (const { clientId, lastSeenMs } of this.byId.values()) if (lastSeenMs < oldestMs) this.forget(clientId)
  }
}
