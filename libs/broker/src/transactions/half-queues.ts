import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import { getMessages, messagesIn } from '../messages/store-calls'

const BATCH_COUNT_MAX = 32

export interface QueuePart {
  readonly topic: string
  readonly queueId: number
  readonly fromOffset: number
  /** Behind the last message that is wanted. */
  readonly endOffset: number
}

/**
 * Hands the messages of a part of a queue to `onBatch`, some at a time; they are borrowed until it resolves. Messages
 * that are no longer there are passed over. Ends early when `onBatch` resolves to false. Rejects with StorageError.
 */
export async function readQueue(
  store: Pick<MessageStore, 'get'>,
  { topic, queueId, fromOffset, endOffset }: QueuePart,
  onBatch: (messages: readonly StoredMessage[]) => Promise<boolean> | boolean,
): Promise<void> {
  for (let queueOffset = fromOffset; queueOffset < endOffset;) {
    const query = { topic, queueId, queueOffset, messageCountMax: BATCH_COUNT_MAX, bytesMax: null, filter: null }
    const batch = await getMessages(store, query)
    const { nextBeginOffset } = batch
    try {
      const messages = [...messagesIn(batch)].filter(message => message.queueOffset < endOffset)
      if (messages.length > 0 && !(await onBatch(messages))) return
    } finally {
      batch.release()
    }
    if (nextBeginOffset <= queueOffset) return
    queueOffset = nextBeginOffset
  }
}
