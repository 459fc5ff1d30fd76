import { tagsCodeOf } from '@rocketmq-ts/protocol'
import type { RecallHandle } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import { property } from '../messages/edited-properties'
import { SystemTopic } from '../topics/topic-names'

const RECALL_TAG = '_RECALL_TAG_'
const BODY = Buffer.from('0')
const QUEUE_ID = 0

export interface RecallWish {
  readonly handle: RecallHandle
  readonly producerGroup: string | null
  readonly bornHost: Buffer
  readonly nowMs: number
  /** Of the slot that the message waits in. */
  readonly outMs: number
  readonly appendTopicForTimerDeleteKey: boolean
}

/** What takes a timed message back: one for the same time, that names it. Source: broker/processor/RecallMessageProcessor.java */
export function recallRecordOf(wish: RecallWish): MessageToStore {
  const { topic, messageId, timestamp } = wish.handle
  const key = wish.appendTopicForTimerDeleteKey ? `${topic}+${messageId}` : messageId
  const pairs = [
    property('TAGS', RECALL_TAG) + property('TIMER_DEL_UNIQKEY', key) + property('UNIQ_KEY', messageId),
    property('TIMER_DELIVER_MS', timestamp) + property('BORN_TIMESTAMP', wish.nowMs),
    wish.producerGroup === null || wish.producerGroup === '' ? '' : property('PGROUP', wish.producerGroup),
    property('TIMER_OUT_MS', wish.outMs) + property('REAL_TOPIC', topic) + property('REAL_QID', QUEUE_ID),
  ]
  return {
    ...{ topic: SystemTopic.TIMER, queueId: 0, flag: 0, sysFlag: 0, reconsumeTimes: 0, preparedTransactionOffset: 0 },
    ...{ bornTimestamp: wish.nowMs, bornHost: wish.bornHost, body: BODY, waitStoreMessageOk: true },
    tagsCode: tagsCodeOf(RECALL_TAG),
    properties: Buffer.from(pairs.join('')),
  }
}
