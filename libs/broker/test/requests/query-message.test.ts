import { RequestCode } from '@rocketmq-ts/protocol'
import type { MessageQuery } from '@rocketmq-ts/store'
import { queryMessage } from '../../src/requests/query-message'
import { ask } from '../support/ask'

const records = [Buffer.from('one '), Buffer.from('two')]
const queries: MessageQuery[] = []
const store = {
  queryMessages: (query: MessageQuery) => {
    queries.push(query)
    const isThere = query.key === 'K1'
    return Promise.resolve({
      records: isThere ? records : [],
      indexLastUpdateTimestamp: isThere ? 1_795_367_512_331 : 0,
      indexLastUpdatePhysicalOffset: isThere ? 600 : 0,
    })
  },
}
const handler = queryMessage({ config: { defaultQueryMaxNum: 32 }, store })
const query = (extFields: Record<string, string> = {}) =>
  ask(handler, {
    code: RequestCode.QUERY_MESSAGE,
    extFields: {
      topic: 'GA',
      key: 'K1',
      maxNum: '64',
      beginTimestamp: '0',
      endTimestamp: '9999999999999',
      ...extFields,
    },
  })
const asked = () => queries.at(-1)

test('the records are the answer, one after the other, with how far the index is', async () => {
  const { code, remark, extFields, body } = await query()
  expect([code, remark, body?.toString()]).toEqual([0, null, 'one two'])
  expect(extFields).toEqual({ indexLastUpdatePhyoffset: '600', indexLastUpdateTimestamp: '1795367512331' })
  expect(asked()).toEqual({
    topic: 'GA',
    key: 'K1',
    keyType: 'KEY',
    countMax: 64,
    beginTimestamp: 0,
    endTimestamp: 9_999_999_999_999,
  })
})

test('where nothing is found Java says so in these words', async () => {
  const { code, remark, extFields, body } = await query({ key: 'nokey' })
  expect([code, remark, body]).toEqual([22, 'can not find message, maybe time range not correct', null])
  expect(extFields).toEqual({ indexLastUpdatePhyoffset: '0', indexLastUpdateTimestamp: '0' })
})

test('a query by unique key gets as many as the broker is set to give', async () => {
  await query({ _UNIQUE_KEY_QUERY: 'True', indexType: 'T' })
  expect(asked()).toMatchObject({ keyType: 'KEY', countMax: 32 })
})

test.each([
  ['T', 'TAG'],
  ['K', 'KEY'],
  ['U', 'KEY'],
  ['', 'KEY'],
])('index type %j looks for a %s', async (indexType, keyType) => {
  await query({ indexType })
  expect(asked()).toMatchObject({ keyType, countMax: 64 })
})

test('an end of time beyond what a number holds is still the end of time', async () => {
  await query({ endTimestamp: '9223372036854775807' })
  expect(asked()?.endTimestamp).toBeGreaterThan(Number.MAX_SAFE_INTEGER)
})

test('a query without a key is refused', async () => {
  const { code, remark } = await ask(handler, { code: RequestCode.QUERY_MESSAGE, extFields: { topic: 'GA' } })
  expect([code, remark]).toEqual([1, 'the custom field <key> is null'])
})
