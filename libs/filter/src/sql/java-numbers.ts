/** A number as Java holds it: its kind decides how a text beside it is read. */
export type JavaNumber =
  { readonly kind: 'int' | 'double'; readonly value: number } | { readonly kind: 'long'; readonly value: bigint }

const INT_MAX = 2 ** 31 - 1
const LONG_MAX = 2n ** 63n - 1n
/** More digits than a long has. */
const LONG_DIGITS_MAX = 19

/** Integer.valueOf; null for what is none. */
export function parseInt32(text: string): number | null {
  const digits = plainDigits(text)
  if (digits === null) return null
  const value = Number(digits)
  return value >= -INT_MAX - 1 && value <= INT_MAX ? value + 0 : null // + 0: an int has no -0
}

/** Long.valueOf; null for what is none. */
export function parseInt64(text: string): bigint | null {
  const digits = plainDigits(text)
  if (digits === null || digits.replace(/^-?0*/, '').length > LONG_DIGITS_MAX) return null
  const value = BigInt(digits)
  return value >= -LONG_MAX - 1n && value <= LONG_MAX ? value : null
}

const DOUBLE = /^([+-]?)(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/
const HEX_DOUBLE = /^([+-]?)0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/

/** Double.valueOf; null for what is none. */
export function parseDouble(text: string): number | null {
  const trimmed = javaTrim(text)
  if (DOUBLE.test(trimmed)) return Number(trimmed.replace(/[fFdD]$/, ''))
  const [, sign, whole = '', fraction = '', exponent] = HEX_DOUBLE.exec(trimmed) ?? []
  if (sign === undefined || whole + fraction === '') return null
  const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -value : value
}

/** Long, or Integer where that is enough; null if it is too large. `text` is of digits, maybe with an L. */
export function readDecimal(text: string): JavaNumber | null {
  const value = parseInt64(text.replace(/[lL]$/, ''))
  if (value === null) return null
  return value <= BigInt(INT_MAX) ? { kind: 'int', value: Number(value) } : { kind: 'long', value }
}

/** Null if it is too large, or smaller than a double above 0 can be: Java refuses 0.0 too. */
export function readFloat(text: string): JavaNumber | null {
  const value = Number(text)
  return value >= Number.MIN_VALUE && value <= Number.MAX_VALUE ? { kind: 'double', value } : null
}

/** No number that is written down is so small that this overflows. */
export function negated(number: JavaNumber): JavaNumber {
  if (number.kind === 'long') return { kind: 'long', value: -number.value }
  return { kind: number.kind, value: number.kind === 'int' ? 0 - number.value : -number.value }
}

/** Less than 0, 0 or more, as compareTo of the wider of the two kinds. */
export function compareNumbers(left: JavaNumber, right: JavaNumber): number {
  if (left.kind !== 'double' && right.kind !== 'double') {
    return left.value < right.value ? -1 : left.value > right.value ? 1 : 0
  }
  return compareDoubles(Number(left.value), Number(right.value))
}

/** Double.compareTo: NaN is equal to itself and above all, -0 is below 0. */
export function compareDoubles(left: number, right: number): number {
  if (left < right) return -1
  if (left > right) return 1
  if (Object.is(left, right)) return 0
  if (Number.isNaN(left)) return 1
  if (Number.isNaN(right)) return -1
  return Object.is(left, -0) ? -1 : 1
}

/** A sign and ASCII digits, ready for Number and BigInt. Java takes the digits of every script, within the BMP. */
function plainDigits(text: string): string | null {
  const [, sign = '', digits = ''] = /^([+-]?)(\p{Nd}+)$/u.exec(text) ?? []
  if (digits === '') return null
  const minus = sign === '-' ? '-' : ''
  if (/^\d+$/.test(digits)) return minus + digits
  return /[\ud800-\udfff]/.test(digits) ? null : minus + digits.replace(/\D/g, digit => String(valueOfDigit(digit)))
}

/** The ten digits of a script stand together, from a code point on that ends with 0 or with 6. */
function valueOfDigit(digit: string): number {
  const point = digit.charCodeAt(0)
  const low = point & 0xf
  return /\p{Nd}/u.test(String.fromCharCode(point - low)) ? low : low - 6
}

/** String.trim: takes away all control characters too. */
function javaTrim(text: string): string {
  let from = 0
  let until = text.length
  while (from < until && text.charCodeAt(from) <= 0x20) from += 1
  while (until > from && text.charCodeAt(until - 1) <= 0x20) until -= 1
  return text.slice(from, until)
}
