import { LanguageCode } from '../codes/language-code'
import { MQ_VERSION } from '../codes/mq-version'
import { writeFastJson } from '../fastjson/write-fast-json'
import { encodeBinaryExtFields } from './binary-header'
import { CommandFlag, FRAME_HEADER_AT, SerializeType } from './frame-layout'
import { writeText } from './write-text'
import type { ExtFields } from './remoting-command'

/** The name of a field of extFields, encoded once for both kinds of header. */
export class FieldName {
  /** With its quotes, the colon and the value's opening quote. */
  readonly json: Buffer
  /** With its length. */
  readonly binary: Buffer

  constructor(name: string) {
    this.json = Buffer.from(`${writeFastJson(name)}:"`)
    const bytes = Buffer.from(name)
    this.binary = Buffer.concat([Buffer.from([bytes.length >>> 8, bytes.length]), bytes])
  }
}

/** Fields that many responses share: encoded once, names, values and all. */
export class FixedFields {
  readonly json: Buffer
  readonly binary: Buffer

  constructor(extFields: ExtFields) {
    this.json = Buffer.from(writeFastJson(extFields).slice(1, -1))
    this.binary = encodeBinaryExtFields(extFields)
  }
}

const JSON_CODE = Buffer.from('{"code":')
const JSON_EXT_FIELDS = Buffer.from(',"extFields":{')
const JSON_FLAG = Buffer.from(`,"flag":${CommandFlag.RESPONSE},"language":"JAVA","opaque":`)
const JSON_REMARK = Buffer.from(',"remark":')
const JSON_END = Buffer.from(`,"serializeTypeCurrentRPC":"JSON","version":${MQ_VERSION}}`)
const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const CLOSE_BRACE = 0x7d
const DIGITS_MAX = 20
/** Java escapes a control character with six bytes; no character of a string needs more. */
const BYTES_PER_CHARACTER_MAX = 6

/** An upper bound for a head without remark and fields. */
export const RESPONSE_HEAD_BYTES_MAX = 200

/** An upper bound for what a text adds to a head. */
export function textBytesMax(text: string | null): number {
  return text === null ? 0 : text.length * BYTES_PER_CHARACTER_MAX + 16
}

/** An upper bound for what a field with a text adds to a head. */
export function textFieldBytesMax(name: FieldName, value: string): number {
  return name.json.length + 8 + value.length * BYTES_PER_CHARACTER_MAX
}

/** An upper bound for what a field with a number adds to a head. */
export function numberFieldBytesMax(name: FieldName): number {
  return name.json.length + 8 + DIGITS_MAX
}

/**
 * Writes the head of a response into a buffer that has room for it: `begin`, a field at a time, `end`. The same calls
 * make a JSON header (in Java's order) or a binary one.
 */
export class ResponseHead {
  private readonly isJson: boolean
  private readonly frameAt: number
  private at: number
  private opaque = 0
  private remark: string | null = null
  /** Where the binary length of extFields lies; JSON: where the first field would begin, 0 when there is no object. */
  private fieldsAt = 0
  private valueLengthAt = 0

  constructor(
    private readonly out: Buffer,
    at: number,
    serializeType: number,
  ) {
    this.isJson = serializeType === SerializeType.JSON
    this.frameAt = at
    this.at = at + FRAME_HEADER_AT
  }

  /** `hasFields` writes extFields, were they empty. */
  begin(code: number, opaque: number, remark: string | null, hasFields: boolean): void {
    if (this.isJson) {
      this.opaque = opaque
      this.remark = remark
      this.bytes(JSON_CODE)
      this.digits(code)
      if (hasFields) {
        this.bytes(JSON_EXT_FIELDS)
        this.fieldsAt = this.at
      }
    } else {
      this.beginBinary(code, opaque, remark)
    }
  }

  private beginBinary(code: number, opaque: number, remark: string | null): void {
    const { out, at } = this
    out[at] = code >>> 8
    out[at + 1] = code
    out[at + 2] = LanguageCode.JAVA
    out[at + 3] = MQ_VERSION >>> 8
    out[at + 4] = MQ_VERSION & 0xff
    this.at = at + 5
    this.int32(opaque)
    this.int32(CommandFlag.RESPONSE)
    const remarkBytes = remark === null ? 0 : out.write(remark, this.at + 4)
    this.int32(remarkBytes)
    this.at += remarkBytes
    this.fieldsAt = this.at
    this.at += 4
  }

  number(name: FieldName, value: number): void {
    this.beginField(name)
    this.digits(value)
    this.endField()
  }

  text(name: FieldName, value: string): void {
    this.beginField(name)
    if (this.isJson) this.jsonText(value)
    else this.at = writeText(this.out, this.at, value)
    this.endField()
  }

  fixed(fields: FixedFields): void {
    if (this.isJson && this.at !== this.fieldsAt) this.byte(COMMA)
    this.bytes(this.isJson ? fields.json : fields.binary)
  }

  /** For a value that the caller writes by `hex` and `byte`. */
  beginField(name: FieldName): void {
    if (this.isJson) {
      if (this.at !== this.fieldsAt) this.byte(COMMA)
      this.bytes(name.json)
    } else {
      this.bytes(name.binary)
      this.valueLengthAt = this.at
      this.at += 4
    }
  }

  endField(): void {
    if (this.isJson) this.byte(QUOTE)
    else putInt32(this.out, this.valueLengthAt, this.at - this.valueLengthAt - 4)
  }

  /** Ends the header, fills in the lengths and returns where the body begins. */
  end(bodyBytes: number): number {
    if (this.isJson) this.endJson()
    else putInt32(this.out, this.fieldsAt, this.at - this.fieldsAt - 4)
    const headerBytes = this.at - this.frameAt - FRAME_HEADER_AT
    putInt32(this.out, this.frameAt, 4 + headerBytes + bodyBytes)
    putInt32(this.out, this.frameAt + 4, headerBytes)
    this.out[this.frameAt + 4] = this.isJson ? SerializeType.JSON : SerializeType.ROCKETMQ
    return this.at
  }

  private endJson(): void {
    if (this.fieldsAt !== 0) this.byte(CLOSE_BRACE)
    this.bytes(JSON_FLAG)
    this.digits(this.opaque)
    if (this.remark !== null) {
      this.bytes(JSON_REMARK)
      this.byte(QUOTE)
      this.jsonText(this.remark)
      this.byte(QUOTE)
    }
    this.bytes(JSON_END)
  }

  /** Upper-case hex. */
  hex(bytes: Buffer): void {
    for (let index = 0; index < bytes.length; index += 1) this.hexByte(bytes[index] as number)
  }

  /** A whole number from 0 to 2^53 as 16 upper-case hex digits. */
  hexInt64(value: number): void {
    this.hexInt32(Math.floor(value / 0x1_0000_0000))
    this.hexInt32(value >>> 0)
  }

  byte(byte: number): void {
    this.out[this.at] = byte
    this.at += 1
  }

  private hexInt32(value: number): void {
    this.hexByte(value >>> 24)
    this.hexByte((value >>> 16) & 0xff)
    this.hexByte((value >>> 8) & 0xff)
    this.hexByte(value & 0xff)
  }

  private hexByte(byte: number): void {
    this.out[this.at] = HEX_DIGITS[byte >>> 4] as number
    this.out[this.at + 1] = HEX_DIGITS[byte & 0xf] as number
    this.at += 2
  }

  private bytes(bytes: Buffer): void {
    this.out.set(bytes, this.at)
    this.at += bytes.length
  }

  private int32(value: number): void {
    putInt32(this.out, this.at, value)
    this.at += 4
  }

  private digits(value: number): void {
    let rest = value
    if (rest < 0) {
      this.byte(MINUS)
      rest = -rest
    }
    let length = 1
    for (let power = 10; power <= rest; power *= 10) length += 1
    for (let at = this.at + length - 1; at >= this.at; at -= 1) {
      const tenth = Math.floor(rest / 10)
      this.out[at] = ZERO + (rest - tenth * 10)
      rest = tenth
    }
    this.at += length
  }

  private jsonText(text: string): void {
    this.at = writeText(this.out, this.at, isPlain(text) ? text : writeFastJson(text).slice(1, -1))
  }
}

const HEX_DIGITS = Buffer.from('0123456789ABCDEF')

function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x20 || unit >= 0x80 || unit === 0x22 || unit === 0x5c) return false
  }
  return true
}

function putInt32(out: Buffer, at: number, value: number): void {
  out[at] = value >>> 24
  out[at + 1] = value >>> 16
  out[at + 2] = value >>> 8
  out[at + 3] = value
}
