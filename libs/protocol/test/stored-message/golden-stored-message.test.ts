import { encodeStoredMessage, readStoredMessage, storedMessageBytes } from '../../src'
import golden from '../golden/messages.json'

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

test.each(golden.stored.map((stored, index) => [index, stored] as const))(
  'record %i of Java reads as it was made, and is written with the same bytes',
  (_, { record, bodyCrc, ...stored }) => {
    const message = {
      ...stored,
      bornHost: bytes(stored.bornHost),
      storeHost: bytes(stored.storeHost),
      body: bytes(stored.body),
      properties: Buffer.from(stored.properties),
    }
    expect(readStoredMessage(bytes(record), 0)).toEqual({ ...message, bodyCrc, recordBytes: record.length / 2 })
    expect(storedMessageBytes(message, message.storeHost)).toBe(record.length / 2)
    expect(encodeStoredMessage(message, message).toString('hex')).toBe(record)
  },
)

test('added properties are stored behind the others, as if they had been one text', () => {
  const [{ record, ...stored }] = golden.stored as [(typeof golden.stored)[number]]
  const message = {
    ...stored,
    bornHost: bytes(stored.bornHost),
    storeHost: bytes(stored.storeHost),
    body: bytes(stored.body),
  }
  const properties = Buffer.from(stored.properties)
  for (let cut = 0; cut <= properties.length; cut += 1) {
    const parts = { properties: properties.subarray(0, cut), addedProperties: properties.subarray(cut) }
    expect(encodeStoredMessage({ ...message, ...parts }, message).toString('hex')).toBe(record)
  }
})
