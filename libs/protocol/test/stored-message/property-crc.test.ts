import fc from 'fast-check'
import {
  encodeStoredMessage,
  matchesPropertyCrc,
  parseProperties,
  PROPERTY_CRC_BYTES,
  readStoredMessage,
  withPropertyCrc,
  writePropertyCrc,
} from '../../src'
import type { StoredMessageContent } from '../../src'
import golden from '../golden/messages.json'

/** What a Java broker with enabledAppendPropCRC stored. */
const JAVA_RECORD = Buffer.from(
  '000000ccdaa320a73610a68600000000000000000000000000000000000000000000000000000000000001a204375d337f00000100009d70000001a204375e537f0000010000ab870000000000000000000000000000000568656c6c6f025431006a4d53475f524547494f4e0144656661756c74526567696f6e02554e49515f4b4559016372633102434c55535445520144656661756c74436c7573746572025441475301546167410254524143455f4f4e0174727565025f5f435243333223013637333634323334313002',
  'hex',
)

const SOME = golden.stored[1] as (typeof golden.stored)[number]
const PLACE = { queueOffset: 7, physicalOffset: 4096, storeTimestamp: 1_700_000_000_000, storeHost: Buffer.alloc(8) }

function contentOf(properties: string, body = Buffer.from('hello')): StoredMessageContent {
  return { ...SOME, bornHost: Buffer.from(SOME.bornHost, 'hex'), body, properties: Buffer.from(properties) }
}

function sealed(content: StoredMessageContent): Buffer {
  const record = encodeStoredMessage(withPropertyCrc(content), PLACE)
  writePropertyCrc(record, 0, record.length)
  return record
}

function propertiesOf(record: Buffer): string {
  return readStoredMessage(record, 0).properties.subarray(0, -PROPERTY_CRC_BYTES).toString()
}

test('the CRC of a record of Java is right, and written with the same bytes', () => {
  expect(matchesPropertyCrc(JAVA_RECORD)).toBe(true)
  const message = readStoredMessage(JAVA_RECORD, 0)
  const record = encodeStoredMessage(withPropertyCrc(message), message)
  writePropertyCrc(record, 0, record.length)
  expect(record.toString('hex')).toBe(JAVA_RECORD.toString('hex'))
})

test('a record without a CRC has none to check', () => {
  expect(matchesPropertyCrc(encodeStoredMessage(contentOf('a\x01b\x02'), PLACE))).toBeNull()
  expect(matchesPropertyCrc(Buffer.alloc(5))).toBeNull()
})

test.each([
  ['', ''],
  ['a\x01b\x02', 'a\x01b\x02'],
  ['a\x01b', 'a\x01b\x02'],
  ['__CRC32#\x010123456789\x02', ''],
  ['a\x01b\x02__CRC32#\x01mine\x02c\x01d\x02', 'a\x01b\x02c\x01d\x02'],
])('properties %j are stored as %j before the CRC', (sent, stored) => {
  const record = sealed(contentOf(sent))
  expect(propertiesOf(record)).toBe(stored)
  expect(matchesPropertyCrc(record)).toBe(true)
})

test('properties that many messages share are stored before the CRC too', () => {
  for (const [own, added] of [
    ['a\x01b\x02', 'c\x01d\x02'],
    ['a\x01b', '\x02c\x01d\x02'],
  ] as const) {
    const record = sealed({ ...contentOf(own), addedProperties: Buffer.from(added) })
    expect(propertiesOf(record)).toBe('a\x01b\x02c\x01d\x02')
    expect([...parseProperties(readStoredMessage(record, 0).properties).keys()]).toEqual(['a', 'c', '__CRC32#'])
  }
})

test('whatever bit of a record flips, its CRC tells', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(), (body, seed) => {
      const record = sealed(contentOf('TAGS\x01TagA\x02', Buffer.from(body)))
      expect(matchesPropertyCrc(record)).toBe(true)
      const bit = seed % (record.length * 8)
      record[bit >> 3] = (record[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(matchesPropertyCrc(record)).not.toBe(true)
    }),
  )
})
