import { StorageError } from '@rocketmq-ts/base'
import * as fc from 'fast-check'
import { RedriveRefusedError } from '../../src/dead-letters/dead-letter-redrives'
import {
  ENDED_REDRIVE_COUNT_MAX,
  NAMED_LETTER_COUNT_MAX,
  STEP_LETTER_COUNT_MAX,
} from '../../src/dead-letters/redrive-limits'
import { readRedriveOrder, RedriveOrderError } from '../../src/dead-letters/redrive-order'
import { NotKeptError } from '../../src/table-file'
import { topicConfigOf } from '../../src/topics/topic-config'
import { RedriveRoom } from './redrive-room'

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `body-${index}`)

test('dead letters go to the retry topic of their group as they were, with all attempts before them', async () => {
  const room = new RedriveRoom()
  room.layDown(70, { TAGS: 'TagA', KEYS: 'k1 k2', user: 'property' })
  const { id } = await room.redrives.begin(room.order())
  await room.finish()
  expect(room.bodies()).toEqual(numbered(70))
  expect(room.redriven()[0]).toMatchObject({ topic: '%RETRY%GroupA', reconsumeTimes: 0, flag: 7, sysFlag: 1 })
  expect(Object.fromEntries(room.properties()[0] ?? [])).toEqual({
    ...{ RETRY_TOPIC: 'Orders', UNIQ_KEY: 'ID0', TAGS: 'TagA', KEYS: 'k1 k2', user: 'property', WAIT: 'true' },
    DEAD_LETTER_REDRIVE: id,
  })
  expect(room.redrives.list('GroupA')).toMatchObject([
    { id, state: 'DONE', scannedCount: 70, matchedCount: 70, redrivenCount: 70, unroutableCount: 0, failure: null },
  ])
})

test('back at their origin, those whose topic is gone, not named or not for users stay and are counted', async () => {
  const room = new RedriveRoom()
  room.layDown(2)
  room.layDown(1, { RETRY_TOPIC: 'Nowhere' })
  room.layDown(1, { RETRY_TOPIC: '' })
  room.layDown(1, { RETRY_TOPIC: 'SCHEDULE_TOPIC_XXXX' })
  await room.redrives.begin(room.order({ to: 'origin' }))
  await room.finish()
  expect(room.redriven().map(({ topic }) => topic)).toEqual(['Orders', 'Orders'])
  expect(room.redrives.list(null)).toMatchObject([{ redrivenCount: 2, unroutableCount: 3, matchedCount: 5 }])
})

test('a topic that is named gets them all, wherever they came from', async () => {
  const room = new RedriveRoom()
  room.topics.put(topicConfigOf({ topicName: 'Repaired', readQueueNums: 2, writeQueueNums: 2 }))
  room.layDown(2)
  room.layDown(1, { RETRY_TOPIC: '' })
  await room.redrives.begin(room.order({ toTopic: 'Repaired' }))
  await room.finish()
  expect(room.redriven().map(({ topic, queueId }) => [topic, queueId])).toEqual([
    ['Repaired', 0],
    ['Repaired', 1],
    ['Repaired', 0],
  ])
  expect(room.redrives.list(null)).toMatchObject([{ redrivenCount: 3, unroutableCount: 0 }])
})

test.each(['Nowhere', 'SCHEDULE_TOPIC_XXXX', '%RETRY%GroupA', '%DLQ%GroupA'])(
  'dead letters are not redriven to %s',
  async toTopic => {
    const room = new RedriveRoom()
    room.layDown(1)
    await expect(room.redrives.begin(room.order({ toTopic }))).rejects.toThrow(RedriveRefusedError)
    expect(room.redrives.list(null)).toEqual([])
  },
)

test('no more go in a second than the rate says', async () => {
  const room = new RedriveRoom()
  room.layDown(100)
  await room.redrives.begin(room.order({ rate: 20 }))
  await room.pass(100) // a second
  expect(room.bodies().length).toBeGreaterThanOrEqual(18)
  expect(room.bodies().length).toBeLessThanOrEqual(22)
})

test('what dies again while a redrive is at work is not redriven by it', async () => {
  const room = new RedriveRoom()
  room.layDown(40)
  await room.redrives.begin(room.order())
  room.layDown(5)
  await room.finish()
  expect(room.bodies()).toEqual(numbered(40))
  await room.redrives.begin(room.order({ newOnly: true }))
  await room.finish()
  expect(room.bodies()).toEqual(numbered(45))
})

test('a dry run puts nothing, counts what matches and names some', async () => {
  const room = new RedriveRoom()
  room.layDown(20, { TAGS: 'TagA' })
  room.layDown(20, { TAGS: 'TagB' })
  await room.redrives.begin(room.order({ dryRun: true, tags: 'TagB || TagC' }))
  await room.finish()
  expect(room.bodies()).toEqual([])
  const [record] = room.redrives.list('GroupA')
  expect(record).toMatchObject({ scannedCount: 40, matchedCount: 20, redrivenCount: 0 })
  expect(record?.samples).toEqual(Array.from({ length: NAMED_LETTER_COUNT_MAX }, (_, index) => `ID${20 + index}`))
})

test('only what the order asks for is redriven', async () => {
  const room = new RedriveRoom()
  room.layDown(2, { TAGS: 'TagA', KEYS: 'one two', a: '3' })
  const laterMs = room.clock.nowMs() + 1_000
  room.clock.advance(1_000)
  room.layDown(2, { TAGS: 'TagB', a: '5' })
  const cases = [
    [{ tags: 'TagA' }, ['body-0', 'body-1']],
    [{ keys: ['two'] }, ['body-0', 'body-1']],
    [{ keys: ['tw', 'ID3'] }, ['body-3']],
    [{ sql: 'a > 4' }, ['body-2', 'body-3']],
    [{ sql: 'a > 4', tags: 'TagA' }, []],
    [{ fromMs: laterMs }, ['body-2', 'body-3']],
    [{ untilMs: laterMs }, ['body-0', 'body-1']],
  ] as const
  for (const [filter, expected] of cases) {
    const before = room.bodies().length
    await room.redrives.begin(room.order({ ...filter, keys: [...('keys' in filter ? filter.keys : [])] }))
    await room.finish()
    expect([filter, room.bodies().slice(before)]).toEqual([filter, expected])
  }
})

test('a redrive that cannot begin is refused, and nothing of it is kept', async () => {
  const room = new RedriveRoom()
  room.layDown(1)
  await expect(room.redrives.begin(room.order({ group: 'Nobody' }))).rejects.toThrow(RedriveRefusedError)
  await expect(room.redrives.begin(room.order({ sql: 'a >' }))).rejects.toThrow(/SQL92 expression/)
  room.saveFailure = new StorageError('the disk is full')
  await expect(room.redrives.begin(room.order())).rejects.toThrow(NotKeptError)
  expect(room.redrives.list(null)).toEqual([])
  room.saveFailure = null
  await room.redrives.begin(room.order())
  await expect(room.redrives.begin(room.order())).rejects.toThrow(/is at work/)
})

test('an order is read strictly', () => {
  const read = (order: unknown) => readRedriveOrder(Buffer.from(JSON.stringify(order)))
  expect(read({ group: 'GroupA' })).toMatchObject({ to: 'retry', rate: 100, dryRun: false, keys: [] })
  for (const wrong of [
    {},
    { group: '' },
    { group: 'G', rate: 0 },
    { group: 'G', rate: 1e9 },
    { group: 'G', what: 1 },
  ]) {
    expect(() => read(wrong)).toThrow(RedriveOrderError)
  }
  expect(() => readRedriveOrder(Buffer.from('{'))).toThrow(RedriveOrderError)
  expect(() => readRedriveOrder(null)).toThrow(RedriveOrderError)
})

test('while the store takes nothing a redrive waits, says why, and then loses nothing', async () => {
  const room = new RedriveRoom()
  room.layDown(10)
  room.refusals.push('PUT_OK', 'PUT_OK', ...Array.from({ length: 8 }, () => 'SERVICE_NOT_AVAILABLE' as const))
  await room.redrives.begin(room.order())
  await room.pass(10)
  expect(room.redrives.list(null)).toMatchObject([{ state: 'RUNNING', redrivenCount: 2, failure: 'the disk is full' }])
  await room.finish()
  expect(room.bodies()).toEqual(numbered(10))
  expect(room.redrives.list(null)).toMatchObject([{ state: 'DONE', redrivenCount: 10, failure: null }])
})

test('no step begins while the disk does not know of the one before', async () => {
  const room = new RedriveRoom()
  room.layDown(100)
  await room.redrives.begin(room.order())
  room.saveFailure = new StorageError('the disk is full')
  await room.pass(100)
  expect(room.bodies().length).toBeLessThanOrEqual(STEP_LETTER_COUNT_MAX)
  room.saveFailure = null
  await room.finish()
  expect(room.bodies()).toEqual(numbered(100))
})

test('a cancelled redrive goes no further, over a restart too', async () => {
  const room = new RedriveRoom()
  room.layDown(100)
  const { id } = await room.redrives.begin(room.order({ rate: 10 }))
  await room.pass(100)
  await room.redrives.cancel(id)
  const { length } = room.bodies()
  expect(room.redrives.list(null)).toMatchObject([{ state: 'CANCELLED', redrivenCount: length }])
  await room.restart().start()
  await room.pass(100)
  expect(room.bodies()).toHaveLength(length)
  expect(await room.redrives.cancel('1')).toBeNull()
})

test('only so many ended redrives are remembered', async () => {
  const room = new RedriveRoom()
  room.layDown(1)
  for (let round = 0; round < ENDED_REDRIVE_COUNT_MAX + 5; round += 1) {
    await room.redrives.begin(room.order({ dryRun: true }))
    await room.finish()
  }
  await room.redrives.begin(room.order({ dryRun: true }))
  expect(room.redrives.list(null)).toHaveLength(ENDED_REDRIVE_COUNT_MAX + 1)
})

test('whenever a crash comes, and whatever it takes off the log, every letter is redriven and few are twice', async () => {
  const crash = fc.record({ passes: fc.nat(12), flushLag: fc.nat(40), isPowerLoss: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.array(crash, { maxLength: 4 }), async (count, crashes) => {
      const room = new RedriveRoom()
      room.layDown(count)
      room.flushedPhysicalOffset = 0
      await room.redrives.begin(room.order())
      let lagCount = 0
      for (const { passes, flushLag, isPowerLoss } of crashes) {
        for (let pass = 0; pass < passes; pass += 1) {
          await room.pass(1)
          room.flushedPhysicalOffset = Math.max(room.flushedPhysicalOffset, room.endOffset - flushLag * 100)
        }
        await room.redrives.stop()
        if (isPowerLoss) room.loseUnflushed()
        lagCount += STEP_LETTER_COUNT_MAX + (isPowerLoss ? 2 * (flushLag + STEP_LETTER_COUNT_MAX) : 0)
        await room.restart().start()
      }
      room.flushedPhysicalOffset = Number.MAX_SAFE_INTEGER
      await room.finish()
      expect([...new Set(room.bodies())].sort()).toEqual(numbered(count).sort())
      expect(room.bodies().length).toBeLessThanOrEqual(count + lagCount)
    }),
    { numRuns: 60 },
  )
})
