const STATUS_200 = 0x88
const NAME_AND_VALUE = 0x00
const PREFIX_MAX = 0x7f

/**
 * A block of headers that refers to none before it and leaves nothing for those after: it is the same on every connection, and
 * what is said in every answer is put together once. Source: RFC 7541, 6.2.2
 */
export function encodeHeaders(headers: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(headers.map(([name, value]) => encodeField(name, value)))
}

function encodeField(name: string, value: string): Buffer {
  if (name === ':status' && value === '200') return Buffer.from([STATUS_200])
  return Buffer.concat([Buffer.from([NAME_AND_VALUE]), encodeText(name), encodeText(value)])
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([encodeLength(bytes.length), bytes])
}

function encodeLength(length: number): Buffer {
  if (length < PREFIX_MAX) return Buffer.from([length])
  const bytes = [PREFIX_MAX]
  let rest = length - PREFIX_MAX
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
  bytes.push(rest)
  return Buffer.from(bytes)
}
