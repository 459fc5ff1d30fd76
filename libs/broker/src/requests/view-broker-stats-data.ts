import { RefusedError, type Clock } from '@rocketmq-ts/base'
import {
  brokerStatsDataJson,
  readViewBrokerStatsDataHeader,
  RemotingResponse,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerStatistics } from '../statistics/broker-statistics'

export interface ViewBrokerStatsDataDeps {
  readonly statistics: Pick<BrokerStatistics, 'find'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** Nothing has been counted under that name and key; tools take it for "no data". */
export class NoSuchStatisticsError extends RefusedError {
  readonly code = 'RMQ_NO_SUCH_STATISTICS'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(statsName: string, statsKey: string) {
    super(`The stats <${statsName}> <${statsKey}> not exist`)
  }
}

/** VIEW_BROKER_STATS_DATA: the last minute, hour and day of one counter. Throws MissingFieldError, NoSuchStatisticsError. */
export function viewBrokerStatsData({ statistics, clock }: ViewBrokerStatsDataDeps): RequestHandler {
  return request => {
    const { statsName, statsKey } = readViewBrokerStatsDataHeader(request.command)
    const counter = statistics.find(statsName, statsKey)
    if (counter === null) throw new NoSuchStatisticsError(statsName, statsKey)
    const nowMs = clock.nowMs()
    const body = brokerStatsDataJson.encode({
      statsMinute: counter.snapshot('minute', nowMs),
      statsHour: counter.snapshot('hour', nowMs),
      statsDay: counter.snapshot('day', nowMs),
    })
    request.reply(RemotingResponse.success(null, body))
  }
}
