import type { KeyValueDatabase } from '../key-value/key-value-database'
import type { KvConsumeQueue } from './kv-consume-queue'
import { NO_RECORD, runKey } from './queue-records'
import { endOffsetBefore, physicalOffsetAt } from './queue-search'
import type { RunReader } from './run-reader'

const RUNS_AT_ONCE = 512

/** Takes the entries out of a queue that point at or behind `physicalOffset`. It must have been written out. */
export async function cutQueue(
  queue: KvConsumeQueue,
  physicalOffset: number,
  { database, runs }: { readonly database: KeyValueDatabase; readonly runs: RunReader },
): Promise<void> {
  const { kind, number } = queue
  const endOffset = await endOffsetBefore(queue, physicalOffset, runs)
  const lastPhysicalOffset =
    endOffset > queue.minOffset ? await physicalOffsetAt(queue, endOffset - 1, runs) : NO_RECORD
  const batch = database.batch()
  for (let fromOffset = endOffset; ;) {
    const page = await runs.runs(queue, { fromOffset, countMax: RUNS_AT_ONCE })
    const last = page.at(-1)
    if (last === undefined) break
    for (const run of page) {
      batch.remove(run.key)
      if (run.firstOffset >= endOffset) continue
      const leftBytes = kind.indexOf(run, endOffset) * kind.entryBytes
      batch.put(runKey(number, endOffset - 1), run.bytes.subarray(0, leftBytes))
    }
    fromOffset = last.lastOffset + 1
  }
  queue.cutAt(endOffset, lastPhysicalOffset)
  queue.stage(batch, endOffset)
  await batch.write()
}
