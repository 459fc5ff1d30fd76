import type { Clock } from '@rocketmq-ts/base'
import {
  dataVersionJson,
  equalDataVersions,
  readQueryDataVersionHeader,
  RemotingResponse,
  toExtFields,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerLiveTable } from '../broker-liveness/broker-live-table'
import { replying } from './replying'

export interface QueryDataVersionDeps {
  readonly live: Pick<BrokerLiveTable, 'find' | 'renew'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * QUERY_DATA_VERSION: whether a broker would tell something new by registering. It is a sign of life, too.
 * Throws MissingFieldError, InvalidBodyError.
 */
export function queryDataVersion({ live, clock }: QueryDataVersionDeps): RequestHandler {
  return replying(request => {
    const { clusterName, brokerAddr } = readQueryDataVersionHeader(request.command)
    const { body } = request.command
    const asked = body === null ? null : dataVersionJson.decode(body)
    const known = live.find(clusterName, brokerAddr)?.dataVersion ?? null
    live.renew(clusterName, brokerAddr, clock.nowMs())
    const changed = asked === null || known === null || !equalDataVersions(asked, known)
    const extFields = toExtFields({ changed })
    return RemotingResponse.success(extFields, known === null ? null : dataVersionJson.encode(known))
  })
}
