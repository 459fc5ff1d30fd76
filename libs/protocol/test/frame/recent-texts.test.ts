import * as fc from 'fast-check'
import { recentText } from '../../src/frame/recent-texts'

test('whatever came before, a text is what its bytes say', () => {
  const texts = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'grapheme', maxLength: 70 }))
  const bytes = fc.oneof(
    texts.map(text => Buffer.from(text)),
    texts.map(text => Buffer.from(text, 'latin1')),
    fc.uint8Array({ maxLength: 3 }).map(octets => Buffer.from(octets)),
  )
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 20 }), all => {
      const joined = Buffer.concat(all)
      let at = 0
      for (const { length } of all) {
        expect(recentText(joined, at, at + length)).toBe(joined.toString('utf8', at, at + length))
        at += length
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a character of one byte is not taken for a longer one with the same number', () => {
  const long = Buffer.from('é')
  const short = Buffer.from([0xe9])
  for (let fill = 0; fill < 256; fill += 1) {
    expect(recentText(long, 0, 2)).toBe('é')
    expect(recentText(short, 0, 1)).toBe('\ufffd')
  }
})
