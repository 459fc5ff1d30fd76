import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import {
  heartbeatDataJson,
  RemotingCommand,
  RemotingResponse,
  RequestCode,
  ResponseCode,
  topicRouteDataJson,
} from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import { remotingConfigSchema, RemotingServer } from '@rocketmq-ts/remoting'
import type { Channel, RequestHandlers } from '@rocketmq-ts/remoting'
import { ClusterBrokers } from '../../../src/messaging/cluster/cluster-brokers'

const deps = { clock: systemClock, disk: nodeDisk, log: silentLog }
const remotingConfig = remotingConfigSchema.parse({
  bindAddress: '127.0.0.1',
  listenPort: 0,
  stopTimeoutMs: 100,
  'tls.config.file': '',
})

/** A broker that notes who tells it of a client, over which connection. */
export interface NotingBroker {
  readonly name: string
  readonly address: string
  readonly channels: Map<string, Channel>
  /** Connections over which it was asked for its name, each time. */
  readonly askers: number[]
  /** Of heartbeats; SUCCESS unless set. */
  answer: number
  stop(): Promise<void>
}

/** Call once at the top of a test file: what it starts is stopped after each test. */
export function useCluster() {
  const started: { stop(): Promise<void> }[] = []
  afterEach(async () => {
    for (const component of started.splice(0).reverse()) await component.stop()
  })

  async function server(handlers: RequestHandlers): Promise<RemotingServer> {
    const remoting = new RemotingServer(remotingConfig, handlers, deps)
    started.push(remoting)
    await remoting.start()
    return remoting
  }

  return {
    async broker(name: string): Promise<NotingBroker> {
      const channels = new Map<string, Channel>()
      const broker = {
        name,
        channels,
        askers: [] as number[],
        answer: ResponseCode.SUCCESS as number,
        address: '',
        stop: () => remoting.stop(),
      }
      const remoting = await server({
        [RequestCode.HEART_BEAT]: request => {
          channels.set(heartbeatDataJson.decode(request.command.body).clientID, request.channel)
          request.reply(new RemotingResponse({ code: broker.answer, remark: 'said the broker' }))
        },
        [RequestCode.GET_MAX_OFFSET]: request => {
          broker.askers.push(request.channel.id)
          request.reply(new RemotingResponse({ code: ResponseCode.SUCCESS, remark: name }))
        },
        [RequestCode.LOCK_BATCH_MQ]: request => {
          request.reply(new RemotingResponse({ code: ResponseCode.SUCCESS, remark: `locked by ${name}` }))
        },
      })
      broker.address = remoting.address
      return broker
    },
    /** Knows a topic of each broker's name, and one that all have, or those named. */
    async nameServer(
      topic: string,
      brokers: readonly Pick<NotingBroker, 'name' | 'address'>[],
      ofTopic: readonly string[] = brokers.map(({ name }) => name),
    ) {
      const asked: string[] = []
      const remoting = await server({
        [RequestCode.GET_ROUTEINFO_BY_TOPIC]: request => {
          const wanted = request.command.extFields['topic'] ?? ''
          asked.push(wanted)
          const found = brokers.filter(({ name }) => (wanted === topic && ofTopic.includes(name)) || wanted === name)
          if (found.length === 0) request.reply(new RemotingResponse({ code: ResponseCode.TOPIC_NOT_EXIST }))
          else {
            const body = topicRouteDataJson.encode(routeOf(found))
            request.reply(new RemotingResponse({ code: ResponseCode.SUCCESS, body }))
          }
        },
      })
      return { asked, address: remoting.address, stop: () => remoting.stop() }
    },
    async brokers(namesrvAddr: string, clientConnectionsMax = 100, namesrvDomain = ''): Promise<ClusterBrokers> {
      const detector = { startDetectorEnable: false, detectInterval: 2000, detectTimeout: 200 }
      const domain = { namesrvDomain, namesrvDomainSubgroup: '' }
      const config = {
        ...remotingConfig,
        ...domain,
        namesrvAddr,
        clientConnectionsMax,
        sendLatencyEnable: true,
        ...detector,
      }
      const routeLimits = { freshMsMax: 20_000, ageMsMax: 300_000, countMax: 100 }
      const brokers = new ClusterBrokers(config, { ...deps, routeLimits })
      started.push(brokers)
      await brokers.start()
      return brokers
    },
  }
}

function routeOf(brokers: readonly Pick<NotingBroker, 'name' | 'address'>[]): TopicRouteData {
  return {
    brokerDatas: brokers.map(({ name, address }) => ({
      brokerName: name,
      cluster: 'c',
      brokerAddrs: new Map([[0, address]]),
      enableActingMaster: false,
      zoneName: null,
    })),
    filterServerTable: new Map(),
    orderTopicConf: null,
    queueDatas: brokers.map(({ name: brokerName }) => ({
      ...{ brokerName, readQueueNums: 4, writeQueueNums: 4, perm: 6, topicSysFlag: 0 },
    })),
    topicQueueMappingByBroker: null,
  }
}

/** A question that a NotingBroker answers with its name. */
export function whoAreYou(): RemotingCommand {
  return RemotingCommand.request(RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: '0' })
}
