import { attributeSet, enumAttribute, LONG_MAX, longRangeAttribute } from '../attributes/attribute'

const LITE_EXPIRATION_MINUTES_MAX = 43_200n

/** What a topic's `attributes` may hold. Source: common/TopicAttributes.java */
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
])
