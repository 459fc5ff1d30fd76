import type { IncomingCommand } from '../frame/incoming-command'
import { int32At, SerializeType } from '../frame/frame-layout'
import { jsonTextToString, jsonTextToUtf8 } from '../frame/json-text'
import { recentText } from '../frame/recent-texts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LOWER_T = 0x74
const UPPER_T = 0x54
const MINUS = 0x2d
const ZERO = 0x30
const DIGITS_MAX = 15

/**
 * Goes from field to field of a command's extFields and reads them from the frame's bytes, JSON or binary: what the hot
 * headers are read with. The bytes were checked when the command was read. A value that is not what it should be sets
 * `isUnusual`: the generic reader then says what is wrong with it.
 *
 * Each hot header has its own loop over the fields, on purpose: one that all share, here or in a function, calls code of
 * several kinds from one place, which made reading a command up to 9 % slower.
 */
export class ExtFieldCursor {
  isUnusual = false
  nameAt = 0
  nameEnd = 0
  private readonly bytes: Buffer
  private readonly isJson: boolean
  private readonly end: number
  private at: number
  private valueAt = 0
  private valueEnd = 0
  private hasEscape = false

  constructor(command: IncomingCommand) {
    const { extFieldsAt, extFieldsEnd } = command.scan
    this.bytes = command.frame
    this.isJson = command.serializeType === SerializeType.JSON
    this.at = extFieldsAt
    this.end = extFieldsEnd
  }

  /** Goes to the next field that has a value; false behind the last. */
  next(): boolean {
    return this.isJson ? this.nextJson() : this.nextBinary()
  }

  private nextJson(): boolean {
    this.nameAt = this.afterQuote(this.at)
    if (this.nameAt === 0) return false
    this.nameEnd = this.endOfText(this.nameAt)
    this.valueAt = this.afterQuote(this.nameEnd + 1)
    this.valueEnd = this.endOfText(this.valueAt)
    this.at = this.valueEnd + 1
    return true
  }

  /** Behind the next opening quote: only braces, colon, comma and blanks can come before it. 0 when there is none. */
  private afterQuote(from: number): number {
    for (let at = from; at < this.end; at += 1) if (this.bytes[at] === QUOTE) return at + 1
    return 0
  }

  /** The closing quote; on the way it is seen whether the text has escapes. */
  private endOfText(from: number): number {
    const { bytes } = this
    let at = from
    let hasEscape = false
    for (let byte = bytes[at] as number; byte !== QUOTE; byte = bytes[at] as number) {
      if (byte === BACKSLASH) {
        hasEscape = true
        at += 1
      }
      at += 1
    }
    this.hasEscape = hasEscape
    return at
  }

  private nextBinary(): boolean {
    const { bytes } = this
    while (this.at < this.end) {
      this.nameAt = this.at + 2
      this.nameEnd = this.nameAt + (((bytes[this.at] as number) << 8) | (bytes[this.at + 1] as number))
      this.valueAt = this.nameEnd + 4
      this.valueEnd = this.valueAt + int32At(bytes, this.nameEnd)
      this.at = this.valueEnd
      if (this.valueEnd > this.valueAt) return true
    }
    return false
  }

  text(): string {
    const { bytes, valueAt, valueEnd } = this
    if (this.isJson && this.hasEscape) return jsonTextToString(bytes, valueAt, valueEnd)
    return recentText(bytes, valueAt, valueEnd)
  }

  /** The value in UTF-8, borrowed from the frame if it can be. */
  utf8(): Buffer {
    const { bytes, valueAt, valueEnd } = this
    return this.isJson && this.hasEscape ? jsonTextToUtf8(bytes, valueAt, valueEnd) : bytes.subarray(valueAt, valueEnd)
  }

  int(): number {
    const value = this.long()
    if (value !== (value | 0)) this.isUnusual = true
    return value | 0
  }

  /** A whole number of up to 15 digits. */
  long(): number {
    const isNegative = this.bytes[this.valueAt] === MINUS
    const digitsAt = isNegative ? this.valueAt + 1 : this.valueAt
    const digitCount = this.valueEnd - digitsAt
    if (digitCount < 1 || digitCount > DIGITS_MAX) this.isUnusual = true
    let value = 0
    for (let at = digitsAt; at < this.valueEnd; at += 1) {
      const digit = (this.bytes[at] as number) - ZERO
      if (digit < 0 || digit > 9) this.isUnusual = true
      value = value * 10 + digit
    }
    return isNegative ? -value : value
  }

  /** Java's parseBoolean: `true` in any letter case, all else is false. */
  flag(): boolean {
    const first = this.bytes[this.valueAt]
    return (first === LOWER_T || first === UPPER_T || first === BACKSLASH) && this.text().toLowerCase() === 'true'
  }

  /** The one byte of the field's name; 0 when the name is not one byte long. */
  letter(): number {
    return this.nameEnd - this.nameAt === 1 ? (this.bytes[this.nameAt] as number) : 0
  }

  /** The index in `names` of the field's name, or -1. */
  nameIn(names: readonly string[]): number {
    const { bytes, nameAt } = this
    const length = this.nameEnd - nameAt
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] as string
      if (name.length !== length) continue
      let same = 0
      while (same < length && bytes[nameAt + same] === name.charCodeAt(same)) same += 1
      if (same === length) return index
    }
    return -1
  }
}
