import { compileSelector, SelectorError } from '@rocketmq-ts/filter'

function verdict(text: string, properties: Readonly<Record<string, string>> = {}): boolean | null | 'FAILED' {
  return compileSelector(text).evaluate(new Map(Object.entries(properties)))
}

test.each([
  ['a > 5', { a: '6' }, true],
  ['a > 5', { a: '5' }, false],
  ['a > 5', {}, null],
  ['a > 5 AND b = 1', { b: '2' }, false],
  ['a > 5 AND b = 1', { b: '1' }, null],
  ['a > 5 OR b = 1', { b: '1' }, true],
  ['a BETWEEN 1 AND 3', { a: '3' }, true],
  ['a NOT BETWEEN 1 AND 3', { a: '4' }, true],
  ["a IN ('x', 'it''s')", { a: "it's" }, true],
  ["a NOT IN ('x')", { a: 'y' }, true],
  ["a NOT IN ('x')", {}, null],
  ['a IS NULL', {}, true],
  ['a IS NOT NULL', { a: '' }, true],
  ["a CONTAINS 'ell'", { a: 'hello' }, true],
  ["a NOT STARTSWITH 'he'", { a: 'hello' }, false],
  ["a ENDSWITH 'lo'", { a: 'hello' }, true],
  ['a = TRUE', { a: 'TrUe' }, true],
  ['/* one */ a = 1 -- two\n', { a: '1' }, true],
])('%s of %j is %s', (text, properties, expected) => {
  expect(verdict(text, properties)).toBe(expected)
})

describe('as in Java', () => {
  test('an int, a long and a double read a text in their own way', () => {
    expect(verdict('a > 5', { a: '3000000000' })).toBe('FAILED')
    expect(verdict('a > 5000000000', { a: '6000000000' })).toBe(true)
    expect(verdict('a > 5', { a: '5.5' })).toBe('FAILED')
    expect(verdict('a > 5.0', { a: ' 5.5d ' })).toBe(true)
    expect(verdict('a > 5.0', { a: '0x1p3' })).toBe(true)
    expect(verdict('a = 12', { a: '１２' })).toBe(true)
  })

  test('two texts are compared as numbers, where they are ones', () => {
    expect(verdict('a > b', { a: '10', b: '9' })).toBe(true)
    expect(verdict('a > b', { a: 'x', b: '9' })).toBe('FAILED')
  })

  test('what cannot be compared matches nothing, not even with NOT', () => {
    expect(verdict('NOT (a > 5)', { a: 'x' })).toBe('FAILED')
    expect(verdict('a > 5 OR TRUE', { a: 'x' })).toBe('FAILED')
    expect(compileSelector('a > 5 OR TRUE').matches(new Map([['a', 'x']]))).toBe(false)
  })

  test('NOT binds tighter than a comparison', () => {
    expect(verdict('NOT a = 1', { a: '1' })).toBe(false)
    expect(verdict('NOT (a = 1)', { a: '2' })).toBe(true)
  })

  test('a search for nothing finds nothing, with NOT and without', () => {
    expect(verdict("a CONTAINS ''", { a: 'x' })).toBe(false)
    expect(verdict("a NOT CONTAINS ''", { a: 'x' })).toBe(false)
    expect(verdict("a NOT CONTAINS 'y'")).toBe(false)
  })

  test('what follows a whole expression is not looked at', () => {
    expect(verdict('a = 1 b c (', { a: '1' })).toBe(true)
    expect(() => compileSelector('a = 1 #')).toThrow(SelectorError)
  })
})

test.each([
  ['', 'character 1, at its end: Expected'],
  ['a > ', 'character 5, at its end: Expected'],
  ['a > 1 AND\n  > 2', 'line 2, character 3, at "> 2": Expected'],
  ['(a = 1', 'character 7, at its end: Expected'],
  ["a = 'x", 'character 5, at "\'x": Expected'],
  ["a > 'x'", 'character 5, at "\'x\'": only numbers and properties can be greater or less'],
  ['a = NULL', 'character 5, at "NULL": NULL cannot be compared: say IS NULL or IS NOT NULL'],
  ['a = 1 AND 5', 'character 11, at "5": this is no condition'],
  ['a BETWEEN 3 AND 1', 'character 17, at "1": BETWEEN wants the lower value first'],
  ["5 IN ('x')", 'character 1, at "5 IN (\'x\')": only a property can be IN a list'],
  ['a = 9223372036854775808', 'character 5, at "9223372036854775808": this number is out of range'],
  ['a > 0.0', 'character 5, at "0.0": this number is out of range'],
  ['TRUE = 5', 'character 8, at "5": TRUE and FALSE can be compared with each other and with properties'],
])('%j is refused at the right place', (text, message) => {
  const refused = (): unknown => compileSelector(text)
  expect(refused).toThrow(SelectorError)
  expect(refused).toThrow(message)
})
