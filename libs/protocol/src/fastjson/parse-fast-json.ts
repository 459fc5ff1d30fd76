import { FastJsonError } from './fast-json-error'

/** What a text may cost before it is refused; far above what any body of RocketMQ needs. */
export interface FastJsonLimits {
  readonly depthMax: number
  /** Objects and arrays together. */
  readonly containerCountMax: number
}

export const FAST_JSON_LIMITS: FastJsonLimits = { depthMax: 64, containerCountMax: 2_000_000 }

/**
 * Reads JSON as fastjson2 does in Java: besides the standard, names and texts in single quotes, bare whole numbers as
 * names, a comma before the closing bracket, comments between members, and objects as the names of a map.
 *
 * An object becomes a record without a prototype; one whose names are objects becomes a Map. A whole number beyond ±2^53
 * becomes a bigint. Throws FastJsonError.
 */
export function parseFastJson(json: string | Buffer, limits: FastJsonLimits = FAST_JSON_LIMITS): unknown {
  return new FastJsonReader(typeof json === 'string' ? json : json.toString('utf8'), limits).readDocument()
}

const QUOTE = 0x22
const APOSTROPHE = 0x27
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const SLASH = 0x2f
const STAR = 0x2a

const numberPattern = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const wordPattern = /true|false|null/y
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  0: '\0',
}

class FastJsonReader {
  private at = 0
  private depth = 0
  private containerCount = 0

  constructor(
    private readonly text: string,
    private readonly limits: FastJsonLimits,
  ) {}

  readDocument(): unknown {
    const value = this.readValue()
    if (this.next() !== -1) this.fail('text after the value')
    return value
  }

  private readValue(): unknown {
    switch (this.next()) {
      case OPEN_BRACE:
        return this.readObject()
      case OPEN_BRACKET:
        return this.readArray()
      case QUOTE:
      case APOSTROPHE:
        return this.readText()
      default: {
        const word = this.readWord()
        return word === undefined ? this.readNumber() : word
      }
    }
  }

  private readObject(): unknown {
    this.enter()
    this.at += 1
    if (this.next() === OPEN_BRACE) return this.readObjectKeyedMap()
    const record = Object.create(null) as Record<string, unknown>
    while (this.next() !== CLOSE_BRACE) {
      const name = this.readName()
      this.expect(COLON)
      record[name] = this.readValue()
      this.endOfMember(CLOSE_BRACE)
    }
    return this.leave(record)
  }

  private readObjectKeyedMap(): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>()
    while (this.next() !== CLOSE_BRACE) {
      const key = this.readValue()
      this.expect(COLON)
      map.set(key, this.readValue())
      this.endOfMember(CLOSE_BRACE)
    }
    return this.leave(map)
  }

  private readArray(): unknown[] {
    this.enter()
    this.at += 1
    const array: unknown[] = []
    while (this.next() !== CLOSE_BRACKET) {
      array.push(this.readValue())
      this.endOfMember(CLOSE_BRACKET)
    }
    return this.leave(array)
  }

  private readName(): string {
    const first = this.next()
    if (first === QUOTE || first === APOSTROPHE) return this.readText()
    const value = this.readNumber()
    if (typeof value === 'number' && !Number.isInteger(value)) this.fail('a name that is neither quoted nor whole')
    return String(value)
  }

  private readText(): string {
    const quote = this.text.charCodeAt(this.at)
    let from = this.at + 1
    let result = ''
    for (let at = from; ; at += 1) {
      const char = this.text.charCodeAt(at)
      if (char === quote) {
        this.at = at + 1
        return ownText(result === '' ? this.text.slice(from, at) : result + this.text.slice(from, at), this.text)
      }
      if (Number.isNaN(char)) this.fail('a text without its end')
      if (char === BACKSLASH) {
        this.at = at + 1
        result += this.text.slice(from, at) + this.readEscape()
        from = this.at
        at = from - 1
      }
    }
  }

  /** The character that the escape at `at` stands for; leaves `at` behind it. */
  private readEscape(): string {
    const kind = this.text.charAt(this.at)
    const digitCount = kind === 'u' ? 4 : kind === 'x' ? 2 : 0
    if (digitCount === 0) {
      this.at += 1
      return escapes[kind] ?? this.fail('an unknown escape')
    }
    const digits = this.text.slice(this.at + 1, this.at + 1 + digitCount)
    if (digits.length !== digitCount || !/^[0-9a-fA-F]+$/.test(digits)) this.fail('an escape without its digits')
    this.at += 1 + digitCount
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  /** True, false, null, or undefined when no such word stands here. */
  private readWord(): boolean | null | undefined {
    wordPattern.lastIndex = this.at
    const word = wordPattern.exec(this.text)?.[0]
    if (word === undefined) return undefined
    this.at += word.length
    return word === 'null' ? null : word === 'true'
  }

  private readNumber(): number | bigint {
    numberPattern.lastIndex = this.at
    const digits = numberPattern.exec(this.text)?.[0]
    if (digits === undefined) return this.fail('no value')
    this.at += digits.length
    const value = Number(digits)
    if (Number.isSafeInteger(value) || !/^[-+]?\d{1,40}$/.test(digits)) return value
    return BigInt(digits)
  }

  private endOfMember(close: number): void {
    if (this.next() === COMMA) this.at += 1
    else if (this.next() !== close) this.fail('neither a comma nor the end')
  }

  private expect(char: number): void {
    if (this.next() !== char) this.fail(`no '${String.fromCharCode(char)}'`)
    this.at += 1
  }

  /** Skips blanks and comments; the character that then stands at `at`, or -1 at the end. */
  private next(): number {
    for (;;) {
      const char = this.text.charCodeAt(this.at)
      if (Number.isNaN(char)) return -1
      if (char === SLASH) this.skipComment()
      else if (char > 0x20) return char
      else this.at += 1
    }
  }

  private skipComment(): void {
    const kind = this.text.charCodeAt(this.at + 1)
    const closing = kind === STAR ? '*/' : kind === SLASH ? '\n' : this.fail('no value')
    const end = this.text.indexOf(closing, this.at + 2)
    if (end < 0 && kind === STAR) this.fail('a comment without its end')
    this.at = end < 0 ? this.text.length : end + closing.length
  }

  private enter(): void {
    this.depth += 1
    this.containerCount += 1
    if (this.depth > this.limits.depthMax) this.fail(`more than ${this.limits.depthMax} levels`)
    if (this.containerCount > this.limits.containerCountMax) this.fail('too many objects')
  }

  private leave<T>(value: T): T {
    this.depth -= 1
    this.at += 1
    return value
  }

  private fail(what: string): never {
    throw new FastJsonError(`JSON at character ${this.at}: ${what}`)
  }
}

/**
 * A slice keeps the whole text in memory that it was cut from: a name out of a large body, kept in a table, would keep
 * the body. Below 4 KiB that does not matter, and shorter slices than 13 characters are copies anyway.
 */
function ownText(slice: string, whole: string): string {
  return slice.length < 13 || whole.length < 4096 ? slice : Buffer.from(slice, 'utf16le').toString('utf16le')
}
