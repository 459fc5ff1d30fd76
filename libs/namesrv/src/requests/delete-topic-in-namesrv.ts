import type { Log } from '@rocketmq-ts/base'
import { readDeleteTopicFromNamesrvHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { RouteTables } from '../route-info/route-tables'
import { replying } from './replying'

export interface DeleteTopicInNamesrvDeps {
  readonly tables: Pick<RouteTables, 'topics' | 'brokers'>
  readonly log: Log
}

/** DELETE_TOPIC_IN_NAMESRV: on the brokers of a cluster, or on all when none is named. Throws MissingFieldError. */
export function deleteTopicInNamesrv({ tables: { topics, brokers }, log }: DeleteTopicInNamesrvDeps): RequestHandler {
  return replying(request => {
    const { topic, clusterName } = readDeleteTopicFromNamesrvHeader(request.command)
    if (clusterName === null || clusterName === '') topics.removeTopic(topic)
    else for (const brokerName of brokers.namesIn(clusterName)) topics.remove(topic, brokerName)
    log.info({ topic, clusterName, remoteAddress: request.channel.remoteAddress }, 'topic deleted')
    return RemotingResponse.success()
  })
}
