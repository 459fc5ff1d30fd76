import * as fc from 'fast-check'

/** An expression, and the properties of a message. */
export interface SelectorCase {
  readonly expression: string
  readonly properties: Readonly<Record<string, string>>
}

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map(texts => texts.join(' '))
const often = (weight: number, arbitrary: fc.Arbitrary<string>) => ({ weight, arbitrary })

const valueOfProperty = fc.oneof(
  often(6, fc.integer({ min: -3, max: 12 }).map(String)),
  often(3, pick('hello', 'he', 'lo', "it's", 'x', '', ' ')),
  often(2, pick('true', 'TRUE', 'false', 'Tru', 'NULL')),
  often(3, pick('5.0', '5.5', ' 5 ', '5d', '.5', '5.', '1e1', '-0', '-0.0', '+5', '05', '0x1p3', '-0X.8P4', '1_0')),
  often(2, pick('NaN', '-Infinity', 'Infinity', '1e400', '1e-400', '4.9E-324', '１２', '٣', '𝟓', '5L', '--5', '+-5')),
  often(2, pick('2147483647', '2147483648', '-2147483648', '-2147483649', '9007199254740993', '9223372036854775807')),
  often(1, pick('9223372036854775808', '-9223372036854775808', '-9223372036854775809', '00000000000000000000000005')),
)

const property = pick('a', 'b', 'c', 'A', '_d', '$e', 'missing', 'nothing', 'in_', 'TAGS')
const wholeNumber = fc.oneof(
  often(20, fc.integer({ min: 0, max: 12 }).map(String)),
  often(3, pick('2147483647', '2147483648', '5L', '5l', '9223372036854775807', '9007199254740992')),
)
const wrongNumber = pick('9223372036854775808', '99999999999999999999', '0.0', '1e400', '1e-400', '0L', '012', '5.0d')
const fraction = pick('5.0', '5.', '.5', '5.5', '1e1', '1E-2', '5.e0', '2.5E+0', '4.9E-324')
const number = fc.oneof(
  often(10, wholeNumber),
  often(4, fraction),
  often(
    4,
    wholeNumber.map(digits => `-${digits}`),
  ),
  often(1, pick('-5.5', '- 5', '+5', '+ -5', '-(5)', '(5)', '-a', '+a', '- -3', '--3')),
  often(1, wrongNumber),
)
const text = pick("'hello'", "'he'", "'lo'", "'it''s'", "''", "'5'", "'5.0'", "'true'", "'x'", "'日本'")
const truth = pick('TRUE', 'false', 'True', 'FALSE', 'NULL')
const operand = fc.oneof(often(12, property), often(6, number), often(2, text), often(1, truth))
const mostlyProperty = fc.oneof(often(15, property), often(1, operand))
const order = pick('>', '>=', '<', '<=')
const equality = pick('=', '<>')
const maybeNot = fc.oneof(often(3, fc.constant('')), often(2, pick('NOT', 'not')))
const textOperator = pick('CONTAINS', 'STARTSWITH', 'ENDSWITH', 'contains')
const list = pick("('x')", "('5', 'hello')", "( '1','2','3','4','5','6','it''s','true' )", "('')")
const wrong = pick('()', '(5)', "('x',)", '> =', '==', '!=', "'ab", '"x"', 'LIKE', 'IS TRUE')

const comparison = fc.oneof(
  often(8, joined(mostlyProperty, order, fc.oneof(often(15, fc.oneof(number, property)), often(1, operand)))),
  often(8, joined(mostlyProperty, equality, operand)),
  often(2, joined(operand, equality, operand)),
  often(1, joined(operand, equality, operand, fc.oneof(order, equality), operand)),
  often(4, joined(mostlyProperty, maybeNot, pick('BETWEEN'), fc.nat(6).map(String), pick('AND'), number)),
  often(1, joined(mostlyProperty, maybeNot, pick('between'), operand, pick('AND', 'and', 'OR'), operand)),
  often(4, joined(mostlyProperty, maybeNot, pick('IN', 'in'), list)),
  often(3, joined(operand, pick('IS'), maybeNot, pick('NULL', 'null'))),
  often(4, joined(mostlyProperty, maybeNot, textOperator, text)),
  often(2, property),
  often(1, truth),
  often(1, joined(operand, wrong, operand)),
)

const { condition } = fc.letrec<{ condition: string }>(tie => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    comparison,
    joined(tie('condition'), pick('AND', 'and'), tie('condition')),
    joined(tie('condition'), pick('OR', 'or'), tie('condition')),
    tie('condition').map(inner => `(${inner})`),
    tie('condition').map(inner => `NOT (${inner})`),
    tie('condition').map(inner => `NOT ${inner}`),
    joined(tie('condition'), pick('=', '<>', 'IS'), fc.oneof(tie('condition'), pick('NULL', 'NOT NULL', 'TRUE'))),
  ),
}))

const token = fc.oneof(
  operand,
  order,
  pick(
    'AND',
    'OR',
    'NOT',
    'IS',
    'IN',
    'BETWEEN',
    'CONTAINS',
    'NULL',
    '(',
    ')',
    ',',
    '-',
    '+',
    '--',
    '/*',
    '*/',
    '/* x */',
  ),
  pick('-- x\n', '\t', '\r\n', '#', "'", '/', '.', '%', ';', 'é', '1a', '5.5.5', '1e', 'nOt', 'LIKE', 'x.y', '\u0000'),
)

const expression = fc.oneof(
  often(12, condition),
  often(
    2,
    fc.array(token, { maxLength: 8 }).map(tokens => tokens.join(' ')),
  ),
  often(1, joined(condition, token, token)),
  often(
    1,
    fc.tuple(condition, token).map(texts => texts.join('')),
  ),
  often(
    1,
    condition.map(whole => whole.replaceAll(' ', '')),
  ),
  often(
    1,
    fc
      .tuple(condition, fc.nat(60), fc.constantFrom('', '(', ')', "'", ' ', '=', 'x', '-'))
      .map(([whole, at, put]) => whole.slice(0, at) + put + whole.slice(at + 1)),
  ),
)

const selectorCase: fc.Arbitrary<SelectorCase> = fc.record({
  expression,
  properties: fc.record(
    {
      a: valueOfProperty,
      b: valueOfProperty,
      c: valueOfProperty,
      A: valueOfProperty,
      _d: valueOfProperty,
      $e: valueOfProperty,
      in_: valueOfProperty,
      TAGS: valueOfProperty,
    },
    { requiredKeys: ['a'] },
  ),
})

/** Expressions of all that the grammar has, right and wrong ones, and properties that they are true, false or unknown of. */
export function selectorCases(count: number, seed: number): readonly SelectorCase[] {
  return fc.sample(selectorCase, { numRuns: count, seed })
}
