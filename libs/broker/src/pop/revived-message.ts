import { encodeProperties, parseProperties, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { PopCheckPoint, StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'

/**
 * A message as it comes again: one attempt more, unless the consumer gave it back unused. It keeps the time of its first
 * pop and tells whose it is. Where Java would park a message that was once delayed for the same delay again, this one
 * comes at once. Source: broker/processor/PopReviveService.java
 */
export function revivedMessageOf(
  message: StoredMessage,
  { group, popTime, isSuspended }: PopCheckPoint,
  to: { readonly topic: string; readonly storeHost: Buffer },
): MessageToStore {
  const properties = parseProperties(message.properties)
  if (message.reconsumeTimes === 0 || !properties.has('1ST_POP_TIME')) properties.set('1ST_POP_TIME', String(popTime))
  properties.set('ORIGIN_GROUP', group)
  return {
    topic: to.topic,
    queueId: 0,
    flag: message.flag,
    sysFlag: message.sysFlag,
    bornTimestamp: message.bornTimestamp,
    bornHost: to.storeHost,
    reconsumeTimes: message.reconsumeTimes + (isSuspended ? 0 : 1),
    preparedTransactionOffset: 0,
    body: message.body,
    properties: encodeProperties(properties),
    tagsCode: tagsCodeOf(properties.get('TAGS') ?? null),
    // Its check point may only be forgotten when this copy is safe.
    waitStoreMessageOk: true,
    isCopy: true,
  }
}
