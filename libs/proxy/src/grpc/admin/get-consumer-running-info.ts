import type { Clock } from '@rocketmq-ts/base'
import type { ConsumerRunningInfo } from '@rocketmq-ts/protocol'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups } from '../../messaging/consumer-groups'
import type { ConnectedClients } from '../../settings/connected-clients'
import { runningInfoOf } from '../relay-call'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'
import { findHere, requireMember } from './reach-client'
import { filterOf } from './subscription-infos'

export interface GetConsumerRunningInfoDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'runningInfo'>
  readonly clients: Pick<ConnectedClients, 'find'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** GetConsumerRunningInfo: what a consumer says of itself; a gRPC client has said it by its settings. */
export function getConsumerRunningInfo(deps: GetConsumerRunningInfoDeps): AdminMethod<'GetConsumerRunningInfo'> {
  return async request => {
    const member = requireMember(request)
    const here = findHere(member, deps.clients)
    const info =
      here === null ? await deps.consumerGroups.runningInfo(member, false) : runningInfoOf(here, deps.clock.nowMs())
    return { status: OK, consumerRunningInfo: shown(info) }
  }
}

function shown({
  properties,
  subscriptionSet,
  mqTable,
  statusTable,
}: Omit<ConsumerRunningInfo, 'jstack'>): v2.ConsumerRunningInfo.$Properties {
  return {
    properties: Object.fromEntries(properties),
    subscriptions: Object.fromEntries(subscriptionSet.map(one => [one.topic, filterOf(one)])),
    messageQueueTable: [...mqTable].map(([{ topic, brokerName, queueId }, { droped: dropped, ...queue }]) => ({
      messageQueue: { topic: { name: topic }, id: queueId, broker: { name: brokerName } },
      processQueueInfo: { ...queue, dropped },
    })),
    consumeStatusTable: Object.fromEntries(
      [...statusTable].map(([topic, status]) => [
        topic,
        {
          receiveRt: status.pullRT,
          receiveTps: status.pullTPS,
          consumeRt: status.consumeRT,
          consumeOkTps: status.consumeOKTPS,
          consumeFailedTps: status.consumeFailedTPS,
          consumeFailedMsgs: status.consumeFailedMsgs,
        },
      ]),
    ),
  }
}
