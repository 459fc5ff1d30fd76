import fc from 'fast-check'
import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { encodeProperties, encodeStoredMessage } from '@rocketmq-ts/protocol'
import type { SubscriptionData } from '@rocketmq-ts/protocol'
import { ConsumerFilterTable } from '../../src/filter/consumer-filter-table'
import type { ConsumerFilterData } from '../../src/filter/consumer-filter-table'
import { BitMapFilter, FilterBitMaps } from '../../src/filter/filter-bit-maps'
import { SqlFilters } from '../../src/filter/sql-filter'

const START_MS = 1_795_367_021_616
const TOPIC = 'T1'
const HOST = Buffer.from('7f0000010000a3b7', 'hex')

function setUp(enableCalcFilterBitMap = true) {
  const clock = new FakeClock(START_MS)
  const config = { expectConsumerNumUseFilter: 32, maxErrorRateOfBloomFilter: 20, filterDataCleanTimeSpan: 86_400_000 }
  const sqlFilters = new SqlFilters({ selectorCountMax: 100 })
  const deps = { clock, log: silentLog, limits: { filterDataCountMax: 100 }, sqlFilters }
  const table = new ConsumerFilterTable(config, deps)
  const bitMaps = new FilterBitMaps({ enableCalcFilterBitMap }, { consumerFilters: table })
  return { clock, table, bitMaps }
}

const sql = (subString: string, subVersion = 1, topic = TOPIC): SubscriptionData => ({
  ...{ topic, subString, subVersion, expressionType: 'SQL92' },
  ...{ tagsSet: [], codeSet: [], classFilterMode: false },
})

function recordWith(a: number, storeTimestamp: number): Buffer {
  const content = { topic: TOPIC, queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: 0, bornHost: HOST, reconsumeTimes: 0 }
  const message = { ...content, preparedTransactionOffset: 0, body: Buffer.from('x') }
  const place = { queueOffset: 0, physicalOffset: 0, storeTimestamp, storeHost: HOST }
  return encodeStoredMessage({ ...message, properties: encodeProperties([['a', String(a)]]) }, place)
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('put' as const), a: fc.nat(9) }) },
  fc.record({ kind: fc.constant('subscribe' as const), group: fc.nat(5), above: fc.nat(9) }),
  fc.record({ kind: fc.constantFrom('wait' as const, 'leave' as const), group: fc.nat(5) }),
)

test('no message that a group wants is left out, whenever groups come, go and change their minds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { clock, table, bitMaps } = setUp()
      const stored: { readonly record: Buffer; readonly bits: Buffer | null; readonly storeTimestamp: number }[] = []
      let version = 0
      for (const each of steps) {
        if (each.kind === 'put') {
          const storeTimestamp = clock.nowMs()
          const record = recordWith(each.a, storeTimestamp)
          stored.push({ record, bits: bitMaps.of(TOPIC, record), storeTimestamp })
        } else if (each.kind === 'subscribe') {
          table.register(`Group${each.group}`, [sql(`a > ${each.above}`, (version += 1))])
        } else if (each.kind === 'leave') table.onGroupGone(`Group${each.group}`)
        else clock.advance(1)
      }
      for (const data of table.ofTopic(TOPIC)) {
        const filter = new BitMapFilter(data)
        const wanted = stored.filter(({ record }) => data.filter.matchesRecord(record))
        const leftOut = wanted.filter(({ bits, storeTimestamp }) => {
          return bits !== null && !filter.matchesBitMap({ bits, storeTimestamp })
        })
        expect(leftOut).toEqual([])
      }
    }),
  )
})

test('what a group does not want is left out by its bits, once the group is known', () => {
  const { clock, table, bitMaps } = setUp()
  table.register('GroupA', [sql('a > 4')])
  clock.advance(1)
  const filter = new BitMapFilter(table.find('GroupA', TOPIC) as ConsumerFilterData)
  const judged = [3, 4, 5].map(a => {
    const storeTimestamp = clock.nowMs()
    return filter.matchesBitMap({ bits: bitMaps.of(TOPIC, recordWith(a, storeTimestamp)) as Buffer, storeTimestamp })
  })
  expect(judged).toEqual([false, false, true])
})

test('bits of another number, and of messages before the group, say nothing', () => {
  const { clock, table } = setUp()
  table.register('GroupA', [sql('a > 4')])
  const filter = new BitMapFilter(table.find('GroupA', TOPIC) as ConsumerFilterData)
  expect(filter.matchesBitMap({ bits: Buffer.alloc(14), storeTimestamp: clock.nowMs() })).toBe(true)
  expect(filter.matchesBitMap({ bits: Buffer.alloc(13), storeTimestamp: clock.nowMs() + 1 })).toBe(true)
  expect(filter.matchesBitMap({ bits: Buffer.alloc(14), storeTimestamp: clock.nowMs() + 1 })).toBe(false)
})

test('there are no bits for topics without expressions, and none where they are switched off', () => {
  const { table, bitMaps } = setUp()
  expect(bitMaps.of(TOPIC, recordWith(1, START_MS))).toBeNull()
  table.register('GroupA', [sql('a > 4', 1, 'T2')])
  expect(bitMaps.of(TOPIC, recordWith(1, START_MS))).toBeNull()
  const off = setUp(false)
  off.table.register('GroupA', [sql('a > 4')])
  expect(off.bitMaps.of(TOPIC, recordWith(1, START_MS))).toBeNull()
})
