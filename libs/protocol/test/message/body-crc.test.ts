import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { bodyCrc32 } from '../../src'

const bodies = fc.uint8Array({ maxLength: 600, size: 'max' }).map(bytes => Buffer.from(bytes))

test('the sum of any piece, long or short, is that of zlib without the sign', () => {
  fc.assert(
    fc.property(bodies, fc.nat(600), fc.nat(600), (bytes, one, other) => {
      const [at, end] = [Math.min(one, other, bytes.length), Math.min(Math.max(one, other), bytes.length)]
      expect(bodyCrc32(bytes, at, end)).toBe(zlib.crc32(bytes.subarray(at, end)) & 0x7fff_ffff)
    }),
  )
})

test.each([0, 1, 7, 8, 9, 191, 192, 193, 4096])('the sum of %i bytes is that of zlib', length => {
  const bytes = Buffer.alloc(length, 'RocketMQ')
  expect(bodyCrc32(bytes)).toBe(zlib.crc32(bytes) & 0x7fff_ffff)
})
