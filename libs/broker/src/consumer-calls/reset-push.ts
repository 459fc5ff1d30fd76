import type { Log } from '@rocketmq-ts/base'
import type { ClientChannelInfo } from '@rocketmq-ts/client-housekeeping'
import { LanguageCode, RemotingCommand, RequestCode, resetOffsetForCJson, resetOffsetJson } from '@rocketmq-ts/protocol'
import type { MessageQueue } from '@rocketmq-ts/protocol'

export interface ResetPush {
  readonly group: string
  readonly topic: string
  readonly timestamp: number
  readonly offsetTable: ReadonlyMap<MessageQueue, number>
  /** The administrator says that the group's consumers are in C++. */
  readonly forC: boolean
}

/**
 * Tells every member to go on at the offsets: it drops the queues, commits them and begins again. A member in C++
 * is sent a list, whoever asked. Source: broker/client/net/Broker2Client.java
 */
export function pushReset(push: ResetPush, members: readonly ClientChannelInfo[], log: Log): void {
  const { group, topic, timestamp, offsetTable } = push
  const extFields = { group, topic, timestamp: String(timestamp), queueId: '-1', isForce: 'false' }
  const list = [...offsetTable].map(([queue, offset]) => ({ ...queue, offset }))
  for (const { channel, clientId, language } of members) {
    const isC = push.forC || language === LanguageCode.CPP
    const body = isC ? resetOffsetForCJson.encode({ offsetTable: list }) : resetOffsetJson.encode({ offsetTable })
    const isSent = channel.sendOneway(
      RemotingCommand.request(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, extFields, body),
    )
    if (isSent) log.info({ group, topic, clientId }, 'consumer told to reset its offsets')
    else log.warn({ group, topic, clientId }, 'consumer not told to reset its offsets: connection lost')
  }
}
