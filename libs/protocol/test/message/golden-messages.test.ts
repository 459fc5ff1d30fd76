import {
  bodyCrc32,
  compressBody,
  compressionTypeOf,
  decodeMessageId,
  decompressBody,
  encodeMessageBatch,
  encodeMessageId,
  javaStringHashCode,
  parseProperties,
  readMessageBatch,
  readProperty,
  UniqueIdGenerator,
} from '../../src'
import type { CompressionType } from '../../src'
import golden from '../golden/messages.json'

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

test.each(golden.batches)(
  'a batch of Java reads item by item, and is written with the same bytes',
  ({ batch, items }) => {
    const expected = items.map(item => ({
      flag: item.flag,
      body: bytes(item.body),
      properties: Buffer.from(item.properties),
    }))
    expect(readMessageBatch(bytes(batch))).toEqual(expected)
    expect(encodeMessageBatch(expected).toString('hex')).toBe(batch)
  },
)

test.each(golden.propertyTexts)('the properties %j are those that Java finds', ({ text, properties }) => {
  const expected = properties as Record<string, string>
  expect(Object.fromEntries(parseProperties(text))).toEqual(expected)
  for (const key of ['a', 'b', 'aa', 'ab', 'TAGS', 'KEYS', 'c']) {
    expect(readProperty(Buffer.from(text), key)).toBe(expected[key] ?? null)
  }
})

test.each(golden.messageIds)('the message id $id names its place', ({ id, storeHost, physicalOffset }) => {
  expect(encodeMessageId(bytes(storeHost), physicalOffset)).toBe(id)
  expect(decodeMessageId(id)).toEqual({ storeHost: bytes(storeHost), physicalOffset })
})

test('hash codes are those of Java', () => {
  for (const { text, hashCode } of golden.hashCodes) expect(javaStringHashCode(text)).toBe(hashCode)
})

test('checksums are those of Java', () => {
  for (const { bytes: hex, crc } of golden.crcs) expect(bodyCrc32(bytes(hex))).toBe(crc)
})

test.each(golden.uniqueIds)('a unique id is built as Java builds $id', ({ id, pid, timeMs }) => {
  const idBytes = bytes(id)
  const address = idBytes.subarray(0, idBytes.length - 12)
  const generator = new UniqueIdGenerator({
    address,
    processId: pid,
    discriminator: idBytes.readInt32BE(address.length + 2),
  })
  const sinceMonthMs = timeMs - new Date(new Date(timeMs).toISOString().slice(0, 7)).getTime()
  const localMonth = new Date(2026, 10, 1).getTime()
  const ours = generator.next(localMonth + sinceMonthMs)
  expect(ours.slice(0, -4)).toBe(id.slice(0, -4))
  expect(ours.length).toBe(id.length)
})

const repeated = Buffer.from('RocketMQ '.repeat(3000))

test.each(golden.compressed)(
  'a body that Java compressed as $type unpacks',
  async ({ type, sysFlag, body, compressed }) => {
    const expected = body === null ? repeated : bytes(body)
    expect(compressionTypeOf(sysFlag)).toBe(type)
    expect(await decompressBody(bytes(compressed), type as CompressionType, 1 << 20)).toEqual(expected)
    const ours = await compressBody(expected, type as CompressionType)
    expect(await decompressBody(ours, type as CompressionType, 1 << 20)).toEqual(expected)
  },
)

test.each(['LZ4', 'ZSTD', 'ZLIB'] as const)('a %s body that would become too long is refused', async type => {
  const bomb = await compressBody(Buffer.alloc(1 << 20), type)
  await expect(decompressBody(bomb, type, 1 << 16)).rejects.toThrow('the body does not unpack')
})
