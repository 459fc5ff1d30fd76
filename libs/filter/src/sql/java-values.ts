import { compareDoubles, compareNumbers, parseDouble, parseInt32, parseInt64 } from './java-numbers'
import type { JavaNumber } from './java-numbers'

/** Two values that cannot be compared, a text that is no number beside a number: where Java throws. No message matches. */
export const FAILED = Symbol('failed')
export type Failed = typeof FAILED

/** Null is SQL's unknown. */
export type Truth = boolean | null
export type JavaValue = Truth | string | JavaNumber

/** Java's answer when it does not compare: not equal, and less than anything. */
const NOT_COMPARED = -1

export function isNumber(value: JavaValue): value is JavaNumber {
  return typeof value === 'object' && value !== null
}

/** `=`. Source: filter/expression/ComparisonExpression.java (doCreateEqual) */
export function areEqual(left: JavaValue, right: JavaValue): Truth | Failed {
  if (left === null) return right === null ? true : null
  if (right === null) return false
  if (left === right) return true
  const order = compare(left, right)
  return order === FAILED ? FAILED : order === 0
}

/** Of `>`, `>=`, `<` and `<=`: negative, 0 or positive; null is unknown. Two texts must both be numbers. */
export function orderOf(left: JavaValue, right: JavaValue): number | null | Failed {
  if (left === null || right === null) return null
  if (typeof left !== 'string' || typeof right !== 'string') return compare(left, right)
  const leftNumber = parseDouble(left)
  const rightNumber = parseDouble(right)
  return leftNumber === null || rightNumber === null ? FAILED : compareDoubles(leftNumber, rightNumber)
}

/** The one of two kinds that is a text is read as the other. Source: ComparisonExpression.java (__compare) */
function compare(left: Exclude<JavaValue, null>, right: Exclude<JavaValue, null>): number | Failed {
  if (typeof left === 'boolean') return typeof right === 'string' ? FAILED : compareTruths(left, right)
  if (typeof left === 'string') return compareText(left, right)
  if (typeof right === 'string') {
    const number = numberLike(left, right)
    return number === null ? FAILED : compareNumbers(left, number)
  }
  return typeof right === 'boolean' ? NOT_COMPARED : compareNumbers(left, right)
}

function compareTruths(left: boolean, right: boolean | JavaNumber): number {
  return typeof right === 'boolean' ? Number(left) - Number(right) : NOT_COMPARED
}

function compareText(left: string, right: Exclude<JavaValue, null>): number | Failed {
  if (typeof right === 'string') return left === right ? 0 : NOT_COMPARED
  if (typeof right === 'boolean') return compareTruths(left.toLowerCase() === 'true', right)
  const number = numberLike(right, left)
  return number === null ? FAILED : compareNumbers(number, right)
}

/** The text as a number of the same kind; null for what is none. */
function numberLike({ kind }: JavaNumber, text: string): JavaNumber | null {
  if (kind === 'long') {
    const value = parseInt64(text)
    return value === null ? null : { kind, value }
  }
  const value = kind === 'int' ? parseInt32(text) : parseDouble(text)
  return value === null ? null : { kind, value }
}
