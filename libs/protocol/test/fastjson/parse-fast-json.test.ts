import * as fc from 'fast-check'
import { FastJsonError, parseFastJson, writeFastJson } from '../../src'

test('whatever is JSON reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'grapheme' }), json => {
      const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value)
      expect(JSON.stringify(parseFastJson(json), bigints)).toBe(JSON.stringify(JSON.parse(json)))
    }),
  )
})

test('what is written compactly or prettily reads back, nulls of members left out', () => {
  const values = fc.anything({ withNullPrototype: true, values: [fc.string(), fc.integer(), fc.boolean()] })
  fc.assert(
    fc.property(values, fc.boolean(), (value, pretty) => {
      expect(JSON.stringify(parseFastJson(writeFastJson(value, { pretty })))).toBe(JSON.stringify(value))
    }),
  )
})

test('maps with numbers and with objects as names read as Java writes them', () => {
  expect(parseFastJson('{0:"a",-12:{"x":1}}')).toEqual({ 0: 'a', '-12': { x: 1 } })
  expect(parseFastJson('{{"queueId":1}:5,{"queueId":2}:6}')).toEqual(
    new Map([
      [{ queueId: 1 }, 5],
      [{ queueId: 2 }, 6],
    ]),
  )
})

test('a whole number that a double cannot hold becomes a bigint', () => {
  expect(parseFastJson('[9007199254740991,9007199254740993,-9223372036854775808]')).toEqual([
    9007199254740991,
    9007199254740993n,
    -9223372036854775808n,
  ])
})

test('__proto__ is a name like any other', () => {
  const value = parseFastJson('{"__proto__":{"a":1},"b":2}') as Record<string, unknown>
  expect(Object.entries(value)).toEqual([
    ['__proto__', { a: 1 }],
    ['b', 2],
  ])
})

test.each(['[', '{', '{{', '[{"a":', '{"a":['])('%s, nested without end, is refused', open => {
  expect(() => parseFastJson(open.repeat(100_000))).toThrow(FastJsonError)
})

test('more objects than any body needs are refused', () => {
  expect(() => parseFastJson(`[${'[],'.repeat(20)}]`, { depthMax: 3, containerCountMax: 20 })).toThrow(FastJsonError)
})

test('random bytes are refused or read, and nothing else happens', () => {
  const fragments = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    "'",
    '\\',
    '\\u',
    '0',
    '-',
    '.',
    'e',
    'null',
    'true',
    '/*',
    '//',
    ' ',
  )
  const texts = fc.array(fc.oneof(fragments, fc.string({ unit: 'binary', maxLength: 3 }))).map(parts => parts.join(''))
  fc.assert(
    fc.property(texts, text => {
      try {
        parseFastJson(text)
      } catch (error) {
        expect(error).toBeInstanceOf(FastJsonError)
      }
    }),
    { numRuns: 1000 },
  )
})
