import * as fc from 'fast-check'
import { writeText } from '../../src/frame/write-text'

test('a text is written as the runtime writes it', () => {
  const texts = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 80 }))
  fc.assert(
    fc.property(texts, fc.nat(5), (text, at) => {
      const out = Buffer.alloc(at + Buffer.byteLength(text))
      expect(writeText(out, at, text)).toBe(out.length)
      expect(out.subarray(at)).toEqual(Buffer.from(text))
    }),
  )
})
