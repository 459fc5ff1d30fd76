import { deflateSync, gzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import * as fc from 'fast-check'
import { CallRefusedError } from '../../../src/grpc/direct/call-refused-error'
import { inflated, MessageReader } from '../../../src/grpc/direct/message-reader'

function framed(message: Uint8Array, flag = 0): Buffer {
  const head = Buffer.alloc(5)
  head[0] = flag
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

test('a message comes whole, wherever its stream was cut', () => {
  const cuts = fc.array(fc.nat(60), { maxLength: 8 })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), cuts, (message, places) => {
      const bytes = framed(message)
      const reader = new MessageReader(50)
      const ends = [...new Set(places.filter(place => place < bytes.length))].sort((a, b) => a - b)
      const chunks = [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
      const taken = chunks.map(chunk => reader.take(chunk))
      expect(taken.slice(0, -1)).toEqual(chunks.slice(1).map(() => null))
      expect(taken.at(-1)).toEqual({ bytes: Buffer.from(message), isCompressed: false })
    }),
  )
})

test('what is larger than allowed is refused as soon as its length is there', () => {
  const reader = new MessageReader(10)
  const refused = (): unknown => reader.take(framed(Buffer.alloc(11)).subarray(0, 5))
  expect(refused).toThrow(expect.objectContaining({ status: status.RESOURCE_EXHAUSTED }) as Error)
})

test('a second message is refused', () => {
  const two = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.from('two'))])
  expect(() => new MessageReader(100).take(two)).toThrow(CallRefusedError)
})

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
])('a message that is compressed by %s is read', async (encoding, compress) => {
  const text = Buffer.from('text '.repeat(100))
  expect(await inflated(compress(text), encoding, 1000)).toEqual(text)
})

test('of what unfolds beyond the limit nothing is kept', async () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000))
  await expect(inflated(bomb, 'gzip', 1000)).rejects.toMatchObject({ status: status.RESOURCE_EXHAUSTED })
})

test.each([
  ['snappy', status.UNIMPLEMENTED],
  ['identity', status.UNIMPLEMENTED],
  ['gzip', status.INTERNAL],
])('what nobody can decompress as %s is refused', async (encoding, code) => {
  await expect(inflated(Buffer.from('garbage'), encoding, 1000)).rejects.toMatchObject({ status: code })
})
