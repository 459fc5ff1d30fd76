import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'
import { parseFastJson } from '../fastjson/parse-fast-json'
import { JavaDouble, JavaNumberArray, writeFastJson, type FastJsonStyle } from '../fastjson/write-fast-json'

/** A body that is missing, or a member of it that cannot be what it should: the request is answered with code 1. */
export class InvalidBodyError extends RefusedError {
  readonly code = 'RMQ_INVALID_BODY'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

/** One kind of value in a JSON body: read from what the parser made, written as what the writer takes. */
export interface JsonCodec<T> {
  /** `json` is undefined when the member is not there. `path` names it in errors. */
  read(json: unknown, path: string): T
  write(value: T): unknown
}

/** A whole body: a codec that also goes to and from bytes. */
export interface BodyCodec<T> extends JsonCodec<T> {
  /** Throws InvalidBodyError or FastJsonError. */
  decode(bytes: Buffer | string | null): T
  encode(value: T, style?: FastJsonStyle): Buffer
}

export type ValueOf<C> = C extends JsonCodec<infer T> ? T : never

const TWO_TO_63 = 2 ** 63

function bad(path: string, expected: string): never {
  throw new InvalidBodyError(`${path} is not ${expected}`)
}

/** With Java's default for a member that is missing or null. */
export function orElse<T, D>(codec: JsonCodec<T>, fallback: () => D): JsonCodec<T | D> {
  return {
    read: (json, path) => (json === undefined || json === null ? fallback() : codec.read(json, path)),
    write: value => (value === null ? null : codec.write(value as T)),
  }
}

/** May be missing or null: null then, and left out when written. */
export function nullable<T>(codec: JsonCodec<T>): JsonCodec<T | null> {
  return orElse(codec, () => null)
}

export const text: JsonCodec<string> = {
  read(json, path) {
    if (typeof json === 'string') return json
    if (typeof json === 'number' || typeof json === 'bigint' || typeof json === 'boolean') return String(json)
    return bad(path, 'a text')
  },
  write: value => value,
}

/** As fastjson2: texts, booleans and fractions count, null is 0. */
function number(json: unknown, path: string): number {
  if (json === undefined || json === null || json === '') return 0
  const value = typeof json === 'object' ? Number.NaN : Number(json)
  return Number.isNaN(value) ? bad(path, 'a number') : value
}

export const int: JsonCodec<number> = {
  read(json, path) {
    const value = Math.trunc(number(json, path))
    return value === (value | 0) ? value | 0 : bad(path, 'an int32')
  },
  write: value => value,
}

/** An int64 as a number, exact up to 2^53; what Java has as Long.MAX_VALUE is 2^63 here, and is written as Java has it. */
export const long: JsonCodec<number> = {
  read(json, path) {
    const value = Math.trunc(number(json, path))
    return Math.abs(value) <= TWO_TO_63 ? value + 0 : bad(path, 'an int64')
  },
  write: value => (Number.isSafeInteger(value) ? value : value >= TWO_TO_63 ? 2n ** 63n - 1n : BigInt(value)),
}

export const double: JsonCodec<number> = { read: number, write: value => new JavaDouble(value) }

export const flag: JsonCodec<boolean> = {
  read(json, path) {
    if (json === undefined || json === null || json === '') return false
    if (typeof json === 'boolean') return json
    if (typeof json === 'number' || typeof json === 'bigint') return json === 1 || json === -1
    const word = typeof json === 'string' ? json.toLowerCase() : ''
    return word === 'true' || (word === 'false' ? false : bad(path, 'true or false'))
  },
  write: value => value,
}

/** Has Java's default when the member is missing; null is Java's null. */
export function intOr(fallback: number): JsonCodec<number> {
  return whenMissing(int, fallback)
}

export function longOr(fallback: number): JsonCodec<number> {
  return whenMissing(long, fallback)
}

export function flagOr(fallback: boolean): JsonCodec<boolean> {
  return whenMissing(flag, fallback)
}

function whenMissing<T>(codec: JsonCodec<T>, fallback: T): JsonCodec<T> {
  return { ...codec, read: (json, path) => (json === undefined ? fallback : codec.read(json, path)) }
}

export function textOr(fallback: string): JsonCodec<string> {
  return orElse(text, () => fallback)
}

/**
 * A Java enum, its names in Java's order: read by name in any letter case or by its place; null for a name that it does
 * not have, and when the member is missing.
 */
export function oneOf<Name extends string>(...names: readonly Name[]): JsonCodec<Name | null> {
  const byUpperCase = new Map(names.map(name => [name.toUpperCase(), name]))
  return {
    read(json, path) {
      if (json === undefined || json === null) return null
      if (typeof json === 'string') return byUpperCase.get(json.toUpperCase()) ?? null
      return (typeof json === 'number' ? names[json] : undefined) ?? bad(path, `one of ${names.join(', ')}`)
    },
    write: value => value,
  }
}

/** As `oneOf`, with Java's default for a member that is missing. */
export function oneOfOr<Name extends string>(fallback: Name, ...names: readonly Name[]): JsonCodec<Name | null> {
  return whenMissing(oneOf(...names), fallback)
}

/** A list or set; missing or null reads as empty. */
export function list<T>(item: JsonCodec<T>): JsonCodec<readonly T[]> {
  return {
    read(json, path) {
      if (json === undefined || json === null) return []
      if (!Array.isArray(json)) return bad(path, 'a list')
      return json.map((value, index) => item.read(value, `${path}[${index}]`))
    },
    write: values => values.map(value => item.write(value)),
  }
}

/** An array of int64; missing or null reads as the fallback. */
export function longArrayOr(fallback: readonly number[]): JsonCodec<readonly number[]> {
  const items = list(long)
  return {
    read: (json, path) => (json === undefined || json === null ? fallback : items.read(json, path)),
    write: values => new JavaNumberArray(values),
  }
}

/** A map with texts as keys; missing or null reads as empty. */
export function table<T>(value: JsonCodec<T>): JsonCodec<ReadonlyMap<string, T>> {
  return mapCodec(value, key => key)
}

/** A map with whole numbers as keys, which Java writes without quotes. */
export function numberTable<T>(value: JsonCodec<T>): JsonCodec<ReadonlyMap<number, T>> {
  return mapCodec(value, (key, path) => long.read(key, path))
}

function mapCodec<K, T>(value: JsonCodec<T>, readKey: (key: string, path: string) => K): JsonCodec<ReadonlyMap<K, T>> {
  return {
    read(json, path) {
      const map = new Map<K, T>()
      if (json === undefined || json === null) return map
      for (const [key, item] of Object.entries(recordOf(json, path))) {
        if (item !== null) map.set(readKey(key, path), value.read(item, `${path}.${key}`))
      }
      return map
    },
    write: map => new Map([...map].map(([key, item]) => [key, value.write(item)])),
  }
}

/** A map with objects as keys, which Java writes as objects: `{{…}:…}`. Missing or null reads as empty. */
export function objectTable<K, T>(key: JsonCodec<K>, value: JsonCodec<T>): JsonCodec<ReadonlyMap<K, T>> {
  return {
    read(json, path) {
      if (json === undefined || json === null || isEmptyObject(json)) return new Map()
      if (!(json instanceof Map)) return bad(path, 'a map with objects as keys')
      return new Map([...(json as Map<unknown, unknown>)].map(([k, v]) => [key.read(k, path), value.read(v, path)]))
    },
    write: map => new Map([...map].map(([k, v]) => [key.write(k), value.write(v)])),
  }
}

function isEmptyObject(json: unknown): boolean {
  return (
    typeof json === 'object' &&
    json !== null &&
    !Array.isArray(json) &&
    !(json instanceof Map) &&
    Object.keys(json).length === 0
  )
}

function recordOf(json: unknown, path: string): Record<string, unknown> {
  if (json instanceof Map && json.size === 0) return {}
  if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof Map)
    return bad(path, 'an object')
  return json as Record<string, unknown>
}

type Members = Readonly<Record<string, JsonCodec<never> | JsonCodec<unknown>>>
export type BeanOf<M> = { readonly [Name in keyof M]: ValueOf<M[Name]> }

/** An object with members that are known by name; written in alphabetical order as Java does. Unknown ones are ignored. */
export function bean<M extends Members>(members: M): BodyCodec<BeanOf<M>> {
  const entries = Object.entries(members as Record<string, JsonCodec<unknown>>).sort(([a], [b]) => (a < b ? -1 : 1))
  return body({
    read(json, path) {
      const record = recordOf(json, path)
      const value: Record<string, unknown> = {}
      for (const [name, codec] of entries)
        value[name] = codec.read(record[name], path === '' ? name : `${path}.${name}`)
      return value as BeanOf<M>
    },
    write(value) {
      const record: Record<string, unknown> = {}
      for (const [name, codec] of entries) record[name] = codec.write((value as Record<string, unknown>)[name])
      return record
    },
  })
}

/** Makes a whole body of a codec. */
export function body<T>(codec: JsonCodec<T>): BodyCodec<T> {
  return {
    ...codec,
    decode(bytes) {
      if (bytes === null || bytes.length === 0) throw new InvalidBodyError('the body is missing')
      return codec.read(parseFastJson(bytes), '')
    },
    encode: (value, style) => Buffer.from(writeFastJson(codec.write(value), style)),
  }
}
