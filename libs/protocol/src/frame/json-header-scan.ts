import { LanguageCode, languageOfName } from '../codes/language-code'
import { endOfJsonText } from './json-text'

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Walks once over a JSON header: keeps what routes the command, and where remark and extFields lie, decodes nothing that
 * nobody may ask for. It knows the JSON that clients write (extFields hold texts, numbers are int32, no more nesting);
 * at anything else it gives up, and the generic reader decides.
 */
export class JsonHeaderScan {
  code = 0
  language: LanguageCode | null = LanguageCode.JAVA
  version = 0
  opaque = 0
  flag = 0
  /** The byte after the opening quote of `remark`, and its closing quote; -1 when there is none. */
  remarkAt = -1
  remarkEnd = -1
  /** The opening brace of `extFields`, and the byte after the closing one; -1 when there are none. */
  extFieldsAt = -1
  extFieldsEnd = -1
  private at: number
  /** Where the text begins that was skipped last. */
  private textAt = 0
  private isUnusual = false

  constructor(
    private readonly bytes: Buffer,
    headerAt: number,
    private readonly headerEnd: number,
  ) {
    this.at = headerAt
  }

  /** False when it gave up: then nothing that it found may be used. */
  run(): boolean {
    if (!this.take(OPEN_BRACE)) return false
    do {
      const nameEnd = this.skipText()
      const nameAt = this.textAt
      if (!this.take(COLON)) return false
      this.scanMember(nameAt, nameEnd)
      if (this.isUnusual) return false
    } while (this.take(COMMA))
    return this.take(CLOSE_BRACE) && this.peek() === -1
  }

  private scanMember(nameAt: number, nameEnd: number): void {
    const { bytes } = this
    if (isName(bytes, nameAt, nameEnd, 'code')) this.code = this.takeInt32()
    else if (isName(bytes, nameAt, nameEnd, 'flag')) this.flag = this.takeInt32()
    else if (isName(bytes, nameAt, nameEnd, 'opaque')) this.opaque = this.takeInt32()
    else if (isName(bytes, nameAt, nameEnd, 'version')) this.version = this.takeInt32()
    else if (isName(bytes, nameAt, nameEnd, 'language')) this.scanLanguage()
    else if (isName(bytes, nameAt, nameEnd, 'extFields')) this.scanExtFields()
    else if (isName(bytes, nameAt, nameEnd, 'remark')) this.scanRemark()
    else this.skipText()
  }

  private scanLanguage(): void {
    const end = this.skipText()
    if (end < 0) return
    const isJava = isName(this.bytes, this.textAt, end, 'JAVA')
    this.language = isJava ? LanguageCode.JAVA : languageOfName(this.bytes.toString('latin1', this.textAt, end))
  }

  private scanRemark(): void {
    this.remarkEnd = this.skipText()
    this.remarkAt = this.textAt
  }

  private scanExtFields(): void {
    if (!this.take(OPEN_BRACE)) this.isUnusual = true
    this.extFieldsAt = this.at - 1
    if (!this.take(CLOSE_BRACE)) {
      do {
        this.skipText()
        if (!this.take(COLON)) this.isUnusual = true
        this.skipText()
        if (this.isUnusual) return
      } while (this.take(COMMA))
      if (!this.take(CLOSE_BRACE)) this.isUnusual = true
    }
    this.extFieldsEnd = this.at
  }

  /** Leaves `at` behind a text and the blanks after it; returns its closing quote. */
  private skipText(): number {
    const isText = this.peek() === QUOTE
    this.textAt = this.at + 1
    const end = isText ? endOfJsonText(this.bytes, this.textAt, this.headerEnd) : -1
    if (end < 0) this.isUnusual = true
    else this.at = end + 1
    return end
  }

  private takeInt32(): number {
    this.peek()
    const isNegative = this.bytes[this.at] === MINUS
    const digitsAt = isNegative ? this.at + 1 : this.at
    let value = 0
    let at = digitsAt
    for (; at < this.headerEnd; at += 1) {
      const digit = (this.bytes[at] as number) - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (isNegative) value = -value
    if (at === digitsAt || at > digitsAt + 10 || value !== (value | 0)) this.isUnusual = true
    this.at = at
    return value | 0
  }

  private take(byte: number): boolean {
    if (this.peek() !== byte) return false
    this.at += 1
    return true
  }

  /** Skips blanks; the byte that then stands at `at`, or -1 at the end. */
  private peek(): number {
    while (this.at < this.headerEnd) {
      const byte = this.bytes[this.at] as number
      if (byte !== 0x20 && (byte > 0x0d || byte < 0x09 || byte === 0x0b || byte === 0x0c)) return byte
      this.at += 1
    }
    return -1
  }
}

function isName(bytes: Buffer, at: number, end: number, name: string): boolean {
  if (end - at !== name.length) return false
  for (let index = 0; index < name.length; index += 1) {
    if (bytes[at + index] !== name.charCodeAt(index)) return false
  }
  return true
}
