import { attributeSet, enumAttribute, LONG_MAX, longRangeAttribute } from '../attributes/attribute'

const LITE_EXPIRATION_MINUTES_MAX = 43_200n
/** More than a century. */
const RETENTION_HOURS_MAX = 1_000_000n

/** What a topic's `attributes` may hold: Java's, and `retention.…`, which Java keeps and does not act on. Source: common/TopicAttributes.java */
export const topicAttributes = attributeSet([
  enumAttribute({
    name: 'queue.type',
    isChangeable: false,
    defaultValue: 'SimpleCQ',
    values: ['SimpleCQ', 'BatchCQ'],
  }),
  enumAttribute({
    name: 'cleanup.policy',
    isChangeable: false,
    defaultValue: 'DELETE',
    values: ['DELETE', 'COMPACTION'],
  }),
  enumAttribute({
    name: 'message.type',
    isChangeable: true,
    defaultValue: 'NORMAL',
    values: ['UNSPECIFIED', 'NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'PRIORITY', 'LITE', 'MIXED'],
  }),
  longRangeAttribute({ name: 'reserve.time', isChangeable: true, defaultValue: '-1', min: -1n, max: LONG_MAX }),
  longRangeAttribute({
    name: 'lite.topic.expiration',
    isChangeable: true,
    defaultValue: '-1',
    min: -1n,
    max: LITE_EXPIRATION_MINUTES_MAX,
  }),
  longRangeAttribute({
    name: 'retention.hours',
    isChangeable: true,
    defaultValue: null,
    min: 1n,
    max: RETENTION_HOURS_MAX,
  }),
  longRangeAttribute({
    name: 'retention.bytes',
    isChangeable: true,
    defaultValue: null,
    min: 1n,
    max: BigInt(Number.MAX_SAFE_INTEGER),
  }),
])
