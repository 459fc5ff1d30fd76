import { topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { Metadata } from '../../messaging/metadata'
import { requireTopic } from '../names'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'

export interface GetTopicRouteDeps {
  readonly metadata: Pick<Metadata, 'requireRoute'>
}

/** GetTopicRoute: as NameServers have it, in JSON, with the brokers' own addresses. */
export function getTopicRoute({ metadata }: GetTopicRouteDeps): AdminMethod<'GetTopicRoute'> {
  return async ({ topic }) => {
    const route = await metadata.requireRoute(requireTopic(topic))
    return { status: OK, topicRouteData: topicRouteDataJson.encode(route, { standard: true }).toString() }
  }
}
