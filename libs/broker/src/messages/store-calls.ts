import { readStoredMessage } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type {
  GetMessageQuery,
  GetMessageResult,
  MessageStore,
  MessageToStore,
  PutMessageResult,
} from '@rocketmq-ts/store'

/** How a put ended, to keep. */
export type PutOutcome = Pick<PutMessageResult, 'status' | 'reason' | 'physicalOffset' | 'queueOffset' | 'storedBytes'>

/** `put` for callers that have time for a promise. */
export function putMessage(store: Pick<MessageStore, 'put'>, message: MessageToStore): Promise<PutOutcome> {
  return new Promise(resolve => {
    store.put(message, {
      onPut({ status, reason, physicalOffset, queueOffset, storedBytes }) {
        resolve({ status, reason, physicalOffset, queueOffset, storedBytes })
      },
    })
  })
}

/** `get` for callers that have time for a promise. The result must be released. */
export function getMessages(store: Pick<MessageStore, 'get'>, query: GetMessageQuery): Promise<GetMessageResult> {
  return new Promise((resolve, reject) => {
    store.get(query, { onGet: resolve, onGetFailed: reject })
  })
}

/** The messages of a result, in order; their buffers are borrowed from it. */
export function* messagesIn({ parts }: Pick<GetMessageResult, 'parts'>): Generator<StoredMessage, void> {
  for (const part of parts) {
    for (let at = 0; at < part.length;) {
      const message = readStoredMessage(part, at)
      yield message
      at += message.recordBytes
    }
  }
}
