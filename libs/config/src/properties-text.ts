import { Properties } from 'properties-file/parser'

/** One `key=value` of a properties text, with the line it starts at. */
export interface Property {
  readonly key: string
  readonly value: string
  readonly line: number
}

/**
 * Reads Java properties: `=`, `:` or blanks between key and value, `#` and `!` comments, `\` continuations, `\u4e2d`.
 * Of a key given twice the last one counts. Values lose their surrounding blanks, as Java's setters do it.
 */
export function readProperties(text: string): readonly Property[] {
  const properties = new Map<string, Property>()
  for (const { key, value, startingLineNumber } of new Properties(text).getProperties()) {
    properties.set(key, { key, value: value.trim(), line: startingLineNumber })
  }
  return [...properties.values()]
}

/** One `key=value` line for each entry, sorted by key as Java sorts them, so that `readProperties` gives them back. */
export function writeProperties(properties: ReadonlyMap<string, string>): string {
  const keys = [...properties.keys()].sort()
  return keys.map(key => `${key}=${escapeValue(properties.get(key) ?? '')}\n`).join('')
}

/** Java's own writer leaves out the escapes and then misreads its file; readers on either side understand them. */
function escapeValue(value: string): string {
  return value.replace(/[\\\n\r\t\f\u0080-\uffff]/g, character => ESCAPES[character] ?? unicodeEscape(character))
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' }

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
