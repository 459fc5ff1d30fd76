import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'
import type { ExtFields } from '../frame/remoting-command'

export class MissingFieldError extends RefusedError {
  readonly code = 'RMQ_MISSING_FIELD'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
  constructor(name: string) {
    super(`the custom field <${name}> is null`)
  }
}

export class InvalidFieldError extends RefusedError {
  readonly code = 'RMQ_INVALID_FIELD'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
  constructor(name: string, value: string, expected: string) {
    super(`the custom field <${name}> is "${value.slice(0, 100)}", not ${expected}`)
  }
}

/** Reads one field of a header from its text, undefined when it is not on the wire. */
export type HeaderField<T> = (text: string | undefined, name: string) => T

export function text(value: string | undefined, name: string): string {
  if (value === undefined) throw new MissingFieldError(name)
  return value
}

export function optionalText(value: string | undefined): string | null {
  return value ?? null
}

export function int(value: string | undefined, name: string): number {
  return parseInt32(text(value, name), name)
}

/** An int64 as a number: exact up to 2^53, rounded beyond. */
export function long(value: string | undefined, name: string): number {
  return parseInt64(text(value, name), name)
}

export function flag(value: string | undefined, name: string): boolean {
  return parseBoolean(text(value, name))
}

export function intOr<D extends number | null>(fallback: D): HeaderField<number | D> {
  return (value, name) => (value === undefined ? fallback : parseInt32(value, name))
}

export function longOr<D extends number | null>(fallback: D): HeaderField<number | D> {
  return (value, name) => (value === undefined ? fallback : parseInt64(value, name))
}

export function flagOr<D extends boolean | null>(fallback: D): HeaderField<boolean | D> {
  return value => (value === undefined ? fallback : parseBoolean(value))
}

function parseBoolean(value: string): boolean {
  return value.toLowerCase() === 'true'
}

function parseInt32(value: string, name: string): number {
  const number = parseInt64(value, name)
  if (number !== (number | 0)) throw new InvalidFieldError(name, value, 'an int32')
  return number
}

function parseInt64(value: string, name: string): number {
  if (!/^[+-]?\d{1,19}$/.test(value)) throw new InvalidFieldError(name, value, 'a whole number')
  return Number(value)
}

type HeaderFields = Readonly<Record<string, HeaderField<unknown>>>
type HeaderValues<F extends HeaderFields> = { readonly [Name in keyof F]: ReturnType<F[Name]> }
export type HeaderReader<T> = (command: { readonly extFields: ExtFields }) => T
export type HeaderOf<R> = R extends HeaderReader<infer T> ? T : never

/** A reader for a header whose fields are declared by name. Throws MissingFieldError, InvalidFieldError. */
export function headerReader<F extends HeaderFields>(fields: F): HeaderReader<HeaderValues<F>> {
  const entries = Object.entries(fields)
  return ({ extFields }) => {
    const header: Record<string, unknown> = {}
    for (const [name, read] of entries) header[name] = read(extFields[name], name)
    return header as HeaderValues<F>
  }
}

/** The values of a header as the wire has them: every one a text, without those that are null. */
export function toExtFields(
  values: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Record<string, string> {
  const extFields: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) extFields[name] = String(value)
  }
  return extFields
}
