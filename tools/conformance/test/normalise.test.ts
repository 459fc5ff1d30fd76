import { difference, normalise } from '../src/normalise'

test('times, addresses, ids and decimals are not compared, everything else is', () => {
  const java = 'broker-a  0  127.0.0.1:20911   2026-11-22 18:27:01  0.53  7F0000010000A3B70000000000000000  SEND_OK'
  const ours = 'broker-a 0 127.0.0.1:31234 2026-11-23 08:00:59 12.00 7F0000010000B3B700000000000000F0 SEND_OK'
  expect(normalise(java, 'lines')).toEqual(['broker-a 0 <address> <time> <decimal> <id> SEND_OK'])
  expect(difference(java, ours, 'lines')).toBe('')
  expect(difference(java, ours.replace('SEND_OK', 'FLUSH_DISK_TIMEOUT'), 'lines')).toContain('+ broker-a')
})

test('how long a consumer took for a message is not compared, what came of it is', () => {
  const java = 'ConsumeMessageDirectlyResult [order=false, consumeResult=CR_SUCCESS, spentTimeMills=0]'
  expect(difference(java, java.replace('=0]', '=12]'), 'lines')).toBe('')
  expect(difference(java, java.replace('CR_SUCCESS', 'CR_LATER'), 'lines')).toContain('CR_LATER')
})

test('what Java has counted of the last day is not compared, the line is', () => {
  const java = 'AdminTopic   AdminGroup   0   0.40   0.00   4   0'
  expect(difference(java, 'AdminTopic AdminGroup 0 0.40 0.40 5 12\n', 'lines')).toBe('')
  expect(difference(java, 'AdminTopic AdminGroup 7 0.40 0.40 5 12\n', 'lines')).toContain('AdminGroup 7')
  expect(difference(java, 'AdminTopic OtherGroup 0 0.40 0.40 5 12\n', 'lines')).toContain('OtherGroup')
})

test('lines are compared in their order, a set in any order', () => {
  expect(difference('a\nb\n', 'b\na\n', 'lines')).toContain('other order')
  expect(difference('a\nb\n', 'b\na\n', 'set')).toBe('')
  expect(difference('a\na\n', 'a\n', 'set')).toBe('- a')
})

test('of keys and values only a missing key counts', () => {
  const java = 'brokerName = broker-a\n127.0.0.1:20911 putTps : 0.0 0.0\n'
  expect(difference(java, 'putTps: 7.0\nbrokerName=b\nhotTailBytes=1\n', 'keys')).toBe('')
  expect(difference(java, 'brokerName = broker-a\nhotTailBytes = 1\n', 'keys').trim()).toBe('- putTps')
})
