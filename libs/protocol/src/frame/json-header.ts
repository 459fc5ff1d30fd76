import { LanguageCode, languageName, languageOfName, languageOfByte } from '../codes/language-code'
import { parseFastJson } from '../fastjson/parse-fast-json'
import { writeFastJson } from '../fastjson/write-fast-json'
import { UndecodableFrameError } from './frame-error'
import type { CommandHeader, ExtFields } from './remoting-command'

/** The JSON header: Java's fields in alphabetical order, without those that are null. Source: remoting/protocol/RemotingCommand.java. */
export function encodeJsonHeader(header: CommandHeader): Buffer {
  return Buffer.from(
    writeFastJson({
      code: header.code,
      extFields: header.extFields,
      flag: header.flag,
      language: languageName(header.language),
      opaque: header.opaque,
      remark: header.remark,
      serializeTypeCurrentRPC: 'JSON',
      version: header.version,
    }),
  )
}

/** As lenient as Java: whatever is missing has its default. Throws UndecodableFrameError where Java gives up. */
export function decodeJsonHeader(header: Buffer): CommandHeader {
  const fields = parseHeader(header)
  return {
    code: int32(fields.code, 'code'),
    language: languageOf(fields.language),
    version: int32(fields.version, 'version'),
    opaque: int32(fields.opaque, 'opaque'),
    flag: int32(fields.flag, 'flag'),
    remark: fields.remark === undefined || fields.remark === null ? null : textOf(fields.remark),
    extFields: extFieldsOf(fields.extFields),
  }
}

function parseHeader(header: Buffer): Record<string, unknown> {
  let value: unknown
  try {
    value = parseFastJson(header)
  } catch (cause) {
    throw new UndecodableFrameError(`the header is no JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) {
    throw new UndecodableFrameError('the header is no JSON object')
  }
  return value as Record<string, unknown>
}

function int32(value: unknown, name: string): number {
  if (value === undefined || value === null || value === '') return 0
  const number = typeof value === 'boolean' || typeof value === 'number' ? Number(value) : Number(textOf(value))
  const whole = Math.trunc(number)
  if (whole !== (whole | 0)) throw new UndecodableFrameError(`${name} is no int32`)
  return whole | 0
}

function languageOf(value: unknown): LanguageCode | null {
  if (value === undefined) return LanguageCode.JAVA
  return typeof value === 'number' ? languageOfByte(value) : languageOfName(textOf(value))
}

function extFieldsOf(value: unknown): ExtFields | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof Map) {
    throw new UndecodableFrameError('extFields is no object')
  }
  const extFields = Object.create(null) as Record<string, string>
  for (const [name, field] of Object.entries(value)) {
    if (field !== null) extFields[name] = textOf(field)
  }
  return extFields
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : writeFastJson(value)
}
