import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { consumerFilterTableJson } from '@rocketmq-ts/protocol'
import type { SubscriptionData } from '@rocketmq-ts/protocol'
import { ConsumerFilterTable } from '../../src/filter/consumer-filter-table'
import { SqlFilters } from '../../src/filter/sql-filter'

const START_MS = 1_795_367_021_616
const DAY_MS = 86_400_000

function setUp(filterDataCountMax = 10) {
  const clock = new FakeClock(START_MS)
  const config = { expectConsumerNumUseFilter: 32, maxErrorRateOfBloomFilter: 20, filterDataCleanTimeSpan: DAY_MS }
  const sqlFilters = new SqlFilters({ selectorCountMax: 10 })
  const deps = { clock, log: silentLog, limits: { filterDataCountMax }, sqlFilters }
  const create = (): ConsumerFilterTable => new ConsumerFilterTable(config, deps)
  return { clock, create, table: create() }
}

const sql = (topic: string, subString: string, subVersion = 1): SubscriptionData => ({
  ...{ topic, subString, subVersion, expressionType: 'SQL92' },
  ...{ tagsSet: [], codeSet: [], classFilterMode: false },
})

const keptText = (table: ConsumerFilterTable): string => consumerFilterTableJson.encode(table.content()).toString()

test('what is kept is what Java keeps', () => {
  const { table } = setUp()
  table.register('GSQL', [sql('T1', "a > 5 AND b = 'x'", 1_700_000_000_000)])
  expect(keptText(table)).toBe(
    '{"filterDataByTopic":{"T1":{"groupFilterData":{"GSQL":{"bloomFilterData":{"bitNum":112,"bitPos":[22,86,38]},' +
      '"bornTime":1795367021616,"clientVersion":1700000000000,"consumerGroup":"GSQL","dead":false,"deadTime":0,' +
      '"expression":"a > 5 AND b = \'x\'","expressionType":"SQL92","topic":"T1"}},"topic":"T1"}}}',
  )
})

test('a newer subscription replaces the expression, an older one does not', () => {
  const { table } = setUp()
  table.register('G', [sql('T', 'a > 1', 2)])
  table.register('G', [sql('T', 'a > 2', 2)])
  table.register('G', [sql('T', 'a > 3', 1)])
  expect(table.find('G', 'T')).toMatchObject({ expression: 'a > 1', clientVersion: 2 })
  table.register('G', [sql('T', 'a > 4', 3)])
  expect(table.find('G', 'T')).toMatchObject({ expression: 'a > 4', clientVersion: 3 })
})

test('the same expression with a newer version keeps its birth', () => {
  const { table, clock } = setUp()
  table.register('G', [sql('T', 'a > 1', 2)])
  clock.advance(5)
  table.register('G', [sql('T', 'a > 1', 3)])
  expect(table.find('G', 'T')).toMatchObject({ clientVersion: 3, bornTime: START_MS })
})

test('a wrong expression is not taken, and what was there goes', () => {
  const { table } = setUp()
  table.register('G', [sql('T', 'a >', 1)])
  expect(table.find('G', 'T')).toBeNull()
  table.register('G', [sql('T', 'a > 1', 2)])
  table.register('G', [sql('T', 'a >', 3)])
  expect(table.find('G', 'T')).toBeNull()
  table.register('G', [{ ...sql('T', 'x', 4), expressionType: 'GROOVY' }])
  expect(table.find('G', 'T')).toBeNull()
})

test('an expression is dead when its consumers are gone, alive when they come again, forgotten after a day', () => {
  const { table, clock } = setUp()
  table.register('G', [sql('T', 'a > 1')])
  clock.advance(10)
  table.onGroupGone('G')
  expect(table.find('G', 'T')?.deadTime).toBe(START_MS + 10)
  table.register('G', [sql('T', 'a > 1')])
  expect(table.find('G', 'T')?.deadTime).toBe(0)
  table.register('G', [])
  expect(table.find('G', 'T')?.deadTime).toBe(START_MS + 10)
  clock.advance(DAY_MS - 1)
  expect(keptText(table)).toContain('"dead":true')
  clock.advance(1)
  expect(keptText(table)).toBe('{"filterDataByTopic":{}}')
  expect(table.find('G', 'T')).toBeNull()
})

test('after a restart the consumers count as gone until they come', () => {
  const { table, create, clock } = setUp()
  table.register('G', [sql('T', 'a > 1', 7), sql('U', 'b = 1', 7)])
  const text = keptText(table)
  clock.advance(60_000)
  const restarted = create()
  restarted.restore(consumerFilterTableJson.decode(text))
  expect(restarted.find('G', 'T')).toMatchObject({ expression: 'a > 1', clientVersion: 7, deadTime: START_MS + 30_000 })
  restarted.register('G', [sql('T', 'a > 1', 7), sql('U', 'b = 1', 7)])
  expect(keptText(restarted)).toBe(text)
})

test('bits of another size are forgotten, all of them', () => {
  const { table, create } = setUp()
  table.register('G', [sql('T', 'a > 1'), sql('U', 'b = 1')])
  const restarted = create()
  restarted.restore(consumerFilterTableJson.decode(keptText(table).replace('"bitNum":112', '"bitNum":120')))
  expect([restarted.find('G', 'T'), restarted.find('G', 'U')]).toEqual([null, null])
})

test('there is a limit to them', () => {
  const { table } = setUp(2)
  table.register('G', [sql('T', 'a = 1'), sql('U', 'a = 1'), sql('V', 'a = 1')])
  expect([table.find('G', 'U') === null, table.find('G', 'V') === null]).toEqual([false, true])
  table.register('G', [sql('T', 'a = 2', 2), sql('U', 'a = 1')])
  expect(table.find('G', 'T')?.expression).toBe('a = 2')
})
