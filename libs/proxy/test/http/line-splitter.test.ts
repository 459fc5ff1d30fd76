import * as fc from 'fast-check'
import { LineSplitter } from '../../src/http/line-splitter'

const LINE_BYTES_MAX = 5

function linesOf(chunks: readonly Buffer[]): readonly (string | null)[] {
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  const lines = chunks.flatMap(chunk => {
    const borrowed = Buffer.from(chunk)
    const texts = splitter.push(borrowed).map(({ bytes }) => bytes?.toString('latin1') ?? null)
    borrowed.fill('!') // what is kept of it must be a copy
    return texts
  })
  return [...lines, ...splitter.end().map(({ bytes }) => bytes?.toString('latin1') ?? null)]
}

test('lines come out whole however the stream is cut, and of one that is too long only that it was', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 2 * LINE_BYTES_MAX })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (lines, cutBytes) => {
      const bytes = Buffer.from(lines.join('\n'))
      const chunks = Array.from({ length: Math.ceil(bytes.length / cutBytes) }, (_, index) =>
        bytes.subarray(index * cutBytes, (index + 1) * cutBytes),
      )
      const last = lines.at(-1) === '' ? -1 : lines.length // nothing behind the last end of a line is no line
      const expected = lines.slice(0, last).map(text => (text.length > LINE_BYTES_MAX ? null : text))
      expect(linesOf(chunks)).toEqual(expected)
    }),
  )
})

test('lines are counted from one', () => {
  const splitter = new LineSplitter(LINE_BYTES_MAX)
  const numbers = [...splitter.push(Buffer.from('a\n\nb')), ...splitter.end()].map(({ number }) => number)
  expect(numbers).toEqual([1, 2, 3])
})
