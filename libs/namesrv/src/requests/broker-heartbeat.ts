import type { Clock } from '@rocketmq-ts/base'
import { readBrokerHeartbeatHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerLiveTable } from '../broker-liveness/broker-live-table'
import { replying } from './replying'

export interface BrokerHeartbeatDeps {
  readonly live: Pick<BrokerLiveTable, 'renew'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** BROKER_HEARTBEAT: a broker lives. Throws MissingFieldError. */
export function brokerHeartbeat({ live, clock }: BrokerHeartbeatDeps): RequestHandler {
  return replying(request => {
    const { clusterName, brokerAddr } = readBrokerHeartbeatHeader(request.command)
    live.renew(clusterName, brokerAddr, clock.nowMs())
    return RemotingResponse.success()
  })
}
