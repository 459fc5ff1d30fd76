import { alterAttributes } from '../../src/attributes/alter-attributes'
import { subscriptionGroupAttributes } from '../../src/subscription-groups/subscription-group-attributes'
import { topicAttributes } from '../../src/topics/topic-attributes'

const alter = (
  changes: Record<string, string>,
  current: Record<string, string> | null = {},
  allowed = topicAttributes,
) =>
  Object.fromEntries(
    alterAttributes({
      allowed,
      current: current === null ? null : new Map(Object.entries(current)),
      changes: new Map(Object.entries(changes)),
    }),
  )

test('attributes are set, replaced and removed', () => {
  expect(alter({ '+message.type': 'FIFO' }, null)).toEqual({ 'message.type': 'FIFO' })
  expect(alter({ '+message.type': 'DELAY' }, { 'message.type': 'FIFO' })).toEqual({ 'message.type': 'DELAY' })
  expect(alter({ '-message.type': '', '+reserve.time': '-1' }, { 'message.type': 'FIFO' })).toEqual({
    'reserve.time': '-1',
  })
  expect(alter({}, { 'queue.type': 'BatchCQ' })).toEqual({ 'queue.type': 'BatchCQ' })
})

test('attributes that are fixed for life can be given to a new topic only', () => {
  expect(alter({ '+queue.type': 'BatchCQ' }, null)).toEqual({ 'queue.type': 'BatchCQ' })
  expect(() => alter({ '+cleanup.policy': 'COMPACTION' })).toThrow('attempt to update an unchangeable attribute')
  expect(() => alter({ '-queue.type': '' }, { 'queue.type': 'BatchCQ' })).toThrow('unchangeable')
})

test.each<[Record<string, string>, Record<string, string> | null, string]>([
  [{ '+unknown': 'x' }, {}, 'unsupported key: unknown'],
  [{ '-message.type': '' }, {}, 'attempt to delete a nonexistent key: message.type'],
  [{ '-message.type': '' }, null, 'only add attribute is supported while creating topic. key: message.type'],
  [{ 'message.type': 'FIFO' }, {}, 'wrong format key: essage.type'],
  [{ '+': 'x' }, {}, 'kv string format wrong.'],
  [{ '+a-b': 'x' }, {}, 'kv string format wrong.'],
  [{ '+message.type': 'FIFO', '-message.type': '' }, { 'message.type': 'X' }, 'alter duplication key'],
  [{ '+message.type': 'SOMETIMES' }, {}, 'value is not in set: [UNSPECIFIED, NORMAL,'],
  [{ '+reserve.time': '-2' }, {}, 'value is not in range(-1, 9223372036854775807)'],
  [{ '+reserve.time': '9223372036854775808' }, {}, 'value is not in range'],
  [{ '+reserve.time': 'soon' }, {}, 'For input string: "soon"'],
  [{ '+lite.topic.expiration': '43201' }, {}, 'value is not in range(-1, 43200)'],
])('%j on %j is refused: %s', (changes, current, message) => {
  expect(() => alter(changes, current)).toThrow(message)
})

test('groups have attributes of their own', () => {
  const all = {
    '+priority.factor': '50',
    '+lite.bind.topic': 'TopicA',
    '+lite.sub.model': 'Exclusive',
    '+lite.sub.reset.offset.exclusive': 'TRUE',
    '+lite.sub.reset.offset.unsubscribe': 'false',
    '+lite.sub.client.quota': '-1',
    '+lite.sub.client.max.event.cnt': '10',
    '+lite.sub.wildcard': '*',
  }
  expect(Object.keys(alter(all, null, subscriptionGroupAttributes))).toHaveLength(8)
  expect(() => alter({ '+priority.factor': '101' }, {}, subscriptionGroupAttributes)).toThrow('not in range(0, 100)')
  expect(() => alter({ '+lite.sub.reset.offset.exclusive': 'yes' }, {}, subscriptionGroupAttributes)).toThrow(
    'boolean attribute format is wrong.',
  )
  expect(() => alter({ '+message.type': 'FIFO' }, {}, subscriptionGroupAttributes)).toThrow('unsupported key')
})
