import * as fc from 'fast-check'
import { encodeHeaders } from '../../../../src/grpc/http2/hpack/encode-headers'
import { HpackDecoder } from '../../../../src/grpc/http2/hpack/hpack-decoder'
import { ErrorCode } from '../../../../src/grpc/http2/http2-error'

function decoded(decoder: HpackDecoder, hex: string): string[][] {
  const { fields } = decoder.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
  return fields.map(({ name, value }) => [name, value])
}

const first = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
]
const third = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/index.html'],
  [':authority', 'www.example.com'],
  ['custom-key', 'custom-value'],
]

/** RFC 7541, Appendix C.3 and C.4: three requests of one connection. */
const examples: readonly (readonly [string, readonly string[]])[] = [
  [
    'as they are',
    [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
  ],
  [
    'by Huffman codes',
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
  ],
]

test.each(examples)('the requests of the RFC are read, with texts %s', (_how, blocks) => {
  const decoder = new HpackDecoder()
  const lists = blocks.map(block => decoded(decoder, block))
  expect(lists).toEqual([first, [...first, ['cache-control', 'no-cache']], third])
})

test('what is encoded is decoded to the same', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,300}$/)
  const value = fc.stringMatching(/^[ -~]{0,300}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), headers => {
      expect(decoded(new HpackDecoder(), encodeHeaders(headers).toString('hex'))).toEqual(headers)
    }),
  )
})

test('a smaller table forgets the oldest', () => {
  const decoder = new HpackDecoder()
  decoded(decoder, '4001 6101 31 4001 6201 32') // a: 1, b: 2, of 34 bytes each
  expect(decoded(decoder, 'bf be')).toEqual([
    ['a', '1'],
    ['b', '2'],
  ])
  expect(decoded(decoder, '3f03 be')).toEqual([['b', '2']]) // a table of 34 bytes
  expect(() => decoded(decoder, 'bf')).toThrow('there is no field 63')
})

test('a field that is larger than the table empties it', () => {
  const decoder = new HpackDecoder()
  decoded(decoder, '4001 6101 31')
  const large = 'x'.repeat(4096)
  const block = Buffer.concat([Buffer.from([0x40]), encodeHeaders([['a', large]]).subarray(1)])
  expect(decoder.decode(block).get('a')).toBe(large)
  expect(() => decoded(decoder, 'be')).toThrow('there is no field 62')
})

test.each([
  ['number zero', '80', /no field 0/],
  ['a number that nothing has', 'be', /no field 62/],
  ['a number that breaks off', 'ff', /breaks off/],
  ['a number without an end', 'ffffffffffffff', /too large/],
  ['a string that goes on behind its block', '0005 61', /beyond its block/],
  ['a string without a length', '00', /breaks off/],
  ['a string with the end within', '0084 ffff ffff', /where it ends/],
  ['a string that ends within a character', '0082 fefe', /within a character/],
  ['a string with eight bits of padding', '0082 1fff', /within a character/],
  ['a table that is too large', '3fe2 1f', /4096 were offered/],
  ['a table that changes behind a header', '8220', /changes within/],
])('%s is refused', (_what, hex, text) => {
  const decode = (): unknown => decoded(new HpackDecoder(), hex)
  expect(decode).toThrow(text)
  expect(decode).toThrow(expect.objectContaining({ errorCode: ErrorCode.COMPRESSION_ERROR }) as Error)
})

test('a few bytes do not unfold to headers without end', () => {
  const large = Buffer.concat([Buffer.from([0x40]), encodeHeaders([['a', 'x'.repeat(4000)]]).subarray(1)])
  const bomb = Buffer.concat([large, Buffer.alloc(20, 0xbe)])
  const decode = (): unknown => new HpackDecoder().decode(bomb)
  expect(decode).toThrow(expect.objectContaining({ errorCode: ErrorCode.ENHANCE_YOUR_CALM }) as Error)
})

test('garbage is refused or read, and nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      try {
        new HpackDecoder().decode(Buffer.from(bytes))
      } catch (error) {
        expect(error).toMatchObject({ code: 'RMQ_BAD_HTTP2' })
      }
    }),
  )
})
