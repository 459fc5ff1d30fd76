import { deflateSync, gzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import * as fc from 'fast-check'
import { framed, inflated, MessageSplitter } from '../../../src/grpc/calls/message-frames'

test('messages come whole, wherever their stream was cut', () => {
  const cuts = fc.array(fc.nat(200), { maxLength: 12 })
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 }), cuts, (messages, places) => {
      const bytes = Buffer.concat(messages.map(framed))
      const splitter = new MessageSplitter(50)
      const ends = [...new Set(places.filter(place => place < bytes.length))].sort((a, b) => a - b)
      const taken: unknown[] = []
      for (const [index, end] of [...ends, bytes.length].entries()) {
        splitter.add(bytes.subarray(ends[index - 1] ?? 0, end))
        for (let message = splitter.next(); message !== null; message = splitter.next()) taken.push(message)
      }
      expect(taken).toEqual(messages.map(message => ({ bytes: Buffer.from(message), isCompressed: false })))
      expect(splitter.size).toBe(0)
    }),
  )
})

test('what is larger than allowed is refused as soon as its length is there', () => {
  const splitter = new MessageSplitter(10)
  splitter.add(framed(Buffer.alloc(11)).subarray(0, 5))
  expect(() => splitter.next()).toThrow(expect.objectContaining({ status: status.RESOURCE_EXHAUSTED }) as Error)
})

test('a byte that says so marks a message as compressed', () => {
  const splitter = new MessageSplitter(10)
  splitter.add(Buffer.from([1, 0, 0, 0, 1, 7]))
  expect(splitter.next()).toEqual({ bytes: Buffer.from([7]), isCompressed: true })
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
