import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode, ResponseCode, topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { MessageQueue } from '@rocketmq-ts/protocol'
import type { RemotingClient } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import { isReadable } from '../topics/permission'
import type { TopicTable } from '../topics/topic-table'

const TIMEOUT_MS = 3_000
/** Consumers ask every 20 s, and when their group changes; a route is not asked for more often than this. */
const KEPT_MS = 5_000
const KEPT_COUNT_MAX = 10_000

export interface TopicRoutesDeps {
  readonly config: Pick<BrokerConfig, 'brokerName' | 'namesrvAddr'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly client: Pick<RemotingClient, 'invoke'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

interface KeptRoute {
  readonly queues: Promise<readonly MessageQueue[] | null>
  readonly untilMs: number
}

/** The queues that a topic has on all brokers, as the NameServers know. Source: broker/topic/TopicRouteInfoManager.java */
export class TopicRoutes {
  private readonly kept = new Map<string, KeptRoute>()

  constructor(private readonly deps: TopicRoutesDeps) {}

  /** The readable queues in order, or null if the topic is not known. */
  queuesOf(topic: string): Promise<readonly MessageQueue[] | null> {
    const nowMs = this.deps.clock.nowMs()
    const known = this.kept.get(topic)
    if (known !== undefined && nowMs < known.untilMs) return known.queues
    const queues = this.find(topic)
    this.kept.delete(topic)
    this.kept.set(topic, { queues, untilMs: nowMs + KEPT_MS })
    if (this.kept.size > KEPT_COUNT_MAX) this.forgetFirst()
    return queues
  }

  /** Where no NameServer can say, the broker speaks for itself. */
  private async find(topic: string): Promise<readonly MessageQueue[] | null> {
    for (const address of this.addresses()) {
      try {
        return await this.ask(address, topic)
      } catch (err) {
        if (!(err instanceof RocketmqError)) throw err
        this.deps.log.warn({ nameServer: address, topic, err }, 'route not known: the next NameServer is asked')
      }
    }
    const { topics, config } = this.deps
    const own = topics.find(topic)
    if (own === null) return null
    return isReadable(own.perm) ? queuesOn(config.brokerName, topic, own.readQueueNums) : []
  }

  private async ask(address: string, topic: string): Promise<readonly MessageQueue[] | null> {
    const command = RemotingCommand.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {
      topic,
      acceptStandardJsonOnly: 'true',
    })
    const response = await this.deps.client.invoke(address, command, TIMEOUT_MS)
    if (response.code !== ResponseCode.SUCCESS || response.body === null) return null
    const { queueDatas } = topicRouteDataJson.decode(response.body)
    const sorted = [...queueDatas].sort((a, b) => (a.brokerName < b.brokerName ? -1 : 1))
    return sorted.flatMap(({ brokerName, perm, readQueueNums }) =>
      isReadable(perm) ? queuesOn(brokerName, topic, readQueueNums) : [],
    )
  }

  private addresses(): readonly string[] {
    const addresses = this.deps.config.namesrvAddr.split(';').map(address => address.trim())
    return addresses.filter(address => address !== '')
  }

  private forgetFirst(): void {
    for (const topic of this.kept.keys()) {
      this.kept.delete(topic)
      return
    }
  }
}

function queuesOn(brokerName: string, topic: string, count: number): MessageQueue[] {
  return Array.from({ length: count }, (_, queueId) => ({ brokerName, queueId, topic }))
}
