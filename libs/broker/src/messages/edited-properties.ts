import type { PropertyScan } from './property-scan'

export interface PropertyEdit {
  /** Known keys to leave out, as a set of PropertyBit. */
  readonly dropped: number
  /** Pairs to add, as `property` writes them; '' for none. */
  readonly added: string
  /** Pairs that every message gets, encoded once. */
  readonly stamp: Buffer
}

/** One pair as it stands in a properties string. */
export function property(key: string, value: string | number): string {
  return `${key}\x01${value}\x02`
}

/** The properties that were scanned, edited, in bytes of their own. */
export function editedProperties(scan: PropertyScan, { dropped, added, stamp }: PropertyEdit): Buffer {
  const addedBytes = added === '' ? 0 : Buffer.byteLength(added)
  const edited = Buffer.allocUnsafe(scan.bytesMaxWithout(dropped) + addedBytes + stamp.length)
  let end = scan.copyWithout(dropped, edited, 0)
  if (addedBytes > 0) end += edited.write(added, end)
  end += stamp.copy(edited, end)
  return end === edited.length ? edited : edited.subarray(0, end)
}
