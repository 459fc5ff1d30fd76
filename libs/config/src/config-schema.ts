import { z } from 'zod'

/** What a lib says about its keys: one zod schema, each key with a default, its description in `.describe()`. */
export type ConfigSchema = z.ZodObject

/** The values of several schemas together. */
export type ValuesOf<S extends readonly ConfigSchema[]> = S extends readonly [
  infer First extends ConfigSchema,
  ...infer Rest extends readonly ConfigSchema[],
]
  ? z.output<First> & ValuesOf<Rest>
  : unknown

/** Marks a key whose value is read once, at the start: `key: restartOnly(wholeNumber().default(10911))`. */
export function restartOnly<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), restartOnly: true })
}

/** True for a key that `restartOnly` marks. */
export function isRestartOnly(schema: z.ZodType): boolean {
  return schema.meta()?.['restartOnly'] === true
}

/** What people need to know about one key. */
export interface KeyDescription {
  readonly key: string
  /** As it stands in a properties file; empty when there is none. */
  readonly defaultText: string
  readonly description: string
  /** In words: `a whole number from 0 to 65535`. */
  readonly allowed: string
  /** False when a change at runtime only counts after a restart. */
  readonly changesAtRuntime: boolean
}

/** Everything about a schema's keys, in its order. */
export function describeKeys(schema: ConfigSchema): readonly KeyDescription[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, type]) => {
    const defaulted = type.safeParse(undefined)
    return {
      key,
      defaultText: defaulted.success ? textOf(defaulted.data) : '',
      description: type.description ?? '',
      allowed: allowedBy(type),
      changesAtRuntime: !isRestartOnly(type),
    }
  })
}

/** A value as it stands in a properties file; empty for none. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly multipleOf?: number
}

/** What a type takes, in words for the person who wrote something else. */
export function allowedBy(type: z.ZodType): string {
  return inWords(z.toJSONSchema(type, { io: 'output', unrepresentable: 'any' }) as JsonSchema)
}

function inWords(schema: JsonSchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (schema.anyOf !== undefined) return schema.anyOf.map(inWords).join(' or ')
  switch (schema.type) {
    case 'boolean':
      return 'true or false'
    case 'integer':
    case 'number':
      return `${isWhole(schema) ? 'a whole number' : 'a number'}${rangeInWords(schema)}`
    case 'null':
      return 'nothing'
    default:
      return 'text'
  }
}

function isWhole({ type, multipleOf }: JsonSchema): boolean {
  return type === 'integer' || multipleOf === 1
}

function rangeInWords({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const from = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? null : String(minimum)
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? null : String(maximum)
  const lowest = from ?? (exclusiveMinimum === undefined ? null : `above ${exclusiveMinimum}`)
  if (lowest !== null && to !== null) return ` from ${lowest} to ${to}`
  if (from !== null) return ` from ${from} on`
  if (lowest !== null) return ` ${lowest}`
  return to === null ? '' : ` up to ${to}`
}
