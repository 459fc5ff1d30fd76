import type { Log } from '@rocketmq-ts/base'
import { readRegisterTopicHeader, RemotingResponse, topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { checkQueues } from '../route-info/check-registration'
import type { RouteTables } from '../route-info/route-tables'
import { replying } from './replying'

export interface RegisterTopicInNamesrvDeps {
  readonly tables: Pick<RouteTables, 'topics' | 'brokers'>
  readonly log: Log
}

/**
 * REGISTER_TOPIC_IN_NAMESRV: queues of one topic. They are taken only if all their brokers are known.
 * Throws MissingFieldError, InvalidBodyError, InvalidRegistrationError.
 */
export function registerTopicInNamesrv({
  tables: { topics, brokers },
  log,
}: RegisterTopicInNamesrvDeps): RequestHandler {
  return replying(request => {
    const { topic } = readRegisterTopicHeader(request.command)
    const { body } = request.command
    const queueDatas = body === null ? [] : topicRouteDataJson.decode(body).queueDatas
    for (const queueData of queueDatas) checkQueues(topic, queueData)
    const stranger = queueDatas.find(({ brokerName }) => brokers.find(brokerName) === null)
    if (stranger === undefined) for (const queueData of queueDatas) topics.put(topic, queueData)
    else log.warn({ topic, brokerName: stranger.brokerName }, 'topic of an unknown broker not registered')
    return RemotingResponse.success()
  })
}
