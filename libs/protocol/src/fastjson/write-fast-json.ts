export interface FastJsonStyle {
  /** As Java writes its config files: tabs, each member on a line of its own, no blank after the colon. */
  readonly pretty?: boolean
  /** What any JSON reader takes: numbers as names in quotes, whole numbers beyond ±2^53 as texts. */
  readonly standard?: boolean
}

/** A number that is a double in Java and shows it: `0.0`, not `0`. */
export class JavaDouble {
  constructor(readonly value: number) {}
}

/** An array (not a list) of numbers in Java: stays on one line where others do not. */
export class JavaNumberArray {
  constructor(readonly values: readonly number[]) {}
}

/**
 * Writes JSON as fastjson2 does in Java. Members come in the order of the value (Java's: alphabetical); those that are
 * null or undefined are left out. A Map writes numbers as bare names and objects as objects; in the standard style its
 * names are sorted.
 */
export function writeFastJson(value: unknown, style: FastJsonStyle = {}): string {
  return writeValue(value, style, style.pretty === true ? '\n' : '')
}

/** `lineBreak` is the newline and the indent of the line that the value begins on; empty when compact. */
function writeValue(value: unknown, style: FastJsonStyle, lineBreak: string): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
    case 'bigint':
      return style.standard === true && !isSafe(value) ? `"${String(value)}"` : String(value)
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? 'null' : writeObject(value, style, lineBreak)
    default:
      return 'null'
  }
}

function writeObject(value: object, style: FastJsonStyle, lineBreak: string): string {
  if (value instanceof JavaDouble) return javaDoubleText(value.value)
  if (value instanceof JavaNumberArray) return `[${value.values.join(',')}]`
  const memberBreak = lineBreak === '' ? '' : `${lineBreak}\t`
  if (Array.isArray(value)) {
    return enclosed(
      '[',
      value.map(item => writeValue(item, style, memberBreak)),
      ']',
      lineBreak,
    )
  }
  const members: string[] = []
  for (const [name, member] of value instanceof Map ? entriesOf(value, style) : Object.entries(value)) {
    if (member === null || member === undefined) continue
    members.push(`${writeName(name, style, memberBreak)}:${writeValue(member, style, memberBreak)}`)
  }
  return enclosed('{', members, '}', lineBreak)
}

function entriesOf(map: Map<unknown, unknown>, style: FastJsonStyle): Iterable<[unknown, unknown]> {
  return style.standard === true ? [...map].sort(([a], [b]) => byName(a, b)) : map
}

/** Numbers by size, texts by their UTF-16 units; objects stay where they are. */
function byName(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a !== 'string' || typeof b !== 'string') return 0
  return a < b ? -1 : a > b ? 1 : 0
}

function writeName(name: unknown, style: FastJsonStyle, lineBreak: string): string {
  if (typeof name === 'number' || typeof name === 'bigint') return style.standard === true ? `"${name}"` : String(name)
  return writeValue(name, style, lineBreak)
}

function enclosed(open: string, members: readonly string[], close: string, lineBreak: string): string {
  if (lineBreak === '' || members.length === 0) return open + members.join(',') + close
  return `${open}${lineBreak}\t${members.join(`,${lineBreak}\t`)}${lineBreak}${close}`
}

function isSafe(value: number | bigint): boolean {
  return Number.isSafeInteger(Number(value)) && BigInt(value) === BigInt(Number(value))
}

const mayNeedEscape = /["\\\u0000-\u001f\ud800-\udfff]/
const needsEscape = /["\\\u0000-\u001f]|\p{Surrogate}/gu
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function quoted(text: string): string {
  return mayNeedEscape.test(text) ? `"${text.replace(needsEscape, escaped)}"` : `"${text}"`
}

/** Half a surrogate pair is no character: Java writes a question mark. */
function escaped(char: string): string {
  const unit = char.charCodeAt(0)
  return unit > 0x5c ? '?' : (shortEscapes[char] ?? `\\u${unit.toString(16).padStart(4, '0')}`)
}

/** Java's Double.toString: at least one digit after the point; an exponent below 10^-3 and from 10^7 on. */
function javaDoubleText(value: number): string {
  if (!Number.isFinite(value)) return 'null'
  const size = Math.abs(value)
  if (size >= 1e7 || (size < 1e-3 && size > 0)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e')
    return `${withPoint(digits)}E${exponent.replace('+', '')}`
  }
  return withPoint(Object.is(value, -0) ? '-0' : String(value))
}

function withPoint(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`
}
