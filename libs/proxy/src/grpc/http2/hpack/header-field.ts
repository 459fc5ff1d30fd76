/** What a name means beyond itself. */
export const FieldKind = {
  REGULAR: 0,
  METHOD: 1,
  SCHEME: 2,
  AUTHORITY: 4,
  PATH: 8,
  /** No request may have it. */
  WRONG: 16,
} as const
export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind]

/** One header; many requests of a connection share it. Names are in lower case. */
export interface HeaderField {
  readonly name: string
  readonly value: string
  readonly kind: FieldKind
}

const pseudoKinds: Readonly<Record<string, FieldKind>> = {
  ':method': FieldKind.METHOD,
  ':scheme': FieldKind.SCHEME,
  ':authority': FieldKind.AUTHORITY,
  ':path': FieldKind.PATH,
}
/** Of the connection, in HTTP/1. Source: RFC 9113, 8.2.2 */
const connectionNames = new Set(['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade'])
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

const WRONG_VALUE = /[\0\r\n]/

export function headerField(name: string, value: string): HeaderField {
  return { name, value, kind: kindOf(name, value) }
}

function kindOf(name: string, value: string): FieldKind {
  if (WRONG_VALUE.test(value)) return FieldKind.WRONG
  if (name.startsWith(':')) return pseudoKinds[name] ?? FieldKind.WRONG
  if (!NAME.test(name) || connectionNames.has(name)) return FieldKind.WRONG
  return name === 'te' && value !== 'trailers' ? FieldKind.WRONG : FieldKind.REGULAR
}
