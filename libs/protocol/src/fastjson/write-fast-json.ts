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

/**
 * Writes JSON as fastjson2 does in Java. Members come in the order of the value (Java's: alphabetical); those that are
 * null or undefined are left out. A Map writes numbers as bare names and objects as objects.
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
  for (const [name, member] of value instanceof Map ? value : Object.entries(value)) {
    if (member === null || member === undefined) continue
    members.push(`${writeName(name, style, memberBreak)}:${writeValue(member, style, memberBreak)}`)
  }
  return enclosed('{', members, '}', lineBreak)
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
  return typeof value === 'number' ? Number.isSafeInteger(value) : value >= -(2n ** 53n) && value <= 2n ** 53n
}

// eslint-disable-next-line no-control-regex -- these are what must be escaped
const special = /["\\\u0000-\u001f]/
// eslint-disable-next-line no-control-regex
const specials = /["\\\u0000-\u001f]/g
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
  return special.test(text) ? `"${text.replace(specials, escaped)}"` : `"${text}"`
}

function escaped(char: string): string {
  return shortEscapes[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function javaDoubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value)
}
