import {
  MessageSysFlag,
  StoredMessageLayout as Layout,
  StoredMessageMagic,
  parseProperties,
  readStoredMessage,
} from '@rocketmq-ts/protocol'
import { RECORD_HEAD_BYTES } from '../commit-log/record-fields'
import { hashCodeOn, indexedText, toKeyHash } from './key-hash'

const NAME_END = 0x01
const PROPERTY_END = 0x02
const SPACE = 0x20
const TWO_TO_32 = 0x1_0000_0000
const TAG_PREFIX = Buffer.from('T#')
const SEPARATOR = Buffer.from('#')
/** Names of properties are told apart by their first bytes, four at a time. */
const NAME_HEAD_BYTES = 4
const UNIQ = headOf('UNIQ')
const UNIQ_REST = headOf('_KEY')
const KEYS = headOf('KEYS')
const TAGS = headOf('TAGS')

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
  /** The first `keyCount` are those of the record. */
  readonly keyHashes: number[] = []
  keyCount = 0
  private bytes: Buffer = Buffer.alloc(0)
  /** Of `bytes`: reads numbers several times as fast as a Buffer does. */
  private view: DataView = new DataView(new ArrayBuffer(0))
  private readonly uniqueKey: Range = { at: 0, end: 0 }
  private readonly keys: Range = { at: 0, end: 0 }
  private readonly tags: Range = { at: 0, end: 0 }

  /** False if what begins at `at` is not the record of `physicalOffset`. */
  read(bytes: Buffer, at: number, physicalOffset: number): boolean {
    this.keyCount = 0
    if (at + RECORD_HEAD_BYTES > bytes.length) return false
    this.lookAt(bytes)
    const { view } = this
    const magic = view.getInt32(at + Layout.magicAt)
    const isV2 = magic === StoredMessageMagic.V2
    if (!isV2 && magic !== StoredMessageMagic.V1) return false
    if (getInt64(view, at + Layout.physicalOffsetAt) !== physicalOffset) return false
    const sysFlag = view.getInt32(at + Layout.sysFlagAt)
    const storeTimestampAt = at + Layout.bornHostAt + hostBytes(sysFlag, MessageSysFlag.BORN_HOST_V6)
    const bodyBytesAt = storeTimestampAt + 8 + hostBytes(sysFlag, MessageSysFlag.STORE_HOST_V6) + 12
    const end = at + view.getInt32(at + Layout.recordBytesAt)
    if (end > bytes.length || bodyBytesAt + 4 > end) return false
    this.recordBytes = end - at
    this.storeTimestamp = getInt64(view, storeTimestampAt)
    const topicBytesAt = bodyBytesAt + 4 + view.getInt32(bodyBytesAt)
    if (topicBytesAt < bodyBytesAt || topicBytesAt + 2 > end) return false
    const topicAt = topicBytesAt + (isV2 ? 2 : 1)
    const topicEnd = topicAt + (isV2 ? view.getUint16(topicBytesAt) : view.getUint8(topicBytesAt))
    if (topicEnd + 2 > end) return false
    if ((sysFlag & MessageSysFlag.TRANSACTION_MASK) === MessageSysFlag.TRANSACTION_ROLLBACK) return true
    this.findProperties(topicEnd + 2, end)
    this.addHashes(hashCodeOn(hashCodeOn(0, bytes, topicAt, topicEnd), SEPARATOR, 0, SEPARATOR.length))
    return true
  }

  /** True if the record is indexed by a key of that hash. */
  has(keyHash: number): boolean {
    return this.keyHashes.slice(0, this.keyCount).includes(keyHash)
  }

  /** Thousands of records lie in the same bytes. */
  private lookAt(bytes: Buffer): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** The last property of a name counts, and one without a value not at all. */
  private findProperties(from: number, until: number): void {
    const { bytes, uniqueKey, keys, tags } = this
    uniqueKey.at = uniqueKey.end = keys.at = keys.end = tags.at = tags.end = 0
    for (let at = from; at + NAME_HEAD_BYTES + 1 < until;) {
      const range = this.rangeOf(at)
      const valueAt = at + (range === uniqueKey ? 2 * NAME_HEAD_BYTES : NAME_HEAD_BYTES) + 1
      let end = range === null ? at : Math.min(valueAt, until)
      while (end < until && bytes[end] !== PROPERTY_END) end += 1
      if (range !== null && valueAt < end) {
        range.at = valueAt
        range.end = end
      }
      at = end + 1
    }
  }

  /** Where the value of the property that begins at `at` goes; null if it is no key. */
  private rangeOf(at: number): Range | null {
    const { bytes, view } = this
    const head = view.getInt32(at)
    const nameEnd = at + NAME_HEAD_BYTES
    if (head === KEYS && bytes[nameEnd] === NAME_END) return this.keys
    if (head === TAGS && bytes[nameEnd] === NAME_END) return this.tags
    if (head !== UNIQ || nameEnd + NAME_HEAD_BYTES >= bytes.length) return null
    const isUnique = view.getInt32(nameEnd) === UNIQ_REST && bytes[nameEnd + NAME_HEAD_BYTES] === NAME_END
    return isUnique ? this.uniqueKey : null
  }

  private addHashes(ofTopic: number): void {
    const { bytes, uniqueKey, keys, tags } = this
    if (uniqueKey.at < uniqueKey.end) this.add(hashCodeOn(ofTopic, bytes, uniqueKey.at, uniqueKey.end))
    for (let at = keys.at; at < keys.end;) {
      let end = at
      while (end < keys.end && bytes[end] !== SPACE) end += 1
      if (at < end) this.add(hashCodeOn(ofTopic, bytes, at, end))
      at = end + 1
    }
    if (tags.at < tags.end) {
      const ofPrefix = hashCodeOn(ofTopic, TAG_PREFIX, 0, TAG_PREFIX.length)
      this.add(hashCodeOn(ofPrefix, bytes, tags.at, tags.end))
    }
  }

  private add(hashCode: number): void {
    this.keyHashes[this.keyCount] = toKeyHash(hashCode)
    this.keyCount += 1
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

function headOf(name: string): number {
  return Buffer.from(name).readInt32BE(0)
}

function hostBytes(sysFlag: number, v6Flag: number): number {
  return (sysFlag & v6Flag) === 0 ? 8 : 20
}

function getInt64(view: DataView, at: number): number {
  return view.getInt32(at) * TWO_TO_32 + view.getUint32(at + 4)
}
