import { readProperty } from '@rocketmq-ts/protocol'
import { isLightQueueName, isPossibleLightQueue, listedIn, mayBeInLightQueues } from './light-queue-names'

/** A message in a light queue. */
export interface LightEntry {
  readonly queueName: string
  readonly queueOffset: number
}

const NONE: readonly LightEntry[] = []

/** Where a record is besides its own queue, as it says itself. Source: store/ConsumeQueue.java (multiDispatchLmqQueue) */
export function lightEntriesOf({
  topic,
  properties,
}: {
  readonly topic: string
  readonly properties: Buffer
}): readonly LightEntry[] {
  const names = readProperty(properties, 'INNER_MULTI_DISPATCH')
  const offsets = names === null ? null : readProperty(properties, 'INNER_MULTI_QUEUE_OFFSET')
  if (names === null || offsets === null || !mayBeInLightQueues(topic)) return NONE
  const queueOffsets = listedIn(offsets)
  return listedIn(names)
    .map((queueName, index) => ({ queueName, queueOffset: offsetIn(queueOffsets[index]) }))
    .filter(({ queueName, queueOffset }) => {
      return queueOffset >= 0 && isLightQueueName(queueName) && isPossibleLightQueue(queueName)
    })
}

/** -1 for what is none. */
function offsetIn(text: string | undefined): number {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return -1
  const offset = Number(text)
  return Number.isSafeInteger(offset) ? offset : -1
}
