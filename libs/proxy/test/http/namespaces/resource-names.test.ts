import * as fc from 'fast-check'
import { isInNamespace, withNamespace, withoutNamespace } from '../../../src/http/namespaces/resource-names'

test.each([
  ['Orders', 'shop%Orders'],
  ['%RETRY%billing', '%RETRY%shop%billing'],
  ['%DLQ%billing', '%DLQ%shop%billing'],
  ['shop%Orders', 'shop%Orders'],
  ['%RETRY%shop%billing', '%RETRY%shop%billing'],
  ['other%Orders', 'shop%other%Orders'],
  ['shopping%Orders', 'shop%shopping%Orders'],
  ['TBW102', 'TBW102'],
  ['rmq_sys_wheel_timer', 'rmq_sys_wheel_timer'],
  ['CID_RMQ_SYS_TRANS', 'CID_RMQ_SYS_TRANS'],
  ['', ''],
])('%s is %s to brokers, as Java has it', (name, wrapped) => {
  expect(withNamespace('shop', name)).toBe(wrapped)
})

test.each([
  ['shop%Orders', 'Orders'],
  ['%RETRY%shop%billing', '%RETRY%billing'],
  ['%DLQ%shop%billing', '%DLQ%billing'],
  ['shop%other%Orders', 'other%Orders'],
])('%s of brokers is %s in its namespace', (name, bare) => {
  expect(withoutNamespace('shop', name)).toBe(bare)
  expect(isInNamespace('shop', name)).toBe(true)
})

test.each(['Orders', 'other%Orders', 'shopping%Orders', '%RETRY%other%billing', 'TBW102', 'shop'])(
  '%s is in another namespace, or in none, and stays what it is',
  name => {
    expect(withoutNamespace('shop', name)).toBe(name)
    expect(isInNamespace('shop', name)).toBe(false)
  },
)

const namespace = fc.stringMatching(/^[a-z|_-]{1,8}$/)
const name = fc.stringMatching(/^(%RETRY%|%DLQ%)?[a-z|_-]{1,8}$/)

test('a name comes out of its namespace as it went in, and of no other', () => {
  fc.assert(
    fc.property(namespace, namespace, name, (one, other, bare) => {
      const wrapped = withNamespace(one, bare)
      expect(withoutNamespace(one, wrapped)).toBe(bare)
      expect(withNamespace(one, wrapped)).toBe(wrapped)
      if (other !== one) expect(isInNamespace(other, wrapped)).toBe(false)
    }),
  )
})

test('without a namespace every name is what it is', () => {
  fc.assert(
    fc.property(name, bare => {
      expect([withNamespace('', bare), withoutNamespace('', bare)]).toEqual([bare, bare])
      expect(isInNamespace('', bare)).toBe(true)
    }),
  )
})
