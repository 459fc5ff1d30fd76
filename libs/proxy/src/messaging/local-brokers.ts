import type { Clock } from '@rocketmq-ts/base'
import {
  heartbeatDataJson,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  topicConfigAndQueueMappingJson,
} from '@rocketmq-ts/protocol'
import type { HeartbeatData, IncomingCommand, TopicRouteData } from '@rocketmq-ts/protocol'
import { peerOf, readHostAndPort } from '@rocketmq-ts/remoting'
import type { InProcessConnection } from '@rocketmq-ts/remoting'
import type { Brokers, ClientLink, ConnectedClient } from './brokers'
import { KeptValues } from './kept-values'
import type { LocalBroker } from './local-broker'
import { BrokerNotFoundError, requireSuccess } from './refusals'

const MASTER_ID = 0
const HEARTBEAT_TIMEOUT_MS = 3000
const LOOK_UP_TIMEOUT_MS = 3000

/** Of a route: a change counts at once, nearly, and who sends a thousand messages a second need not ask a thousand times. */
const ROUTE_AGE_MS = 200
const ROUTE_COUNT = 10_000

/** One broker, in this process: no socket, and hardly anything that could be out of date. */
export class LocalBrokers implements Brokers {
  private connection: InProcessConnection | null = null
  private readonly routes: KeptValues<TopicRouteData | null>

  constructor(
    private readonly broker: LocalBroker,
    deps: { readonly clock: Pick<Clock, 'monotonicMs'> },
  ) {
    const limits = { freshMsMax: ROUTE_AGE_MS, ageMsMax: ROUTE_AGE_MS, countMax: ROUTE_COUNT }
    const isWorthKeeping = (route: TopicRouteData | null): boolean => route !== null // it may be made at any moment
    this.routes = new KeptValues(limits, topic => this.askRoute(topic), { ...deps, isWorthKeeping })
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.connection?.close()
    return Promise.resolve()
  }

  findRoute(topic: string): Promise<TopicRouteData | null> {
    return this.routes.get(topic)
  }

  private async askRoute(topic: string): Promise<TopicRouteData | null> {
    const { brokerName, clusterName, address } = this.broker
    const command = RemotingCommand.request(RequestCode.GET_TOPIC_CONFIG, { topic, lo: 'true' })
    const response = await this.invoke(brokerName, command, LOOK_UP_TIMEOUT_MS)
    if (response.code === ResponseCode.TOPIC_NOT_EXIST) return null
    const config = topicConfigAndQueueMappingJson.decode(requireSuccess(response).body)
    const { readQueueNums, writeQueueNums, perm, topicSysFlag } = config
    return {
      brokerDatas: [
        {
          brokerName,
          cluster: clusterName,
          brokerAddrs: new Map([[MASTER_ID, address]]),
          enableActingMaster: false,
          zoneName: null,
        },
      ],
      filterServerTable: new Map(),
      orderTopicConf: null,
      queueDatas: [{ brokerName, readQueueNums, writeQueueNums, perm, topicSysFlag }],
      topicQueueMappingByBroker: null,
    }
  }

  invoke(brokerName: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    if (brokerName !== this.broker.brokerName) return Promise.reject(new BrokerNotFoundError(brokerName))
    return this.openConnection().call(command, timeoutMs)
  }

  /** There is no other. */
  isAvoided(): boolean {
    return false
  }

  link(client: ConnectedClient): ClientLink {
    return new LocalClientLink(client, this.broker)
  }

  /** The broker closes it only when it finds that nobody uses it. */
  private openConnection(): InProcessConnection {
    if (this.connection?.isOpen !== true) {
      this.connection = this.broker.connect(peerOf('127.0.0.1', 0), () => undefined) // nothing is registered on it
    }
    return this.connection
  }
}

/** A client has a connection of its own, so that the broker lists it as if it had come by itself. */
class LocalClientLink implements ClientLink {
  private connection: InProcessConnection | null = null

  constructor(
    private readonly client: ConnectedClient,
    private readonly broker: LocalBroker,
  ) {}

  async heartbeat(heartbeat: HeartbeatData): Promise<void> {
    const command = RemotingCommand.request(RequestCode.HEART_BEAT, null, heartbeatDataJson.encode(heartbeat))
    command.language = this.client.language
    requireSuccess(await this.openConnection().call(command, HEARTBEAT_TIMEOUT_MS))
  }

  invoke(brokerName: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    if (brokerName !== this.broker.brokerName) return Promise.reject(new BrokerNotFoundError(brokerName))
    return this.openConnection().call(command, timeoutMs)
  }

  close(): void {
    this.connection?.close()
  }

  private openConnection(): InProcessConnection {
    if (this.connection?.isOpen !== true) {
      const { host = '0.0.0.0', port = 0 } = readHostAndPort(this.client.remoteAddress) ?? {}
      const { brokerName } = this.broker
      const { onPush, onCall } = this.client
      this.connection = this.broker.connect(peerOf(host, port), command => onPush(command, brokerName), onCall)
    }
    return this.connection
  }
}
