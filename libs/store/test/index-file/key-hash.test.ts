import { javaStringHashCode } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import { hashCodeOn, keyHashOf, toKeyHash } from '../../src/index-file/key-hash'
import golden from './java-index.json'

test('the hash of a key is that of Java, whatever the text', () => {
  expect(golden.keyHashes.length).toBeGreaterThan(400)
  for (const [key, hash] of golden.keyHashes) expect([key, keyHashOf(String(key))]).toEqual([key, hash])
})

test('the hash of UTF-8 bytes is that of their text, also in pieces', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(text, text, (first, second) => {
      const bytes = Buffer.from(`${first}${second}`)
      const middle = Buffer.byteLength(first)
      const hash = hashCodeOn(hashCodeOn(0, bytes, 0, middle), bytes, middle, bytes.length)
      expect(hash).toBe(javaStringHashCode(`${first}${second}`))
    }),
  )
})

test('a hash code without a positive counterpart is 0', () => {
  expect([toKeyHash(-0x8000_0000), toKeyHash(-1), toKeyHash(0x7fff_ffff)]).toEqual([0, 1, 0x7fff_ffff])
})
