import { alterAttributes, type Attributes } from '../../src/attributes/alter-attributes'
import { topicAttributes } from '../../src/topics/topic-attributes'
import { topicConfigOf } from '../../src/topics/topic-config'
import { retentionOfTopic } from '../../src/topics/topic-retention'

const ruleOf = (attributes: Readonly<Record<string, string>>) => {
  const config = topicConfigOf({ topicName: 'TopicA', attributes: new Map(Object.entries(attributes)) })
  return retentionOfTopic('TopicA', { find: topic => (topic === 'TopicA' ? config : null) })
}

test('a topic says how long it keeps its messages, and how many bytes of them', () => {
  expect(ruleOf({ 'retention.hours': '12' })).toEqual({ hours: 12, bytes: null })
  expect(ruleOf({ 'retention.bytes': '1048576' })).toEqual({ hours: null, bytes: 1_048_576 })
  expect(ruleOf({ 'retention.hours': '1', 'retention.bytes': '2' })).toEqual({ hours: 1, bytes: 2 })
})

test('a topic that says nothing, or is none, keeps them as long as the log does', () => {
  expect(ruleOf({ 'message.type': 'FIFO' })).toBeNull()
  expect(retentionOfTopic('Nowhere', { find: () => null })).toBeNull()
})

test('what cannot be in a file deletes nothing', () => {
  for (const text of ['-1', '0', 'soon', '', '1.5', '99999999999999999999']) {
    expect(ruleOf({ 'retention.hours': text, 'retention.bytes': text })).toEqual({ hours: null, bytes: null })
  }
})

describe('as attributes', () => {
  const alter = (current: Attributes | null, name: string, value: string): Attributes =>
    alterAttributes({ allowed: topicAttributes, current, changes: new Map([[name, value]]) })

  test('they are set, changed and removed', () => {
    const made = alter(null, '+retention.hours', '1')
    const changed = alter(made, '+retention.hours', '1000000')
    expect(changed.get('retention.hours')).toBe('1000000')
    expect(alter(changed, '-retention.hours', '').size).toBe(0)
  })

  test('they are positive whole numbers', () => {
    for (const name of ['+retention.hours', '+retention.bytes']) {
      for (const value of ['0', '-1', '9007199254740992']) {
        expect(() => alter(null, name, value)).toThrow(/value is not in range\(1, \d+\)/)
      }
      expect(() => alter(null, name, 'soon')).toThrow(/For input string: "soon"/)
    }
    expect(() => alter(null, '+retention.hours', '1000001')).toThrow(/value is not in range\(1, 1000000\)/)
  })
})
