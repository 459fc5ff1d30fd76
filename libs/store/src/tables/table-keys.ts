import type { KeyRange } from '../key-value/key-value-database'

/**
 * What the database of a table holds.
 *
 *   'e' name     an entry: its text
 *   'v'          its head: what `TableHead` says
 */
const ENTRY = 0x65

export const HEAD_KEY = Buffer.from('v')
export const ALL_ENTRIES: KeyRange = { from: Buffer.from([ENTRY]), until: Buffer.from([ENTRY + 1]) }

export function entryKey(name: string): Buffer {
  return Buffer.from(`e${name}`)
}

export function nameOfKey(key: Buffer): string {
  return key.toString('utf8', 1)
}
