import { lightEntriesOf } from '@rocketmq-ts/store'
import type { GetMessageResult } from '@rocketmq-ts/store'
import { messagesIn } from '../messages/store-calls'

/** Which messages of a lite topic a result has: records say that beside their place in the queue of the parent. */
export function liteOffsetsIn(result: GetMessageResult, queueName: string): readonly number[] {
  const offsets: number[] = []
  for (const message of messagesIn(result)) {
    const entry = lightEntriesOf(message).find(entry => entry.queueName === queueName)
    offsets.push(entry?.queueOffset ?? (offsets.at(-1) ?? -1) + 1)
  }
  return offsets
}
