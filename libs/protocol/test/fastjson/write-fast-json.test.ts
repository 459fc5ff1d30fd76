import { JavaDouble, JavaNumberArray, parseFastJson, writeFastJson } from '../../src'
import golden from '../golden/fast-json.json'

test('every UTF-16 unit is escaped as in Java', () => {
  const escaped: Record<string, string> = {}
  const isShown = (unit: number): boolean =>
    unit < 0xd800 || unit > 0xdfff || [0xd800, 0xdbff, 0xdc00, 0xdfff].includes(unit)
  for (let unit = 0; unit <= 0xffff; unit += 1) {
    const text = String.fromCharCode(unit)
    const json = writeFastJson(text)
    if (json !== `"${text}"` && isShown(unit)) escaped[unit.toString(16)] = json
  }
  expect(escaped).toEqual(golden.escapedUnits)
})

test.each(golden.texts)('the text $text is written as in Java, and read back', ({ text, json }) => {
  expect(writeFastJson(text)).toBe(json)
  expect(parseFastJson(json)).toBe(text)
})

test('doubles are written as in Java', () => {
  for (const { bits, json } of golden.doubles) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(`0x${bits}`))
    const written = writeFastJson(new JavaDouble(bytes.readDoubleBE()))
    const hasSpareDigit = written !== json && Number(written) === Number(json) // Java does not always find the shortest
    if (!hasSpareDigit) expect(written).toBe(json)
  }
})

test('the pretty form is that of Java', () => {
  const { compact, pretty } = golden.pretty
  const value = parseFastJson(compact) as Record<string, unknown>
  const keys = new Map([[7, { x: [3] }]])
  expect(writeFastJson({ ...value, double: new JavaDouble(1), keys }, { pretty: true })).toBe(pretty)
})

test('an array of numbers stays on one line', () => {
  expect(writeFastJson({ next: new JavaNumberArray([1, 2]) }, { pretty: true })).toBe('{\n\t"next":[1,2]\n}')
})

test('the standard form quotes what other readers would not take, and sorts maps', () => {
  const map = new Map<unknown, unknown>([
    [10, 2 ** 53],
    [2, 2 ** 53 - 1],
    [1, -(2n ** 63n)],
  ])
  expect(writeFastJson(map, { standard: true })).toBe(
    '{"1":"-9223372036854775808","2":9007199254740991,"10":"9007199254740992"}',
  )
  expect(writeFastJson(new Map(Object.entries({ b: 1, a: 2 })), { standard: true })).toBe('{"a":2,"b":1}')
  expect(writeFastJson(map)).toBe('{10:9007199254740992,2:9007199254740991,1:-9223372036854775808}')
})
