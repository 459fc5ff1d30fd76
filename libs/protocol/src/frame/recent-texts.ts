const TEXT_COUNT = 1024
const TEXT_BYTES_MAX = 64

/**
 * Texts that came lately: topics, groups and broker names come again with every request, and finding one again is
 * cheaper than making a string, and its later look-ups in maps are cheaper too. Each place holds the last text that fell
 * on it, so the memory is bounded.
 */
const texts: string[] = new Array<string>(TEXT_COUNT).fill('')

/** The text in UTF-8 between `at` and `end`: the same string again if it came lately. */
export function recentText(bytes: Buffer, at: number, end: number): string {
  const length = end - at
  if (length === 0 || length > TEXT_BYTES_MAX) return bytes.toString('utf8', at, end)
  const place = placeOf(bytes, at, end)
  const recent = texts[place] as string
  if (recent.length === length && isAt(bytes, at, recent)) return recent
  return (texts[place] = bytes.toString('utf8', at, end))
}

/** By a few bytes only: names of one application differ in their length or towards their end. */
function placeOf(bytes: Buffer, at: number, end: number): number {
  const length = end - at
  const middle = bytes[at + (length >>> 1)] as number
  const last = bytes[end - 1] as number
  const beforeLast = bytes[end - (length > 1 ? 2 : 1)] as number
  return (length + (bytes[at] as number) * 31 + middle * 131 + beforeLast * 523 + last * 7) & (TEXT_COUNT - 1)
}

/** Bytes that are not ASCII are never the same: one character of a text may then be several bytes. */
function isAt(bytes: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const byte = bytes[at + index] as number
    if (byte >= 0x80 || byte !== text.charCodeAt(index)) return false
  }
  return true
}
