import type { LogFile } from '../log-file/log-file'
import { readFully } from '../log-file/read-fully'
import type { IndexHeader } from './index-header'
import { INDEX_ENTRY_BYTES, entryAt } from './index-layout'
import type { IndexLayout } from './index-layout'
import type { SlotTable } from './slot-table'

const TWO_TO_32 = 0x1_0000_0000
/** Entries that are read and looked at in one go: about a millisecond. */
const STEP_COUNT = 32_768

export interface EntriesToCheck {
  /** Says afterwards how far the entries are good. */
  readonly header: IndexHeader
  /** Empty; filled on the way. */
  readonly slots: SlotTable
  /** Nothing may point at or behind it. */
  readonly logEndOffset: number
}

/**
 * Goes through the entries of a file and makes its slots again. An entry is good if it continues its slot's chain and the
 * order of the log; the first one that does not ends the file.
 */
export async function checkEntries(file: LogFile, layout: IndexLayout, check: EntriesToCheck): Promise<void> {
  const { header, slots, logEndOffset } = check
  const endEntry = header.nextEntry
  const bytes = Buffer.allocUnsafeSlow(Math.min(STEP_COUNT, Math.max(1, endEntry)) * INDEX_ENTRY_BYTES)
  const view = new DataView(bytes.buffer) // there may be 20 million entries, and the broker waits
  let lastOffset = header.beginPhysicalOffset
  let lastSecondsAfter = 0
  let usedSlotCount = 0
  let entry = 1
  const isGood = (at: number): boolean => {
    const keyHash = view.getInt32(at)
    const physicalOffset = view.getInt32(at + 4) * TWO_TO_32 + view.getUint32(at + 8)
    const secondsAfter = view.getInt32(at + 12)
    const previousEntry = view.getInt32(at + 16)
    const isUnwritten = keyHash === 0 && physicalOffset === 0 && secondsAfter === 0 && previousEntry === 0
    const isInOrder = physicalOffset >= lastOffset && physicalOffset < logEndOffset && keyHash >= 0 && secondsAfter >= 0
    const fitsHeader = entry > 1 || physicalOffset === header.beginPhysicalOffset
    const slot = keyHash % layout.slotCount
    if (isUnwritten || !isInOrder || !fitsHeader || slots.get(slot) !== previousEntry) return false
    if (previousEntry === 0) usedSlotCount += 1
    slots.set(slot, entry)
    lastOffset = physicalOffset
    lastSecondsAfter = secondsAfter
    return true
  }
  for (let isEnd = endEntry <= 1; !isEnd;) {
    const stepEnd = Math.min(entry + STEP_COUNT, endEntry)
    const step = bytes.subarray(0, (stepEnd - entry) * INDEX_ENTRY_BYTES)
    await readFully(file, step, entryAt(layout, entry))
    let at = 0
    while (entry < stepEnd && isGood(at)) {
      entry += 1
      at += INDEX_ENTRY_BYTES
    }
    isEnd = entry < stepEnd || entry === endEntry
  }
  header.usedSlotCount = usedSlotCount
  if (entry === endEntry) return
  header.nextEntry = entry
  header.endPhysicalOffset = lastOffset
  header.endTimestamp = header.beginTimestamp + lastSecondsAfter * 1000
}
