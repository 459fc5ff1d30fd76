import type { Clock } from '@rocketmq-ts/base'
import { MqVersion, readGetRouteInfoHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'
import type { RouteAnswers, RouteDialect } from '../route-info/route-answers'
import { routeAnswer } from '../route-info/route-answers'
import { onlyOfZone } from '../route-info/zone-route'
import { replying } from './replying'

export interface GetRouteInfoByTopicDeps {
  readonly answers: Pick<RouteAnswers, 'find'>
  readonly findRoute: (topic: string) => TopicRouteData | null
  readonly config: Pick<NamesrvConfig, 'needWaitForService' | 'waitSecondsForService'>
  readonly clock: Pick<Clock, 'monotonicMs'>
}

/** GET_ROUTEINFO_BY_TOPIC: where a topic's queues are. Every client asks this for every topic each 30 s. Throws MissingFieldError. */
export function getRouteInfoByTopic({ answers, findRoute, config, clock }: GetRouteInfoByTopicDeps): RequestHandler {
  const startedMs = clock.monotonicMs()
  const isReady = (): boolean => clock.monotonicMs() - startedMs >= config.waitSecondsForService * 1000
  return replying(({ command }) => {
    if (config.needWaitForService && !isReady()) {
      return RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, 'name server not ready')
    }
    const header = readGetRouteInfoHeader(command)
    const { topic } = header
    const dialect = header.acceptStandardJsonOnly || command.version >= MqVersion.V4_9_4 ? 'standard' : 'legacy'
    const zoneName = header.zoneMode ? (header.zoneName?.trim() ?? '') : ''
    const answer = zoneName === '' ? answers.find(topic, dialect) : zoneAnswer(findRoute(topic), zoneName, dialect)
    return answer ?? topicNotExist(topic)
  })
}

function zoneAnswer(route: TopicRouteData | null, zoneName: string, dialect: RouteDialect): RemotingResponse | null {
  return route === null ? null : routeAnswer(onlyOfZone(route, zoneName), dialect)
}

function topicNotExist(topic: string): RemotingResponse {
  return RemotingResponse.refusal(
    ResponseCode.TOPIC_NOT_EXIST,
    `No topic route info in name server for the topic: ${topic}\n` +
      'See https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.',
  )
}
