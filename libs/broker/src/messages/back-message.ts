import { encodeMessageId, encodeProperties, parseProperties, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import type { DelayLevels } from '../schedule/delay-levels'
import { SystemTopic } from '../topics/topic-names'

export interface BackDestination {
  readonly topic: string
  readonly queueId: number
  /** 0: at once, for a dead letter. */
  readonly delayLevel: number
}

/**
 * The copy of a message that a consumer sent back. It remembers where it came from, and no one waits for its safety;
 * with a delay level it waits on the schedule topic. Source: broker/processor/AbstractSendMessageProcessor.java
 */
export function backMessageOf(message: StoredMessage, to: BackDestination, delayLevels: DelayLevels): MessageToStore {
  const delayLevel = Math.min(to.delayLevel, delayLevels.levelMax)
  const properties = parseProperties(message.properties)
  if (!properties.has('RETRY_TOPIC')) properties.set('RETRY_TOPIC', message.topic)
  if (!properties.has('ORIGIN_MESSAGE_ID')) {
    properties.set('ORIGIN_MESSAGE_ID', encodeMessageId(message.storeHost, message.physicalOffset))
  }
  properties.set('WAIT', 'false').set('DELAY', String(delayLevel))
  const tagsCode = tagsCodeOf(properties.get('TAGS') ?? null)
  const isParked = delayLevel > 0
  if (isParked) {
    properties.set('REAL_TOPIC', to.topic).set('REAL_QID', String(to.queueId))
    for (const key of ['TIMER_DELAY_SEC', 'TIMER_DELAY_MS', 'TIMER_DELIVER_MS']) properties.delete(key)
  }
  return {
    topic: isParked ? SystemTopic.SCHEDULE : to.topic,
    queueId: isParked ? delayLevel - 1 : to.queueId,
    flag: message.flag,
    sysFlag: message.sysFlag,
    bornTimestamp: message.bornTimestamp,
    bornHost: message.bornHost,
    reconsumeTimes: message.reconsumeTimes + 1,
    preparedTransactionOffset: 0,
    body: message.body,
    properties: encodeProperties(properties),
    tagsCode: isParked ? delayLevels.delayMs(delayLevel) : tagsCode,
    waitStoreMessageOk: false,
    isCopy: true,
  }
}
