import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import { RocketmqError } from '@rocketmq-ts/base'
import { dataVersionJson, equalDataVersions, kvTableJson, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand, RemotingCommand, TopicConfig } from '@rocketmq-ts/protocol'
import type { RemotingClient } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import type { TopicTable } from '../topics/topic-table'
import type { BrokerIdentity } from './broker-identity'
import {
  brokerHeartbeat,
  queryDataVersion,
  registerBroker,
  registerTopic,
  type RegistrationConfig,
  unregisterBroker,
} from './registration-commands'

export type NameServerLinkConfig = RegistrationConfig &
  Pick<
    BrokerConfig,
    | 'compatibleWithOldNameSrv'
    | 'enableSingleTopicRegister'
    | 'enableSplitRegistration'
    | 'forceRegister'
    | 'registerBrokerTimeoutMills'
    | 'splitRegistrationSize'
  >

export interface NameServerLinkDeps {
  readonly address: string
  readonly identity: BrokerIdentity
  readonly topics: Pick<TopicTable, 'all' | 'dataVersion' | 'markOrdered'>
  readonly client: Pick<RemotingClient, 'invoke' | 'sendOneway'>
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
}

/** A NameServer does not know us, or cannot be reached: all it missed is told again after so long. */
const RETRY_MS = 5_000
const UNREGISTER_TIMEOUT_MS = 3_000
const REGISTER_TOPIC_TIMEOUT_MS = 3_000

class RegistrationRefusedError extends RocketmqError {
  readonly code = 'RMQ_REGISTRATION_REFUSED'

  constructor({ code, remark }: IncomingCommand) {
    super(`the NameServer answers ${code}: ${remark ?? ''}`)
  }
}

/**
 * Keeps one NameServer told of this broker. What is to be told gathers while a registration is on its way, and then
 * goes out as one; so a slow NameServer delays itself only.
 */
export class NameServerLink {
  private readonly changedTopics = new Map<string, TopicConfig>()
  private allAreDue = false
  private isUp: boolean | null = null
  private isStopped = false
  private telling: Promise<void> | null = null
  private retry: Timer | null = null

  constructor(
    private readonly config: NameServerLinkConfig,
    private readonly deps: NameServerLinkDeps,
  ) {}

  /** Tells of these topics only. */
  announce(topics: readonly TopicConfig[]): void {
    if (this.isUp === false) return // all are told when it is up again
    for (const topic of topics) this.changedTopics.set(topic.topicName, topic)
    this.tell()
  }

  /** Tells of all topics. */
  announceAll(): void {
    this.allAreDue = true
    this.tell()
  }

  /** Tells of all topics; without `forceRegister` only if the NameServer has another version of them. */
  async refresh(): Promise<void> {
    if (this.config.forceRegister || this.config.enableSplitRegistration || (await this.isOutdated())) {
      this.announceAll()
    }
  }

  /** The connection was lost: a NameServer forgets a broker with it. */
  retrySoon(): void {
    if (this.isStopped) return
    this.retry ??= this.deps.clock.after(RETRY_MS, () => {
      this.retry = null
      this.announceAll()
    })
  }

  /** Resolves when all that was announced has been told; null if there is nothing to wait for. */
  announced(): Promise<void> | null {
    return this.isUp === false ? null : this.telling
  }

  sendHeartbeat(): void {
    const { client, address, identity, topics } = this.deps
    const command = this.config.compatibleWithOldNameSrv
      ? queryDataVersion(identity, topics.dataVersion)
      : brokerHeartbeat(identity)
    client.sendOneway(address, command).catch((error: unknown) => this.failed(error))
  }

  /** Takes the broker out of the routes, as far as the NameServer can be reached, and tells nothing more. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.retry?.cancel()
    if (this.isUp !== true) return
    const { client, address, identity, log } = this.deps
    try {
      await client.invoke(address, unregisterBroker(identity), UNREGISTER_TIMEOUT_MS)
      log.info({ nameServer: address }, 'unregistered')
    } catch (err) {
      log.warn({ nameServer: address, err }, 'not unregistered: the NameServer will find out by itself')
    }
  }

  private tell(): void {
    this.telling ??= this.tellAll().finally(() => (this.telling = null))
  }

  private async tellAll(): Promise<void> {
    try {
      while (!this.isStopped && (this.allAreDue || this.changedTopics.size > 0)) await this.tellWhatIsDue()
    } catch (error) {
      this.failed(error)
    }
  }

  private async tellWhatIsDue(): Promise<void> {
    const changed = [...this.changedTopics.values()]
    const isFull = this.allAreDue
    this.changedTopics.clear()
    this.allAreDue = false
    if (isFull) for (const topics of this.inParts()) await this.register(topics)
    else if (this.config.enableSingleTopicRegister) for (const topic of changed) await this.registerOne(topic)
    else await this.registerChanged(changed)
    this.succeeded()
  }

  private inParts(): readonly (readonly TopicConfig[])[] {
    const topics = [...this.deps.topics.all().values()]
    const size = this.config.enableSplitRegistration ? Math.max(1, this.config.splitRegistrationSize) : topics.length
    const parts: TopicConfig[][] = []
    for (let at = 0; at < topics.length; at += size) parts.push(topics.slice(at, at + size))
    return parts
  }

  private async register(topics: readonly TopicConfig[]): Promise<void> {
    const { dataVersion } = this.deps.topics
    const command = registerBroker(this.deps.identity, { topics, dataVersion }, this.config)
    const response = await this.ask(command, this.config.registerBrokerTimeoutMills)
    if (response.body) this.deps.topics.markOrdered(kvTableJson.decode(response.body).table.keys())
  }

  /** A NameServer that has forgotten us refuses a part, and takes the whole. */
  private async registerChanged(topics: readonly TopicConfig[]): Promise<void> {
    try {
      await this.register(topics)
    } catch (error) {
      if (!(error instanceof RegistrationRefusedError)) throw error
      this.allAreDue = true
    }
  }

  private async registerOne(topic: TopicConfig): Promise<void> {
    await this.ask(registerTopic(this.deps.identity, topic, this.config), REGISTER_TOPIC_TIMEOUT_MS)
  }

  private async ask(command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const response = await this.deps.client.invoke(this.deps.address, command, timeoutMs)
    if (response.code !== ResponseCode.SUCCESS) throw new RegistrationRefusedError(response)
    return response
  }

  private async isOutdated(): Promise<boolean> {
    const { identity, topics } = this.deps
    try {
      const query = queryDataVersion(identity, topics.dataVersion)
      const response = await this.ask(query, this.config.registerBrokerTimeoutMills)
      const known = response.body ? dataVersionJson.decode(response.body) : null
      const isOther = known !== null && !equalDataVersions(known, topics.dataVersion)
      return isOther || response.extFields['changed'] !== 'false'
    } catch {
      return true // the registration will say what is wrong
    }
  }

  private succeeded(): void {
    if (this.isUp === true) return
    this.isUp = true
    this.deps.log.info({ nameServer: this.deps.address }, 'registered')
  }

  /** Said once, until it works again. */
  private failed(err: unknown): void {
    if (this.isStopped) return
    if (this.isUp !== false) {
      this.deps.log.warn({ nameServer: this.deps.address, err, retryMs: RETRY_MS }, 'cannot register, will try again')
    }
    this.isUp = false
    this.changedTopics.clear()
    this.retrySoon()
  }
}
