import type { MessageArrival, MessageFilter, MessageStore } from '@rocketmq-ts/store'

/** Whether who waits with this filter wants the message. What memory does not have any more is for the get to judge. */
export function isArrivalWanted(
  filter: MessageFilter | null,
  { tagsCode, physicalOffset, storedBytes }: MessageArrival,
  store: Pick<MessageStore, 'recordInMemory'>,
): boolean {
  if (filter === null) return true
  if (!filter.matchesTagsCode(tagsCode)) return false
  if (filter.matchesRecord === null) return true
  const record = store.recordInMemory(physicalOffset, storedBytes)
  return record === null || filter.matchesRecord(record)
}
