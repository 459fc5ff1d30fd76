import { ENTRY_BYTES } from '../consume-queue/consume-queue-entry'
import type { KeyValueDatabase } from '../key-value/key-value-database'
import type { KvConsumeQueue } from './kv-consume-queue'
import { NO_RECORD, runKey, runsOf } from './queue-records'
import type { RunReader } from './run-reader'

const RUNS_AT_ONCE = 512

/** Takes the entries out of a queue that point at or behind `physicalOffset`. It must have been written out. */
export async function cutQueue(
  queue: KvConsumeQueue,
  physicalOffset: number,
  { database, runs }: { readonly database: KeyValueDatabase; readonly runs: RunReader },
): Promise<void> {
  const { number } = queue
  const endOffset = await queue.findOffset(physicalOffset)
  const lastPhysicalOffset = endOffset > queue.minOffset ? await queue.physicalOffsetAt(endOffset - 1) : NO_RECORD
  const batch = database.batch()
  for (let fromOffset = endOffset; ;) {
    const page = await runs.runs(runsOf(number, fromOffset), RUNS_AT_ONCE)
    const last = page.at(-1)
    if (last === undefined) break
    for (const { key, entries, firstOffset } of page) {
      batch.remove(key)
      if (firstOffset >= endOffset) continue
      batch.put(runKey(number, endOffset - 1), entries.subarray(0, (endOffset - firstOffset) * ENTRY_BYTES))
    }
    fromOffset = last.lastOffset + 1
  }
  queue.cutAt(endOffset, lastPhysicalOffset)
  queue.stage(batch, endOffset)
  await batch.write()
}
