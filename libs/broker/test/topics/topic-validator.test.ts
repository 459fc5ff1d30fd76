import * as fc from 'fast-check'
import {
  groupNameProblem,
  isClosedToClients,
  isSystemTopic,
  requireLegalTopicName,
  topicNameProblem,
} from '../../src/topics/topic-validator'

const LEGAL = '%|_-abcxyzABCXYZ0189'.split('')

test('names of the allowed characters and lengths are taken', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LEGAL), { minLength: 1, maxLength: 120 }), chars => {
      const name = `t${chars.join('').slice(1)}`
      expect(topicNameProblem(name)).toBeNull()
      expect(groupNameProblem(name)).toBeNull()
    }),
  )
})

test.each(['a.b', 'a/b', 'a+b', 'a b', 'a@b', 'ä', 'a\nb', '话题'])('%j is refused in words of Java', name => {
  expect(topicNameProblem(name)).toBe(
    `The specified topic: ${name}, contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`,
  )
  expect(groupNameProblem(name)).toContain('contains illegal characters')
})

test('a blank name is refused', () => {
  expect(topicNameProblem('')).toBe('The specified topic is blank.')
  expect(topicNameProblem(' ')).toBe('The specified topic is blank.')
  expect(groupNameProblem('')).toBe('The specified group is blank.')
})

test('topics of retries and dead letters may be longer than others, groups must be shorter', () => {
  expect(topicNameProblem('a'.repeat(127))).toBeNull()
  expect(topicNameProblem('a'.repeat(128))).toContain('longer than topic max length: 127')
  expect(topicNameProblem(`%RETRY%${'a'.repeat(248)}`)).toBeNull()
  expect(topicNameProblem(`%DLQ%${'a'.repeat(251)}`)).toContain('longer than topic max length: 255')
  expect(groupNameProblem('a'.repeat(120))).toBeNull()
  expect(groupNameProblem('a'.repeat(121))).toContain('longer than group max length: 120')
})

test('an illegal name is an invalid parameter', () => {
  expect(() => requireLegalTopicName('a.b')).toThrow(expect.objectContaining({ responseCode: 29 }) as Error)
})

test('clients may write to some system topics and not to others', () => {
  expect([isSystemTopic('TBW102'), isClosedToClients('TBW102')]).toEqual([true, false])
  expect([isSystemTopic('SCHEDULE_TOPIC_XXXX'), isClosedToClients('SCHEDULE_TOPIC_XXXX')]).toEqual([true, true])
  expect([isSystemTopic('rmq_sys_anything'), isClosedToClients('rmq_sys_anything')]).toEqual([true, false])
  expect([isSystemTopic('Orders'), isClosedToClients('Orders')]).toEqual([false, false])
})
