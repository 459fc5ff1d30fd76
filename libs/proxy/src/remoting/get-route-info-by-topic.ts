import { MqVersion, readGetRouteInfoHeader, RemotingResponse, topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { Metadata } from '../messaging/metadata'
import { TopicNotFoundError } from '../messaging/refusals'

export interface GetRouteInfoByTopicDeps {
  readonly metadata: Pick<Metadata, 'findRoute'>
  /** `host:port` at which all brokers are reached: this proxy. */
  readonly accessAddress: () => string
}

/** GET_ROUTEINFO_BY_TOPIC: a topic's queues, on brokers that are all to be reached here. */
export function getRouteInfoByTopic({ metadata, accessAddress }: GetRouteInfoByTopicDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { topic, acceptStandardJsonOnly } = readGetRouteInfoHeader(command)
    const standard = acceptStandardJsonOnly || command.version >= MqVersion.V4_9_4
    const route = await metadata.findRoute(topic)
    if (route === null) throw new TopicNotFoundError(topic)
    return RemotingResponse.success(null, topicRouteDataJson.encode(reachedAt(route, accessAddress()), { standard }))
  })
}

function reachedAt(route: TopicRouteData, address: string): TopicRouteData {
  const brokerDatas = route.brokerDatas.map(broker => ({
    ...broker,
    brokerAddrs: new Map([...broker.brokerAddrs.keys()].map(brokerId => [brokerId, address])),
  }))
  return { ...route, brokerDatas }
}
