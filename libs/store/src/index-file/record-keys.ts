import { MessageSysFlag, StoredMessageLayout, StoredMessageMagic, parseProperties } from '@rocketmq-ts/protocol'
import { readStoredMessage } from '@rocketmq-ts/protocol'
import { isRecordOf, recordBytesOf, storeTimestampOf } from '../commit-log/record-fields'
import { hashCodeOn, indexedText, toKeyHash } from './key-hash'

const NAME_END = 0x01
const PROPERTY_END = 0x02
const SPACE = 0x20
const TAG_PREFIX = Buffer.from('T#')
const SEPARATOR = Buffer.from('#')
const UNIQ_KEY = Buffer.from('UNIQ_KEY')
const KEYS = Buffer.from('KEYS')
const TAGS = Buffer.from('TAGS')

/** A piece of the bytes that are looked at; empty if `at` is `end`. */
interface Range {
  at: number
  end: number
}

/**
 * Finds in a stored record what it is indexed by, without making objects: in this order its UNIQ_KEY, each of its KEYS,
 * and its TAGS as `T#tags`. A record that is rolled back is indexed by nothing. Used again and again.
 * Source: store/index/IndexService.java (buildIndex)
 */
export class RecordKeys {
  recordBytes = 0
  storeTimestamp = 0
  readonly keyHashes: number[] = []
  private readonly uniqueKey: Range = { at: 0, end: 0 }
  private readonly keys: Range = { at: 0, end: 0 }
  private readonly tags: Range = { at: 0, end: 0 }

  /** False if what begins at `at` is not the record of `physicalOffset`. */
  read(bytes: Buffer, at: number, physicalOffset: number): boolean {
    this.keyHashes.length = 0
    if (!isRecordOf(bytes, at, physicalOffset)) return false
    this.recordBytes = recordBytesOf(bytes, at)
    this.storeTimestamp = storeTimestampOf(bytes, at)
    const sysFlag = bytes.readInt32BE(at + StoredMessageLayout.sysFlagAt)
    const bodyBytesAt = at + StoredMessageLayout.bornHostAt + hostBytesOf(sysFlag) + 20
    const topicBytesAt = bodyBytesAt + 4 + bytes.readInt32BE(bodyBytesAt)
    const end = at + this.recordBytes
    if (topicBytesAt < bodyBytesAt || topicBytesAt + 2 > end || end > bytes.length) return false
    const isV2 = bytes.readInt32BE(at + StoredMessageLayout.magicAt) === StoredMessageMagic.V2
    const topicAt = topicBytesAt + (isV2 ? 2 : 1)
    const topicEnd = topicAt + (isV2 ? bytes.readUInt16BE(topicBytesAt) : (bytes[topicBytesAt] as number))
    if (topicEnd + 2 > end) return false
    if ((sysFlag & MessageSysFlag.TRANSACTION_MASK) === MessageSysFlag.TRANSACTION_ROLLBACK) return true
    this.findProperties(bytes, topicEnd + 2, end)
    this.addHashes(bytes, hashCodeOn(hashCodeOn(0, bytes, topicAt, topicEnd), SEPARATOR, 0, SEPARATOR.length))
    return true
  }

  private findProperties(bytes: Buffer, from: number, until: number): void {
    this.uniqueKey.end = this.uniqueKey.at = 0
    this.keys.end = this.keys.at = 0
    this.tags.end = this.tags.at = 0
    for (let at = from; at < until;) {
      let nameEnd = 0
      let end = at
      for (; end < until; end += 1) {
        const byte = bytes[end] as number
        if (byte === PROPERTY_END) break
        if (byte === NAME_END && nameEnd === 0) nameEnd = end
      }
      if (nameEnd > at && nameEnd + 1 < end) this.take(bytes, at, nameEnd, end)
      at = end + 1
    }
  }

  /** The last property of a name counts. */
  private take(bytes: Buffer, at: number, nameEnd: number, end: number): void {
    const nameBytes = nameEnd - at
    if (nameBytes !== KEYS.length && nameBytes !== UNIQ_KEY.length) return
    const range = isAt(bytes, at, nameBytes, KEYS)
      ? this.keys
      : isAt(bytes, at, nameBytes, TAGS)
        ? this.tags
        : isAt(bytes, at, nameBytes, UNIQ_KEY)
          ? this.uniqueKey
          : null
    if (range === null) return
    range.at = nameEnd + 1
    range.end = end
  }

  private addHashes(bytes: Buffer, ofTopic: number): void {
    const { uniqueKey, keys, tags, keyHashes } = this
    if (uniqueKey.at < uniqueKey.end) keyHashes.push(toKeyHash(hashCodeOn(ofTopic, bytes, uniqueKey.at, uniqueKey.end)))
    for (let at = keys.at; at < keys.end;) {
      let end = at
      while (end < keys.end && bytes[end] !== SPACE) end += 1
      if (at < end) keyHashes.push(toKeyHash(hashCodeOn(ofTopic, bytes, at, end)))
      at = end + 1
    }
    if (tags.at < tags.end) {
      const ofPrefix = hashCodeOn(ofTopic, TAG_PREFIX, 0, TAG_PREFIX.length)
      keyHashes.push(toKeyHash(hashCodeOn(ofPrefix, bytes, tags.at, tags.end)))
    }
  }
}

/** What a record is indexed by, as texts: for a query, which does not trust hashes. */
export function indexedTextsOf(record: Buffer): readonly string[] {
  const { topic, properties } = readStoredMessage(record, 0)
  const values = parseProperties(properties)
  const keys = [values.get('UNIQ_KEY') ?? '', ...(values.get('KEYS') ?? '').split(' ')].filter(key => key !== '')
  const tags = values.get('TAGS')
  if (tags !== undefined) keys.push(`T#${tags}`)
  return keys.map(key => indexedText(topic, key))
}

function isAt(bytes: Buffer, at: number, nameBytes: number, name: Buffer): boolean {
  if (nameBytes !== name.length) return false
  for (let index = 0; index < nameBytes; index += 1) if (bytes[at + index] !== name[index]) return false
  return true
}

/** Of both hosts. */
function hostBytesOf(sysFlag: number): number {
  const bornHostBytes = (sysFlag & MessageSysFlag.BORN_HOST_V6) === 0 ? 8 : 20
  return bornHostBytes + ((sysFlag & MessageSysFlag.STORE_HOST_V6) === 0 ? 8 : 20)
}
