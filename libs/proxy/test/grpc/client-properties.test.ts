import { requireClientProperties } from '../../src/grpc/client-properties'

const many = (count: number, value = 'v'): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]))

test.each([
  ['33 of them', many(33)],
  ['a name that begins with a digit', { '1a': 'v' }],
  ['a name of 65', { ['a'.repeat(65)]: 'v' }],
  ['a value of 257', { a: 'v'.repeat(257) }],
  ['more than 4 KiB', many(32, 'v'.repeat(256))],
])('client properties are refused with %s', (_, properties) => {
  expect(() => requireClientProperties(properties)).toThrow('client properties')
})

test('client properties within their limits are taken', () => {
  expect(() =>
    requireClientProperties({ ...many(30), 'a.b_c-D9': 'v'.repeat(256), ['a'.repeat(64)]: '' }),
  ).not.toThrow()
})
