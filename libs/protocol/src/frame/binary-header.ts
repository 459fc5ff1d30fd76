import { LanguageCode, languageOfByte } from '../codes/language-code'
import { UndecodableFrameError } from './frame-error'
import { int32At } from './frame-layout'
import type { HeaderScan } from './incoming-command'
import type { CommandHeader, ExtFields } from './remoting-command'
import { writeText } from './write-text'

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

/** No character of a string needs more in UTF-8. */
const BYTES_PER_CHARACTER_MAX = 3
const FIELD_LENGTHS_SIZE = 6

/** An upper bound for what `writeBinaryHeader` writes. */
export function binaryHeaderBytesMax({ remark, extFields }: CommandHeader): number {
  return BINARY_HEADER_BYTES_MIN + textBytesMax(remark ?? '') + extFieldsBytesMax(extFields ?? {})
}

/** Writes a header at `at`, where there is room for it, and returns its end. */
export function writeBinaryHeader(header: CommandHeader, out: Buffer, at: number): number {
  out.writeInt16BE((header.code << 16) >> 16, at)
  out.writeUInt8(header.language ?? LanguageCode.OTHER, at + 2)
  out.writeInt16BE((header.version << 16) >> 16, at + 3)
  out.writeInt32BE(header.opaque, at + 5)
  out.writeInt32BE(header.flag, at + 9)
  const remarkAt = at + BINARY_REMARK_AT + 4
  const remarkEnd = writeText(out, remarkAt, header.remark ?? '')
  out.writeInt32BE(remarkEnd - remarkAt, remarkAt - 4)
  const extFieldsAt = remarkEnd + 4
  const end = writeExtFields(header.extFields ?? {}, out, extFieldsAt)
  out.writeInt32BE(end - extFieldsAt, remarkEnd)
  return end
}

/** The fields without their total length. */
export function encodeBinaryExtFields(extFields: ExtFields): Buffer {
  const out = Buffer.alloc(extFieldsBytesMax(extFields))
  return out.subarray(0, writeExtFields(extFields, out, 0))
}

function writeExtFields(extFields: ExtFields, out: Buffer, at: number): number {
  let end = at
  for (const name of Object.keys(extFields)) {
    const nameAt = end + 2
    const nameEnd = writeText(out, nameAt, name)
    out.writeInt16BE(nameEnd - nameAt, end)
    end = writeText(out, nameEnd + 4, extFields[name] as string)
    out.writeInt32BE(end - nameEnd - 4, nameEnd)
  }
  return end
}

function extFieldsBytesMax(extFields: ExtFields): number {
  let bytes = 0
  for (const name of Object.keys(extFields)) {
    bytes += FIELD_LENGTHS_SIZE + textBytesMax(name) + textBytesMax(extFields[name] as string)
  }
  return bytes
}

function textBytesMax(text: string): number {
  return text.length * BYTES_PER_CHARACTER_MAX
}

/** Throws UndecodableFrameError when a length points out of the header. */
export function decodeBinaryHeader(header: Buffer): CommandHeader {
  const scan = scanBinaryHeader(header, 0, header.length)
  const { code, language, version, opaque, flag, remarkAt, remarkEnd, extFieldsAt, extFieldsEnd } = scan
  return {
    code,
    language,
    version,
    opaque,
    flag,
    remark: remarkAt < 0 ? null : header.toString('utf8', remarkAt, remarkEnd),
    extFields: extFieldsAt < 0 ? null : decodeBinaryExtFields(header, extFieldsAt, extFieldsEnd),
  }
}

/** Reads what is fixed and checks all lengths of the header between `at` and `end`. Throws UndecodableFrameError. */
export function scanBinaryHeader(bytes: Buffer, at: number, end: number): HeaderScan {
  if (end - at < BINARY_HEADER_BYTES_MIN) throw new UndecodableFrameError(`a binary header of ${end - at} bytes`)
  const remarkAt = at + BINARY_REMARK_AT + 4
  const remarkEnd = endOfText(remarkAt, int32At(bytes, remarkAt - 4), end - 4)
  const extFieldsAt = remarkEnd + 4
  // Java takes a negative length for none.
  const extFieldsEnd = endOfText(extFieldsAt, Math.max(0, int32At(bytes, remarkEnd)), end)
  for (let fieldAt = extFieldsAt; fieldAt < extFieldsEnd;) {
    fieldAt = endOfBinaryValue(bytes, endOfBinaryName(bytes, fieldAt, extFieldsEnd), extFieldsEnd)
  }
  return {
    code: int16At(bytes, at),
    language: languageOfByte(bytes[at + 2] as number),
    version: int16At(bytes, at + 3),
    opaque: int32At(bytes, at + 5),
    flag: int32At(bytes, at + 9),
    remarkAt: remarkEnd === remarkAt ? -1 : remarkAt,
    remarkEnd,
    extFieldsAt: extFieldsEnd === extFieldsAt ? -1 : extFieldsAt,
    extFieldsEnd,
  }
}

function int16At(bytes: Buffer, at: number): number {
  return (((bytes[at] as number) << 24) >> 16) | (bytes[at + 1] as number)
}

/** The fields between `at` and `end`; the last of several with one name wins, empty ones are absent. */
export function decodeBinaryExtFields(bytes: Buffer, at: number, end: number): Record<string, string> {
  const extFields = Object.create(null) as Record<string, string>
  let fieldAt = at
  while (fieldAt < end) {
    const nameEnd = endOfBinaryName(bytes, fieldAt, end)
    const valueEnd = endOfBinaryValue(bytes, nameEnd, end)
    const name = bytes.toString('utf8', fieldAt + 2, nameEnd)
    if (valueEnd > nameEnd + 4) extFields[name] = bytes.toString('utf8', nameEnd + 4, valueEnd)
    else Reflect.deleteProperty(extFields, name)
    fieldAt = valueEnd
  }
  return extFields
}

/** Where the name ends whose int16 length lies at `at`. */
export function endOfBinaryName(bytes: Buffer, at: number, end: number): number {
  return endOfText(at + 2, at + 2 > end ? -1 : int16At(bytes, at), end)
}

/** Where the value ends whose int32 length lies at `at`. */
export function endOfBinaryValue(bytes: Buffer, at: number, end: number): number {
  return endOfText(at + 4, at + 4 > end ? -1 : int32At(bytes, at), end)
}

function endOfText(at: number, length: number, end: number): number {
  if (length < 0 || length > end - at) throw new UndecodableFrameError(`a text of ${length} bytes in a binary header`)
  return at + length
}
