import { LanguageCode, languageOfByte } from '../codes/language-code'
import { UndecodableFrameError } from './frame-error'
import type { CommandHeader } from './remoting-command'

/**
 * The ROCKETMQ header. Big-endian, texts in UTF-8.
 *
 *   0      2          3         5        9      13            17       17+n         21+n
 *   | code | language | version | opaque | flag | remarkBytes | remark | extBytes | extFields …
 *   | int16| byte     | int16   | int32  | int32| int32       | n bytes| int32    |
 *
 * extFields until `extBytes` are used up: int16 length and key, int32 length and value. A length of 0 means absent, so an
 * empty text cannot be told from none. A code beyond int16 loses its upper bits. Source: remoting/protocol/RocketMQSerializable.java.
 */
export const BINARY_HEADER_BYTES_MIN = 21
export const BINARY_REMARK_AT = 13

export function encodeBinaryHeader(header: CommandHeader): Buffer {
  const remark = Buffer.from(header.remark ?? '')
  const extFields = encodeBinaryExtFields(header.extFields ?? {})
  const bytes = Buffer.alloc(BINARY_HEADER_BYTES_MIN + remark.length + extFields.length)
  bytes.writeInt16BE((header.code << 16) >> 16, 0)
  bytes.writeUInt8(header.language ?? LanguageCode.OTHER, 2)
  bytes.writeInt16BE((header.version << 16) >> 16, 3)
  bytes.writeInt32BE(header.opaque, 5)
  bytes.writeInt32BE(header.flag, 9)
  bytes.writeInt32BE(remark.length, BINARY_REMARK_AT)
  remark.copy(bytes, BINARY_REMARK_AT + 4)
  bytes.writeInt32BE(extFields.length, BINARY_REMARK_AT + 4 + remark.length)
  extFields.copy(bytes, BINARY_HEADER_BYTES_MIN + remark.length)
  return bytes
}

function encodeBinaryExtFields(extFields: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = []
  for (const [name, value] of Object.entries(extFields)) {
    const nameBytes = Buffer.from(name)
    const valueBytes = Buffer.from(value)
    const lengths = Buffer.alloc(6)
    lengths.writeInt16BE(nameBytes.length, 0)
    lengths.writeInt32BE(valueBytes.length, 2)
    parts.push(lengths.subarray(0, 2), nameBytes, lengths.subarray(2), valueBytes)
  }
  return Buffer.concat(parts)
}

/** Throws UndecodableFrameError when a length points out of the header. */
export function decodeBinaryHeader(header: Buffer): CommandHeader {
  const remarkEnd = checkBinaryHeader(header, 0, header.length)
  const extAt = remarkEnd + 4
  const extBytes = header.readInt32BE(remarkEnd)
  return {
    code: header.readInt16BE(0),
    language: languageOfByte(header.readUInt8(2)),
    version: header.readInt16BE(3),
    opaque: header.readInt32BE(5),
    flag: header.readInt32BE(9),
    remark: remarkEnd === BINARY_REMARK_AT + 4 ? null : header.toString('utf8', BINARY_REMARK_AT + 4, remarkEnd),
    extFields: extBytes > 0 ? decodeBinaryExtFields(header, extAt, extAt + extBytes) : null,
  }
}

/** Checks the two lengths of a header that lies at `at` … `end`; returns where the remark ends. */
export function checkBinaryHeader(bytes: Buffer, at: number, end: number): number {
  if (end - at < BINARY_HEADER_BYTES_MIN) throw new UndecodableFrameError(`a binary header of ${end - at} bytes`)
  const remarkBytes = bytes.readInt32BE(at + BINARY_REMARK_AT)
  if (remarkBytes < 0 || remarkBytes > end - at - BINARY_HEADER_BYTES_MIN) {
    throw new UndecodableFrameError(`a remark of ${remarkBytes} bytes in a header of ${end - at}`)
  }
  const remarkEnd = at + BINARY_REMARK_AT + 4 + remarkBytes
  if (bytes.readInt32BE(remarkEnd) > end - remarkEnd - 4) {
    throw new UndecodableFrameError(`extFields of ${bytes.readInt32BE(remarkEnd)} bytes in a header of ${end - at}`)
  }
  return remarkEnd
}

/** The fields between `at` and `end`; the last of several with one name wins, empty ones are absent. */
export function decodeBinaryExtFields(bytes: Buffer, at: number, end: number): Record<string, string> {
  const extFields = Object.create(null) as Record<string, string>
  let fieldAt = at
  while (fieldAt < end) {
    const nameEnd = endOfText(fieldAt + 2, fieldAt + 2 > end ? -1 : bytes.readInt16BE(fieldAt), end)
    const valueEnd = endOfText(nameEnd + 4, nameEnd + 4 > end ? -1 : bytes.readInt32BE(nameEnd), end)
    if (nameEnd > fieldAt + 2) {
      const name = bytes.toString('utf8', fieldAt + 2, nameEnd)
      if (valueEnd > nameEnd + 4) extFields[name] = bytes.toString('utf8', nameEnd + 4, valueEnd)
      else Reflect.deleteProperty(extFields, name)
    }
    fieldAt = valueEnd
  }
  return extFields
}

function endOfText(at: number, length: number, end: number): number {
  if (length < 0 || length > end - at) throw new UndecodableFrameError(`a text of ${length} bytes in extFields`)
  return at + length
}
