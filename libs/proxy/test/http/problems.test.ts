import { ResponseCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { problemOf, problemOfCode } from '../../src/http/problems'
import { BrokerRefusedError, TopicNotFoundError } from '../../src/messaging/refusals'

test('every code of RocketMQ has a status that HTTP knows', () => {
  const codes = Object.values(v2.Code).filter(code => Number(code) >= 40_000) as v2.Code[]
  const statuses = codes.map(code => problemOfCode(code, '').status)
  expect(codes.length).toBeGreaterThan(40)
  expect(statuses.filter(status => status < 400 || status > 599)).toEqual([])
  expect(codes.filter(code => problemOfCode(code, '').type.endsWith('undefined'))).toEqual([])
})

test('what a broker or the core refuses is said in their words', () => {
  expect(problemOf(new TopicNotFoundError('t'))).toMatchObject({ status: 404, code: v2.Code.TOPIC_NOT_FOUND })
  const busy = new BrokerRefusedError(ResponseCode.SYSTEM_BUSY, 'disk full')
  expect(problemOf(busy, 'id')).toMatchObject({ status: 429, detail: 'disk full', instance: 'id' })
})

test('what nobody expected is our fault, and not told to strangers', () => {
  const problem = problemOf(new TypeError('secret is undefined'))
  expect(problem.status).toBe(500)
  expect(problem.detail).not.toContain('secret')
})
