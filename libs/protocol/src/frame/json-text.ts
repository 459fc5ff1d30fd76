/**
 * JSON texts as bytes, without a string in between. `at` is the byte after the opening quote, `end` the closing quote.
 */
const QUOTE = 0x22
const BACKSLASH = 0x5c
const LETTER_U = 0x75

/** What may follow a backslash, and the byte it stands for; 0 for what may not. `u` is looked at apart. */
const escapedBytes = new Uint8Array(256)
for (const [letter, byte] of Object.entries({ '"': 0x22, '\\': 0x5c, '/': 0x2f, b: 8, f: 12, n: 10, r: 13, t: 9 })) {
  escapedBytes[letter.charCodeAt(0)] = byte
}

/** 0…15 for a hex digit, 255 for any other byte. */
const hexDigits = new Uint8Array(256).fill(255)
for (let digit = 0; digit < 16; digit += 1) {
  hexDigits[digit.toString(16).charCodeAt(0)] = digit
  hexDigits[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/** The closing quote before `limit`, or -1 when there is none or something stands before it that JSON does not allow. */
export function endOfJsonText(bytes: Buffer, at: number, limit: number): number {
  for (let index = at; index < limit; index += 1) {
    const byte = bytes[index] as number
    if (byte === QUOTE) return index
    if (byte < 0x20) return -1
    if (byte !== BACKSLASH) continue
    index += 1
    const escape = bytes[index] as number
    if (escape === LETTER_U) {
      if (index + 4 >= limit || hex4(bytes, index + 1) < 0) return -1
      index += 4
    } else if (index >= limit || escapedBytes[escape] === 0) {
      return -1
    }
  }
  return -1
}

/** The four hex digits at `at` as a number; negative when they are none. */
function hex4(bytes: Buffer, at: number): number {
  const a = hexDigits[bytes[at] as number] as number
  const b = hexDigits[bytes[at + 1] as number] as number
  const c = hexDigits[bytes[at + 2] as number] as number
  const d = hexDigits[bytes[at + 3] as number] as number
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d
}

/** A text that `endOfJsonText` has accepted, as a string. */
export function jsonTextToString(bytes: Buffer, at: number, end: number): string {
  return JSON.parse(bytes.toString('utf8', at - 1, end + 1)) as string
}

/** A text that `endOfJsonText` has accepted, in UTF-8 and without its escapes: a copy. */
export function jsonTextToUtf8(bytes: Buffer, at: number, end: number): Buffer {
  const out = Buffer.allocUnsafe(end - at) // an escape is never shorter than what it stands for
  let length = 0
  for (let index = at; index < end; index += 1) {
    const byte = bytes[index] as number
    if (byte !== BACKSLASH) {
      out[length++] = byte
      continue
    }
    index += 1
    const escape = bytes[index] as number
    if (escape !== LETTER_U) {
      out[length++] = escapedBytes[escape] as number
      continue
    }
    const unit = hex4(bytes, index + 1)
    index += 4
    if (unit < 0x80) {
      out[length++] = unit
      continue
    }
    const low = isHighSurrogate(unit) && isEscape(bytes, index + 1, end) ? hex4(bytes, index + 3) : -1
    if (low >= 0xdc00 && low <= 0xdfff) {
      length = writeUtf8(out, length, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
      index += 6
    } else {
      length = writeUtf8(out, length, unit >= 0xd800 && unit <= 0xdfff ? 0xfffd : unit)
    }
  }
  return out.subarray(0, length)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isEscape(bytes: Buffer, at: number, end: number): boolean {
  return at + 6 <= end && bytes[at] === BACKSLASH && bytes[at + 1] === LETTER_U
}

function writeUtf8(out: Buffer, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    out[at] = codePoint
    return at + 1
  }
  if (codePoint < 0x800) {
    out[at] = 0xc0 | (codePoint >> 6)
    out[at + 1] = 0x80 | (codePoint & 0x3f)
    return at + 2
  }
  if (codePoint < 0x10000) {
    out[at] = 0xe0 | (codePoint >> 12)
    out[at + 1] = 0x80 | ((codePoint >> 6) & 0x3f)
    out[at + 2] = 0x80 | (codePoint & 0x3f)
    return at + 3
  }
  out[at] = 0xf0 | (codePoint >> 18)
  out[at + 1] = 0x80 | ((codePoint >> 12) & 0x3f)
  out[at + 2] = 0x80 | ((codePoint >> 6) & 0x3f)
  out[at + 3] = 0x80 | (codePoint & 0x3f)
  return at + 4
}
