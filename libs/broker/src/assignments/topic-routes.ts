import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode, ResponseCode, topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { MessageQueue, QueueData } from '@rocketmq-ts/protocol'
import type { RemotingClient } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import { isReadable, isWritable } from '../topics/permission'
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

/** Of all brokers, in the order of their names. */
interface RouteQueues {
  readonly readable: readonly MessageQueue[]
  /** The broker of each queue that is sent to. */
  readonly writableBrokers: readonly string[]
}

interface KeptRoute {
  readonly queues: Promise<RouteQueues | null>
  readonly untilMs: number
}

/** The queues that a topic has on all brokers, as the NameServers know. Source: broker/topic/TopicRouteInfoManager.java */
export class TopicRoutes {
  private readonly kept = new Map<string, KeptRoute>()

  constructor(private readonly deps: TopicRoutesDeps) {}

  /** The readable queues in order, or null if the topic is not known. */
  async queuesOf(topic: string): Promise<readonly MessageQueue[] | null> {
    return (await this.routeOf(topic))?.readable ?? null
  }

  /** The broker of each writable queue in order, or null if the topic is not known. */
  async writableBrokersOf(topic: string): Promise<readonly string[] | null> {
    return (await this.routeOf(topic))?.writableBrokers ?? null
  }

  private routeOf(topic: string): Promise<RouteQueues | null> {
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
  private async find(topic: string): Promise<RouteQueues | null> {
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
    return routeQueues(topic, [{ ...own, brokerName: config.brokerName }])
  }

  private async ask(address: string, topic: string): Promise<RouteQueues | null> {
    const command = RemotingCommand.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, {
      topic,
      acceptStandardJsonOnly: 'true',
    })
    const response = await this.deps.client.invoke(address, command, TIMEOUT_MS)
    if (response.code !== ResponseCode.SUCCESS || response.body === null) return null
    const { brokerDatas, queueDatas } = topicRouteDataJson.decode(response.body)
    const masters = new Set(
      brokerDatas.filter(({ brokerAddrs }) => brokerAddrs.has(0)).map(broker => broker.brokerName),
    )
    const sorted = [...queueDatas].sort((a, b) => (a.brokerName < b.brokerName ? -1 : 1))
    return routeQueues(topic, sorted, masters)
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

type TopicQueues = Pick<QueueData, 'brokerName' | 'perm' | 'readQueueNums' | 'writeQueueNums'>

/** Only masters are sent to. */
function routeQueues(topic: string, datas: readonly TopicQueues[], masters?: ReadonlySet<string>): RouteQueues {
  const readable = datas.filter(({ perm }) => isReadable(perm))
  const writable = datas.filter(({ perm, brokerName }) => isWritable(perm) && masters?.has(brokerName) !== false)
  return {
    readable: readable.flatMap(({ brokerName, readQueueNums }) => queuesOn(brokerName, topic, readQueueNums)),
    writableBrokers: writable.flatMap(({ brokerName, writeQueueNums }) =>
      Array.from({ length: writeQueueNums }, () => brokerName),
    ),
  }
}

function queuesOn(brokerName: string, topic: string, count: number): MessageQueue[] {
  return Array.from({ length: count }, (_, queueId) => ({ brokerName, queueId, topic }))
}
