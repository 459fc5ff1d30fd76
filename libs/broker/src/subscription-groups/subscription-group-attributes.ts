import {
  attributeSet,
  booleanAttribute,
  enumAttribute,
  LONG_MAX,
  longRangeAttribute,
  stringAttribute,
} from '../attributes/attribute'

/** What a consumer group's `attributes` may hold. Source: common/SubscriptionGroupAttributes.java */
export const subscriptionGroupAttributes = attributeSet([
  longRangeAttribute({ name: 'priority.factor', isChangeable: true, defaultValue: '100', min: 0n, max: 100n }),
  stringAttribute({ name: 'lite.bind.topic', isChangeable: true, defaultValue: null }),
  enumAttribute({
    name: 'lite.sub.model',
    isChangeable: true,
    defaultValue: 'Shared',
    values: ['Shared', 'Exclusive'],
  }),
  booleanAttribute({ name: 'lite.sub.reset.offset.exclusive', isChangeable: true, defaultValue: 'false' }),
  booleanAttribute({ name: 'lite.sub.reset.offset.unsubscribe', isChangeable: true, defaultValue: 'false' }),
  longRangeAttribute({
    name: 'lite.sub.client.quota',
    isChangeable: true,
    defaultValue: '2000',
    min: -1n,
    max: LONG_MAX,
  }),
  longRangeAttribute({
    name: 'lite.sub.client.max.event.cnt',
    isChangeable: true,
    defaultValue: '400',
    min: 10n,
    max: LONG_MAX,
  }),
  stringAttribute({ name: 'lite.sub.wildcard', isChangeable: true, defaultValue: null }),
])
