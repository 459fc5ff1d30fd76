import { FakeClock } from '@rocketmq-ts/base/testing'
import type { ArrivalListener, MessageFilter } from '@rocketmq-ts/store'
import * as fc from 'fast-check'
import { TagFilter } from '../../src/filter/tag-filter'
import { PullRequestHoldService } from '../../src/long-polling/pull-request-hold-service'
import type { HeldRequest } from '../../src/long-polling/pull-request-hold-service'

class Waiter implements HeldRequest {
  heapIndex = -1
  resumeCount = 0

  constructor(
    readonly topic: string,
    readonly queueId: number,
    readonly queueOffset: number,
    public deadlineMs: number,
    readonly filter: MessageFilter | null = null,
    readonly channel = { id: 1, isOpen: true },
  ) {}

  resume(): void {
    this.resumeCount += 1
  }
}

async function setUp(heldRequestCountMax = 100) {
  const clock = new FakeClock(0)
  let arrived: ArrivalListener = () => undefined
  const service = new PullRequestHoldService(
    { heldRequestCountMax },
    { clock, store: { onArrival: listener => void (arrived = listener), recordInMemory: () => null } },
  )
  await service.start()
  const arrive = (topic: string, queueId: number, queueOffset: number, tagsCode = 0): void =>
    arrived({ topic, queueId, queueOffset, tagsCode, physicalOffset: 0, storedBytes: 100, storeTimestamp: 0 })
  return { clock, service, arrive }
}

test('a message wakes who waits for its queue, in the same tick and once', async () => {
  const { service, arrive } = await setUp()
  const here = new Waiter('TopicA', 0, 5, 1000)
  const elsewhere = new Waiter('TopicA', 1, 5, 1000)
  service.hold(here)
  service.hold(elsewhere)
  arrive('TopicA', 0, 5)
  arrive('TopicA', 0, 6)
  expect(here.resumeCount).toBe(0)
  await Promise.resolve()
  expect([here.resumeCount, elsewhere.resumeCount, service.heldCount]).toEqual([1, 0, 1])
})

test('a message with another tag, or before the one that is waited for, does not wake', async () => {
  const { service, arrive } = await setUp()
  const waiter = new Waiter('TopicA', 0, 5, 1000, new TagFilter([7]))
  service.hold(waiter)
  arrive('TopicA', 0, 5, 8)
  arrive('TopicA', 0, 4, 7)
  await Promise.resolve()
  expect(waiter.resumeCount).toBe(0)
  arrive('TopicA', 0, 6, 7)
  await Promise.resolve()
  expect(waiter.resumeCount).toBe(1)
})

test('a message that is not wanted ends the wait within 5 s: the group may filter by something else by now', async () => {
  const { service, arrive, clock } = await setUp()
  const waiters = [15_000, 15_000, 2000].map(ms => new Waiter('TopicA', 0, 5, ms, new TagFilter([7])))
  const elsewhere = new Waiter('TopicA', 1, 5, 15_000, new TagFilter([7]))
  for (const waiter of [...waiters, elsewhere]) service.hold(waiter)
  const counts = (): number[] => [...waiters, elsewhere].map(({ resumeCount }) => resumeCount)
  clock.advance(1000)
  arrive('TopicA', 0, 5, 8)
  clock.advance(3000)
  arrive('TopicA', 0, 6, 8)
  expect(counts()).toEqual([0, 0, 1, 0])
  clock.advance(1999)
  expect(counts()).toEqual([0, 0, 1, 0])
  clock.advance(1)
  expect(counts()).toEqual([1, 1, 1, 0])
  clock.advance(9000)
  expect(counts()).toEqual([1, 1, 1, 1])
})

test('each wait ends exactly at its time', async () => {
  const { service, clock } = await setUp()
  const waiters = [300, 100, 200, 100].map(deadlineMs => new Waiter('TopicA', 0, 0, deadlineMs))
  for (const waiter of waiters) service.hold(waiter)
  clock.advance(99)
  expect(waiters.map(waiter => waiter.resumeCount)).toEqual([0, 0, 0, 0])
  clock.advance(1)
  expect(waiters.map(waiter => waiter.resumeCount)).toEqual([0, 1, 0, 1])
  clock.advance(200)
  expect(waiters.map(waiter => waiter.resumeCount)).toEqual([1, 1, 1, 1])
})

test('a wait without end neither ends nor keeps the timer busy', async () => {
  const { service, clock } = await setUp()
  const waiter = new Waiter('TopicA', 0, 0, Number.MAX_SAFE_INTEGER)
  service.hold(waiter)
  clock.advance(3 * 2 ** 31)
  expect(waiter.resumeCount).toBe(0)
})

test('a closed connection leaves nobody waiting', async () => {
  const { service, arrive, clock } = await setUp()
  const gone = new Waiter('TopicA', 0, 0, 1000, null, { id: 7, isOpen: true })
  const here = new Waiter('TopicA', 0, 0, 1000, null, { id: 8, isOpen: true })
  service.hold(gone)
  service.hold(here)
  service.onClose({ id: 7 })
  arrive('TopicA', 0, 0)
  await Promise.resolve()
  clock.advance(2000)
  expect([gone.resumeCount, here.resumeCount, service.heldCount]).toEqual([0, 1, 0])
  expect(service.hold(new Waiter('TopicA', 0, 0, 1000, null, { id: 7, isOpen: false }))).toBe(false)
})

test('over the limit, and after the stop, nothing is held', async () => {
  const { service } = await setUp(1)
  const held = new Waiter('TopicA', 0, 0, 1000)
  expect(service.hold(held)).toBe(true)
  expect(service.hold(new Waiter('TopicA', 0, 0, 1000))).toBe(false)
  await service.stop()
  expect([held.resumeCount, service.heldCount]).toEqual([1, 0])
  expect(service.hold(new Waiter('TopicA', 0, 0, 1000))).toBe(false)
})

interface Step {
  readonly kind: 'hold' | 'arrive' | 'advance' | 'close'
  readonly queueId: number
  readonly tagsCode: number
  readonly number: number
}

test('no arrival and no deadline is ever missed, nothing is resumed twice or too early', async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('hold', 'hold', 'arrive', 'arrive', 'advance', 'close'),
    queueId: fc.nat(1),
    tagsCode: fc.nat(1),
    number: fc.nat(3),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
      const { service, arrive, clock } = await setUp()
      const maxOffsets = [0, 0]
      const waiting = new Set<Waiter>()
      const expected = new Map<Waiter, number>()
      const end = (waiter: Waiter, resumeCount: number): void => {
        waiting.delete(waiter)
        expected.set(waiter, resumeCount)
      }
      for (const { kind, queueId, tagsCode, number } of steps) {
        if (kind === 'hold') {
          const filter = tagsCode === 0 ? null : new TagFilter([number % 2])
          const deadlineMs = clock.monotonicMs() + 1 + number * 10
          const waiter = new Waiter('TopicA', queueId, maxOffsets[queueId]!, deadlineMs, filter, {
            id: number,
            isOpen: true,
          })
          service.hold(waiter)
          waiting.add(waiter)
        } else if (kind === 'arrive') {
          const queueOffset = maxOffsets[queueId]!
          maxOffsets[queueId] = queueOffset + 1
          arrive('TopicA', queueId, queueOffset, tagsCode)
          for (const waiter of [...waiting]) {
            const isWanted = waiter.filter?.matchesTagsCode(tagsCode) ?? true
            if (waiter.queueId === queueId && isWanted) end(waiter, 1)
          }
        } else if (kind === 'advance') {
          clock.advance(number * 7)
          for (const waiter of [...waiting]) if (waiter.deadlineMs <= clock.monotonicMs()) end(waiter, 1)
        } else {
          service.onClose({ id: number })
          for (const waiter of [...waiting]) if (waiter.channel.id === number) end(waiter, 0)
        }
        await Promise.resolve()
        for (const waiter of waiting) expect(waiter.resumeCount).toBe(0)
        for (const [waiter, resumeCount] of expected) expect(waiter.resumeCount).toBe(resumeCount)
        expect(service.heldCount).toBe(waiting.size)
      }
    }),
  )
})
