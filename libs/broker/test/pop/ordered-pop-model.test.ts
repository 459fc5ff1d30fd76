import fc from 'fast-check'
import { Popping } from '../support/popping'
import type { PoppedByTest } from '../support/popping'

const INVISIBLE_MS = 10_000

interface Held {
  readonly message: Pick<PoppedByTest, 'handle'>
  readonly offset: number
  untilMs: number
}

type Step =
  | { readonly kind: 'send' | 'pop'; readonly queueId: number; readonly count: number }
  | { readonly kind: 'ack' | 'change'; readonly queueId: number; readonly pick: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'flush' | 'crash' | 'stop' }

const queueId = fc.nat(1)
const count = fc.integer({ min: 1, max: 5 })
const pick = fc.nat()
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('send', 'pop', 'pop'), queueId, count }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('ack', 'ack', 'ack', 'change'), queueId, pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance'), ms: fc.nat({ max: 12_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('flush', 'crash', 'stop') }) },
)

/** What must hold of two queues that a group pops in order. */
class Model {
  private readonly sentCounts = [0, 0]
  private readonly acked = [new Set<number>(), new Set<number>()]
  /** The latest batch of each queue, without what was acknowledged. */
  private readonly held: [Held[], Held[]] = [[], []]

  constructor(private readonly popping: Popping) {}

  async take(step: Step): Promise<void> {
    const { popping } = this
    if (step.kind === 'send') for (let left = step.count; left > 0; left -= 1) this.send(step.queueId)
    else if (step.kind === 'pop') await this.pop(step.queueId, step.count)
    else if (step.kind === 'ack' || step.kind === 'change') await this.answer(step.kind, step.queueId, step.pick)
    else if (step.kind === 'advance') await popping.advance(step.ms)
    else await this.befall(step.kind)
    this.checkCommitted()
  }

  /** A consumer that acknowledges all it gets comes to the end of both queues. */
  async drain(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      await this.popping.advance(INVISIBLE_MS * 7)
      for (const queueId of [0, 1]) {
        await this.pop(queueId, 32)
        while (this.heldOf(queueId).length > 0) await this.answer('ack', queueId, 0)
      }
      this.checkCommitted()
    }
    expect([0, 1].map(queueId => this.committed(queueId))).toEqual(this.sentCounts)
  }

  private send(queueId: number): void {
    this.popping.put(`message-${(this.sentCounts[queueId] as number)++}`, { queueId })
  }

  private async pop(queueId: number, count: number): Promise<void> {
    const nowMs = this.popping.clock.nowMs()
    const isBlocked = this.heldOf(queueId).some(({ untilMs }) => nowMs < untilMs)
    const fields = { order: 'true', queueId: String(queueId), maxMsgNums: String(count) }
    const popped = await this.popping.pop({ ...fields, invisibleTime: String(INVISIBLE_MS) })
    if (isBlocked) expect(popped).toEqual([])
    if (popped.length === 0) return
    const first = this.committed(queueId)
    expect(popped.map(({ handle }) => Number(handle['offset']))).toEqual(popped.map((_, index) => first + index))
    this.held[queueId as 0 | 1] = popped.map((message, index) => {
      return { message, offset: first + index, untilMs: nowMs + INVISIBLE_MS }
    })
    this.popping.clock.advance(1) // no two pops in one millisecond: that is told apart by nothing
  }

  private async answer(kind: 'ack' | 'change', queueId: number, pick: number): Promise<void> {
    const all = this.heldOf(queueId)
    const held = all[pick % Math.max(1, all.length)]
    if (held === undefined) return
    if (kind === 'change') {
      const invisibleMs = pick % 60_000
      expect((await this.popping.changeInvisibleTime(held.message, invisibleMs)).answer).toMatchObject({ code: 0 })
      held.untilMs = this.popping.clock.nowMs() + invisibleMs
      return
    }
    expect(await this.popping.ack(held.message)).toMatchObject({ code: 0 })
    this.acked[queueId]?.add(held.offset)
    all.splice(all.indexOf(held), 1)
  }

  private async befall(kind: 'flush' | 'crash' | 'stop'): Promise<void> {
    if (kind === 'stop') await this.popping.stop()
    if (kind !== 'crash') this.popping.flushOffsets()
    if (kind === 'flush') return
    await this.popping.crash()
    // What a crash lost may be popped again at once, and its acks count for nothing or for what they say.
    if (kind === 'crash') for (const queueId of [0, 1]) for (const held of this.heldOf(queueId)) held.untilMs = 0
  }

  /** No message is passed over that nobody acknowledged. */
  private checkCommitted(): void {
    for (const queueId of [0, 1]) {
      for (let offset = 0; offset < this.committed(queueId); offset += 1) expect(this.acked[queueId]).toContain(offset)
    }
  }

  private committed(queueId: number): number {
    return Math.max(0, this.popping.offsets.query('GG', 'GPOP', queueId))
  }

  private heldOf(queueId: number): Held[] {
    return this.held[queueId as 0 | 1]
  }
}

test('a queue is given out in order, a batch at a time, and nothing is passed over, through pops, acks, time and crashes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 60 }), async story => {
      const popping = await new Popping().start()
      const model = new Model(popping)
      for (const step of story) await model.take(step)
      await model.drain()
      await popping.stop()
      expect(popping.store.unreleasedCount).toBe(0)
    }),
    { numRuns: 100 },
  )
}, 90_000)
