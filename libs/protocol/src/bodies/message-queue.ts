import { bean, int, text, type ValueOf } from './json-codec'

/** One queue of a topic on one broker. Source: common/message/MessageQueue.java. */
export const messageQueueJson = bean({ brokerName: text, queueId: int, topic: text })
export type MessageQueue = ValueOf<typeof messageQueueJson>
