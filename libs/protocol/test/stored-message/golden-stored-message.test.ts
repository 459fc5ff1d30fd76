import {
  encodeMessageBatch,
  encodeStoredMessage,
  placesInBatch,
  readStoredMessage,
  storedBatchBytes,
  storedMessageBytes,
  writeStoredBatchItem,
} from '../../src'
import type { BatchItemPlace } from '../../src'
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

test('an item of a batch is stored with the bytes of the same message sent alone', () => {
  for (const stored of golden.stored) {
    const content = { ...stored, bornHost: bytes(stored.bornHost), storeHost: bytes(stored.storeHost) }
    const item = { flag: stored.flag, body: bytes(stored.body), properties: Buffer.from(stored.properties) }
    const body = encodeMessageBatch([{ ...item, body: Buffer.from('before') }, item, item])
    const places = placesInBatch(body)
    const batch = { ...content, body }
    const out = Buffer.alloc(stored.record.length / 2 + 3)
    const end = writeStoredBatchItem(out, 3, batch, places[1] as BatchItemPlace, content)
    expect(out.subarray(3, end).toString('hex')).toBe(stored.record)
    expect(storedBatchBytes(batch, places.slice(1), content.storeHost)).toBe(stored.record.length)
  }
})
