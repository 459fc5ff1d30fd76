import fc from 'fast-check'
import { CorruptDataError, readInt64, readSafeInt64, writeInt64 } from '@rocketmq-ts/base'

test('whole numbers between -2^53 and 2^53 come back as they were written, in the bytes that BigInt writes', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), value => {
      const bytes = Buffer.alloc(8)
      writeInt64(bytes, value, 0)
      expect(bytes.readBigInt64BE(0)).toBe(BigInt(value))
      expect(readInt64(bytes, 0)).toBe(value)
      if (value >= 0) expect(readSafeInt64(bytes, 0)).toBe(value)
    }),
  )
})

test('a safe read refuses what a double cannot hold', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64BE(value, 0)
      const isSafe = value >= 0n && value <= 2n ** 53n - 1n
      if (isSafe) expect(readSafeInt64(bytes, 0)).toBe(Number(value))
      else expect(() => readSafeInt64(bytes, 0)).toThrow(CorruptDataError)
    }),
  )
})
