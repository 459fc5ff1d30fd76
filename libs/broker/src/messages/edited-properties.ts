import type { PropertyScan } from './property-scan'

/** One pair as it stands in a properties string. */
export function property(key: string, value: string | number): string {
  return `${key}\x01${value}\x02`
}

/**
 * The properties that were scanned, edited: without the known keys in the set `dropped`, and with the pairs `added`, as
 * `property` writes them. If there is nothing to edit, the very bytes that were scanned, their end perhaps open.
 */
export function editedProperties(scan: PropertyScan, dropped: number, added: string): Buffer {
  const addedBytes = added === '' ? 0 : Buffer.byteLength(added)
  if (addedBytes === 0 && scan.isKeptWhole(dropped)) return scan.bytes
  const edited = Buffer.allocUnsafe(scan.bytesMaxWithout(dropped) + addedBytes)
  let end = scan.copyWithout(dropped, edited, 0)
  if (addedBytes > 0) end += edited.write(added, end)
  return end === edited.length ? edited : edited.subarray(0, end)
}
