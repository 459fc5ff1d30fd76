import type { Messaging } from '../../messaging/messaging'
import type { UnaryMethod } from '../method'
import { requireTopic } from '../names'
import { OK } from '../status'

/** RecallMessage. Source: proxy/grpc/v2/producer/RecallMessageActivity.java */
export function recallMessage(messaging: Pick<Messaging, 'recall'>): UnaryMethod<'RecallMessage'> {
  return async ({ topic, recallHandle }) => {
    return { status: OK, messageId: await messaging.recall(requireTopic(topic), recallHandle) }
  }
}
