import { indexFileName } from '../../src/index-file/index-file-name'

test('an index file is named by the local time at which it is made', () => {
  const ms = new Date(2026, 0, 2, 3, 4, 5, 67).getTime()
  expect(indexFileName(ms, null)).toBe('20260102030405067')
  expect(indexFileName(ms, '20260102030405066')).toBe('20260102030405067')
})

test('a name is behind the last one, also when the clock is not', () => {
  const ms = new Date(2026, 0, 2, 3, 4, 5, 67).getTime()
  expect(indexFileName(ms, '20260102030405067')).toBe('20260102030405068')
  expect(indexFileName(ms, '20261225999999999')).toBe('20261226000000000')
})
