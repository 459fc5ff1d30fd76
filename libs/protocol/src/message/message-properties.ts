/**
 * A message's properties as one text: `key \x01 value \x02`, repeated; the last \x02 may be missing. A part without
 * \x01, with an empty key or an empty value is no property, and the last of several with one key wins.
 * Source: common/message/MessageDecoder.java.
 */
const NAME_END = 0x01
const PROPERTY_END = 0x02

/** The value of `key`, or null, read from bytes `from`..`until` without looking at the other properties' text. */
export function readProperty(bytes: Buffer, key: string, from = 0, until = bytes.length): string | null {
  let found: string | null = null
  for (let at = from; at < until;) {
    let end = at
    while (end < until && bytes[end] !== PROPERTY_END) end += 1
    const valueAt = at + key.length + 1
    if (valueAt < end && bytes[valueAt - 1] === NAME_END && startsWith(bytes, at, key)) {
      found = bytes.toString('utf8', valueAt, end)
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
  return Buffer.from(propertiesText(properties))
}

/** What `encodeProperties` makes, before it is bytes. */
export function propertiesText(properties: Iterable<readonly [string, string]>): string {
  let text = ''
  for (const [key, value] of properties) text += `${key}\x01${value}\x02`
  return text
}
