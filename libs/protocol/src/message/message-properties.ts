/**
 * A message's properties as one text: `key \x01 value \x02`, repeated; the last \x02 may be missing. A part without
 * \x01, with an empty key or an empty value is no property, and the last of several with one key wins.
 * Source: common/message/MessageDecoder.java.
 */
const NAME_END = 0x01
const PROPERTY_END = 0x02

/** The value of `key`, or null, read from the bytes without looking at the other properties' text. */
export function readProperty(properties: Buffer, key: string): string | null {
  const keyBytes = key.length
  let found: string | null = null
  for (let at = 0; at < properties.length;) {
    let end = properties.indexOf(PROPERTY_END, at)
    if (end < 0) end = properties.length
    if (at + keyBytes + 1 < end && properties[at + keyBytes] === NAME_END && startsWith(properties, at, key)) {
      found = properties.toString('utf8', at + keyBytes + 1, end)
    }
    at = end + 1
  }
  return found
}

/** Keys of RocketMQ are ASCII: a character is a byte. */
function startsWith(bytes: Buffer, at: number, key: string): boolean {
  for (let index = 0; index < key.length; index += 1) {
    if (bytes[at + index] !== key.charCodeAt(index)) return false
  }
  return true
}

export function parseProperties(properties: Buffer | string): Map<string, string> {
  const map = new Map<string, string>()
  const text = typeof properties === 'string' ? properties : properties.toString('utf8')
  for (const property of text.split('\x02')) {
    const nameEnd = property.indexOf('\x01')
    if (nameEnd > 0 && nameEnd < property.length - 1) map.set(property.slice(0, nameEnd), property.slice(nameEnd + 1))
  }
  return map
}

export function encodeProperties(properties: Iterable<readonly [string, string]>): Buffer {
  let text = ''
  for (const [key, value] of properties) text += `${key}\x01${value}\x02`
  return Buffer.from(text)
}
