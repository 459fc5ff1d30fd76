import { MessageSysFlag, encodeProperties, encodeStoredMessage, javaStringHashCode } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import { toKeyHash } from '../../src/index-file/key-hash'
import { RecordKeys, indexedTextsOf } from '../../src/index-file/record-keys'
import { STORE_HOST, messageOf } from '../store-fixture'

type Properties = readonly (readonly [string, string])[]

const PLACE = { queueOffset: 0, physicalOffset: 4096, storeTimestamp: 1_700_000_000_000, storeHost: STORE_HOST }

function recordOf(properties: Buffer, values = {}): Buffer {
  return encodeStoredMessage(messageOf({ properties, ...values }), PLACE)
}

function hashesOf(record: Buffer, physicalOffset = PLACE.physicalOffset): readonly number[] | null {
  const keys = new RecordKeys()
  const bytes = Buffer.concat([Buffer.alloc(11, 0xff), record, Buffer.alloc(5, 0xff)])
  return keys.read(bytes, 11, physicalOffset) ? keys.keyHashes.slice(0, keys.keyCount) : null
}

const hashesOfTexts = (...texts: string[]) => texts.map(text => toKeyHash(javaStringHashCode(text)))
const keyed = (properties: Properties, values = {}) => recordOf(encodeProperties(properties), values)

test('a record is indexed by its unique key, then each of its keys, then its tags', () => {
  const record = keyed([
    ['TAGS', 'a || b'],
    ['KEYS', ' K1  K2 '],
    ['UNIQ_KEY', 'U'],
    ['KEY', 'no'],
  ])
  expect(hashesOf(record)).toEqual(hashesOfTexts('TopicA#U', 'TopicA#K1', 'TopicA#K2', 'TopicA#T#a || b'))
  expect(indexedTextsOf(record)).toEqual(['TopicA#U', 'TopicA#K1', 'TopicA#K2', 'TopicA#T#a || b'])
})

test('of several properties with one name the last one counts, and an empty one is none', () => {
  const properties = Buffer.from('KEYS\x01old\x02KEYS\x01new\x02UNIQ_KEY\x01\x02\x01TAGS\x02TAGS\x01a\x01b')
  expect(hashesOf(recordOf(properties))).toEqual(hashesOfTexts('TopicA#new', 'TopicA#T#a\x01b'))
})

test('a record without keys is indexed by nothing', () => {
  expect(hashesOf(keyed([]))).toEqual([])
  expect(hashesOf(keyed([['KEYS', '  ']]))).toEqual([])
})

test.each([
  [MessageSysFlag.TRANSACTION_PREPARED, 1],
  [MessageSysFlag.TRANSACTION_COMMIT, 1],
  [MessageSysFlag.TRANSACTION_ROLLBACK, 0],
])('of transactions only what is rolled back is left out: sysFlag %i', (sysFlag, count) => {
  expect(hashesOf(keyed([['UNIQ_KEY', 'U']], { sysFlag }))).toHaveLength(count)
})

test('bytes that are not the record of that offset are none', () => {
  const record = keyed([['UNIQ_KEY', 'U']])
  expect(hashesOf(record, 4097)).toBeNull()
  expect(hashesOf(record.fill(0, 4, 8))).toBeNull()
})

test('damaged lengths never lead out of the record', () => {
  const record = keyed([['UNIQ_KEY', 'U']])
  fc.assert(
    fc.property(fc.nat(record.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(record)
      damaged[at] = byte
      expect(hashesOf(damaged)?.length ?? 0).toBeLessThanOrEqual(record.length)
    }),
  )
})

test('hashes and texts say the same of any record', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })).map(value => value.replaceAll(/[\x01\x02]/g, ''))
  const name = fc.constantFrom('UNIQ_KEY', 'KEYS', 'TAGS', 'user', 'KEY', 'UNIQ_KEYS')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, text)), fc.constantFrom('TopicA', '主题', 'x'.repeat(200)), (pairs, topic) => {
      const record = keyed(pairs, { topic })
      expect(hashesOf(record)).toEqual(hashesOfTexts(...indexedTextsOf(record)))
    }),
  )
})
