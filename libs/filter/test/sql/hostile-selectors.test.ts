import * as fc from 'fast-check'
import { compileSelector, Selector, SelectorError, selectorLimits } from '@rocketmq-ts/filter'

const { nestingMax, selectorCharsMax } = selectorLimits
const nothing = new Map<string, string>()

/** True if it is compiled, and can be evaluated; false if it is refused in our own words. */
function isTaken(text: string): boolean {
  try {
    compileSelector(text).evaluate(nothing)
    return true
  } catch (error) {
    if (error instanceof SelectorError) return false
    throw error
  }
}

const tokens = fc.constantFrom(
  ...['a', '1', '2.5', "'x'", "'", '(', ')', ',', '=', '<>', '>', '<=', '-', '+', '--', '/*', '*/', '\n', ' ', '#'],
  ...['AND', 'OR', 'NOT', 'IS', 'NULL', 'IN', 'BETWEEN', 'CONTAINS', 'TRUE', '\u0000', '\ud800', 'é'],
)

test('whatever a client sends is compiled or refused', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void isTaken(text)))
  fc.assert(fc.property(fc.array(tokens), parts => void isTaken(parts.join(' '))))
  fc.assert(fc.property(fc.array(tokens), parts => void isTaken(parts.join(''))))
})

test('a refusal points into the expression', () => {
  fc.assert(
    fc.property(fc.array(tokens), parts => {
      const text = parts.join(' ')
      try {
        expect(compileSelector(text)).toBeInstanceOf(Selector)
      } catch (error) {
        expect((error as SelectorError).at).toBeGreaterThanOrEqual(0)
        expect((error as SelectorError).at).toBeLessThanOrEqual(text.length)
      }
    }),
  )
})

const nested: readonly (readonly [string, (depth: number) => string])[] = [
  ['parentheses', depth => `${'('.repeat(depth)}a${')'.repeat(depth)}`],
  ['parentheses that stay open', depth => '('.repeat(depth)],
  ['NOTs', depth => `${'NOT '.repeat(depth)}a`],
  ['signs', depth => `a = ${'- '.repeat(depth)}1`],
  ['plus signs', depth => `a = ${'+'.repeat(depth)}1`],
  ['comparisons', depth => `a${' = a'.repeat(depth)}`],
  ['IS NULLs', depth => `a${' IS NULL'.repeat(depth)}`],
  ['mixtures', depth => `${'(a OR NOT ('.repeat(depth)}a${'))'.repeat(depth)}`],
]

test.each(nested)('%s within each other are refused where they get too deep', (_, text) => {
  expect(isTaken(text(nestingMax + 1))).toBe(false)
  expect(isTaken(text(3_000))).toBe(false)
})

test.each(nested.filter(([name]) => name !== 'parentheses that stay open'))('%s may be many', (_, text) => {
  expect(isTaken(text(nestingMax / 4))).toBe(true)
})

test('an expression may be long, but not longer than the limit', () => {
  const text = `a = 1${' OR a = 1'.repeat(selectorCharsMax)}`
  expect(isTaken(text.slice(0, 3_605 * 9 + 5))).toBe(true)
  expect(isTaken(text.slice(0, selectorCharsMax + 1))).toBe(false)
})
