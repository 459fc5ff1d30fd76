import { CorruptDataError } from '@rocketmq-ts/base'
import * as fc from 'fast-check'
import {
  BodyCompressionError,
  compressBody,
  decodeMessageId,
  decompressBody,
  encodeMessageBatch,
  encodeProperties,
  encodeStoredMessage,
  InvalidBatchError,
  InvalidMessageIdError,
  parseProperties,
  readMessageBatch,
  readProperty,
  readStoredMessage,
} from '../../src'

const buffers = fc.uint8Array().map(bytes => Buffer.from(bytes))

/** Either random, or the good bytes with a few wrong ones, cut off somewhere. */
function damaged(good: Buffer): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 })
  const spoilt = fc.tuple(changes, fc.nat(good.length)).map(([wrong, end]) => {
    const bytes = Buffer.from(good)
    for (const [at, byte] of wrong) bytes[at] = byte
    return bytes.subarray(0, end)
  })
  return fc.oneof(buffers, spoilt)
}

function onlyThrows(kind: abstract new (...args: never[]) => Error, act: () => unknown): void {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(kind)
  }
}

test('a batch that is no batch is refused', () => {
  const item = { flag: 1, body: Buffer.from('body'), properties: Buffer.from('a\x01b\x02') }
  fc.assert(
    fc.property(damaged(encodeMessageBatch([item, item, item])), bytes => {
      onlyThrows(InvalidBatchError, () => {
        const items = readMessageBatch(bytes)
        expect(items.reduce((sum, { body, properties }) => sum + 22 + body.length + properties.length, 0)).toBe(
          bytes.length,
        )
      })
    }),
    { numRuns: 2000 },
  )
})

test.each([8, 20])('a record that is no record is refused (hosts of %i bytes)', hostBytes => {
  const record = encodeStoredMessage(
    {
      ...{ topic: 'TopicA', queueId: 1, flag: 2, sysFlag: 0, bornTimestamp: 3, bornHost: Buffer.alloc(hostBytes, 1) },
      ...{ reconsumeTimes: 4, preparedTransactionOffset: 5, body: Buffer.from('body'), properties: Buffer.from('p') },
    },
    { queueOffset: 6, physicalOffset: 7, storeTimestamp: 8, storeHost: Buffer.alloc(hostBytes, 2) },
  )
  fc.assert(
    fc.property(damaged(record), fc.nat(3), (bytes, at) => {
      onlyThrows(CorruptDataError, () => readStoredMessage(bytes, at))
    }),
    { numRuns: 2000 },
  )
})

test('a message id that is none is refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9A-Fa-fx]{30,58}$/)), text => {
      onlyThrows(InvalidMessageIdError, () => decodeMessageId(text))
    }),
  )
})

test('any bytes are properties, and one is found as all are', () => {
  const pieces = fc.constantFrom('TAGS', 'KEYS', 'a', '\x01', '\x02', '中', '')
  fc.assert(
    fc.property(fc.array(pieces), parts => {
      const bytes = Buffer.from(parts.join(''))
      const properties = parseProperties(bytes)
      for (const key of ['TAGS', 'KEYS', 'a', 'KEYSa'])
        expect(readProperty(bytes, key)).toBe(properties.get(key) ?? null)
    }),
    { numRuns: 1000 },
  )
  fc.assert(fc.property(buffers, bytes => expect(parseProperties(bytes).size).toBeGreaterThanOrEqual(0)))
})

test('properties read back as they were written', () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => !/[\x01\x02]/.test(text))
  fc.assert(
    fc.property(fc.array(fc.tuple(words, words)), entries => {
      expect(parseProperties(encodeProperties(entries))).toEqual(new Map(entries))
    }),
  )
})

test.each(['LZ4', 'ZSTD', 'ZLIB'] as const)('a %s body that is none is refused', async type => {
  const good = await compressBody(Buffer.from('RocketMQ '.repeat(100)), type)
  await fc.assert(
    fc.asyncProperty(damaged(good), async bytes => {
      try {
        expect((await decompressBody(bytes, type, 5000)).length).toBeLessThanOrEqual(5000)
      } catch (error) {
        expect(error).toBeInstanceOf(BodyCompressionError)
      }
    }),
    { numRuns: 300 },
  )
})
