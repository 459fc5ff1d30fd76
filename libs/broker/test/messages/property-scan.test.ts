import { encodeProperties, parseProperties, tagsCodeOf } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import { editedProperties, property } from '../../src/messages/edited-properties'
import { PropertyBit, PropertyScan } from '../../src/messages/property-scan'

const bits = Object.entries(PropertyBit)
const allBits = bits.reduce((sum, [, bit]) => sum | bit, 0)

/** Well-formed, malformed and known pairs, as a hostile client would mix them. */
const propertiesText = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom(...Object.keys(PropertyBit)), fc.string({ unit: 'grapheme', maxLength: 6 }))
        .map(pair => pair.join('\x01')),
      fc.stringMatching(/^[a-zA-ZÀ-ɏ]{0,9}\x01[a-zA-Z中文\x01]{0,9}$/),
      fc.constantFrom('', 'x', '\x01', '\x01\x01', 'key\x01', '\x01value', 'DELAY', 'TAGS\x01', 'UNIQ_KEY\x01\x01'),
    ),
    { maxLength: 12 },
  )
  .map(pairs => pairs.join('\x02'))

test('finds what a parser of the whole text finds', () => {
  const scan = new PropertyScan()
  fc.assert(
    fc.property(propertiesText, fc.boolean(), (text, isClosed) => {
      const properties = Buffer.from(isClosed ? `${text}\x02` : text)
      const expected = parseProperties(properties)
      scan.read(properties)
      for (const [name, bit] of bits) {
        expect(scan.text(bit)).toBe(expected.get(name) ?? null)
        expect(scan.isTrue(bit)).toBe(expected.get(name)?.toLowerCase() === 'true')
      }
      expect(scan.tagsCode()).toBe(tagsCodeOf(expected.get('TAGS') ?? null))
    }),
  )
})

test('an edit leaves what a parser, an edit of the map and an encoder leave', () => {
  const scan = new PropertyScan()
  fc.assert(
    fc.property(propertiesText, fc.integer({ min: 0, max: allBits }), (text, dropped) => {
      const properties = Buffer.from(text)
      const expected = parseProperties(properties)
      for (const [name, bit] of bits) if ((dropped & bit) !== 0) expected.delete(name)
      expected.set('REAL_TOPIC', 'Ä').set('CLUSTER', 'c')
      scan.read(properties)
      const added = property('REAL_TOPIC', 'Ä') + property('CLUSTER', 'c')
      const edited = editedProperties(scan, dropped | PropertyBit.REAL_TOPIC | PropertyBit.CLUSTER, added)
      expect(parseProperties(edited)).toEqual(expected)
      expect(edited.at(-1)).toBe(2)
    }),
  )
})

test('every pair that is kept is closed, and what is no pair is lost', () => {
  const scan = new PropertyScan()
  scan.read(Buffer.from('a\x011\x02broken\x02\x01x\x02b\x01\x02c\x013'))
  const edited = editedProperties(scan, 0, '')
  expect(edited.toString()).toBe('a\x011\x02c\x013\x02')
})

test('well-formed properties are kept byte for byte', () => {
  const scan = new PropertyScan()
  const properties = encodeProperties([
    ['UNIQ_KEY', 'A1'],
    ['UNIQ_KEY', 'A2'],
    ['user', '值'],
  ])
  scan.read(properties)
  expect(editedProperties(scan, PropertyBit.POP_CK, '')).toBe(properties)
  expect(scan.text(PropertyBit.UNIQ_KEY)).toBe('A2')
})

test('bytes that are no UTF-8 do not stop it', () => {
  const scan = new PropertyScan()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      scan.read(Buffer.from(bytes))
      const edited = editedProperties(scan, allBits, '')
      expect(edited.length).toBeLessThanOrEqual(bytes.length + 1)
    }),
  )
})
