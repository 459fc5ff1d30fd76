import fc from 'fast-check'
import { Popping } from '../support/popping'
import type { PoppedByTest } from '../support/popping'

const INVISIBLE_MS = 10_000
/** An acknowledgement may come so much too late and still count. */
const LATE_MS = 3_000

interface Held {
  readonly handle: PoppedByTest['handle']
  readonly body: string
  readonly untilMs: number
}

type Step =
  | { readonly kind: 'send' | 'pop'; readonly count: number }
  | { readonly kind: 'ack' | 'change' | 'advance'; readonly pick: number }
  | { readonly kind: 'flush' | 'crash' | 'stop' }

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pop' as const), count: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('ack' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change' as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), pick: fc.nat({ max: 15_000 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'crash' as const, 'stop' as const) }) },
)

/** What must hold of a group that pops, whatever it does and whatever befalls the broker. */
class Model {
  private readonly sent = new Set<string>()
  private readonly acked = new Set<string>()
  /** Acknowledged after its time: comes again if the broker was faster, and else not. */
  private readonly ackedLate = new Set<string>()
  /** Popped, and when, and not behind the offsets that were flushed last. */
  private readonly poppedUnflushed = new Map<string, number>()
  /** After a crash what was popped before it may come by its offset, which was not flushed, and by its check point. */
  private readonly mayComeTwice = new Set<string>()
  private held: Held[] = []

  constructor(
    private readonly popping: Popping,
    /** How long a check point may be in memory only, and hold back the offset. */
    private readonly stayMs: number,
  ) {}

  async take(step: Step): Promise<void> {
    const { popping } = this
    switch (step.kind) {
      case 'send':
        for (let left = step.count; left > 0; left -= 1) this.send(left % 2)
        return
      case 'pop':
        this.received(await popping.pop({ maxMsgNums: String(step.count), invisibleTime: String(INVISIBLE_MS) }))
        return
      case 'ack':
        return this.ack(step.pick)
      case 'change':
        return this.change(step.pick)
      case 'advance':
        return popping.advance(step.pick)
      case 'flush':
        this.flush()
        return
      case 'stop':
        await popping.stop()
        popping.flushOffsets()
        this.poppedUnflushed.clear()
        await popping.crash()
        return
      case 'crash':
        await popping.crash()
        for (const body of this.poppedUnflushed.keys()) this.mayComeTwice.add(body)
        this.poppedUnflushed.clear()
    }
  }

  private flush(): void {
    this.popping.flushOffsets()
    const safeMs = this.popping.clock.nowMs() - this.stayMs
    for (const [body, poppedMs] of this.poppedUnflushed) if (poppedMs <= safeMs) this.poppedUnflushed.delete(body)
  }

  /** All that was not acknowledged comes again, until it is; then nothing comes any more. */
  async drain(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      await this.popping.advance(61_000 + LATE_MS)
      const comesAgain = await this.popAndAckAll()
      if (!comesAgain && this.unacked().length === 0) break
    }
    expect(this.unacked()).toEqual([])
    await this.popping.advance(61_000 + LATE_MS)
    expect(await this.pop()).toEqual([])
    expect(this.popping.lag()).toEqual({ liveCount: 0, behindMs: 0, behindCount: 0 })
  }

  private async popAndAckAll(): Promise<boolean> {
    let hasCome = false
    for (let popped = await this.pop(); popped.length > 0; popped = await this.pop()) {
      hasCome = true
      this.received(popped)
      for (const { handle, body } of popped) {
        expect(await this.popping.ack({ handle })).toMatchObject({ code: 0 })
        this.acked.add(body)
      }
    }
    return hasCome
  }

  private unacked(): readonly string[] {
    return [...this.sent].filter(body => !this.acked.has(body) && !this.ackedLate.has(body))
  }

  private pop(): Promise<readonly PoppedByTest[]> {
    return this.popping.pop({ invisibleTime: String(INVISIBLE_MS) })
  }

  private send(queueId: number): void {
    const body = `message-${this.sent.size}`
    this.sent.add(body)
    this.popping.put(body, { queueId })
  }

  private received(popped: readonly PoppedByTest[]): void {
    const nowMs = this.popping.clock.nowMs()
    for (const { handle, body } of popped) {
      expect(this.sent).toContain(body)
      if (!this.poppedUnflushed.has(body)) this.poppedUnflushed.set(body, nowMs)
      if (this.mayComeTwice.has(body)) {
        this.held.push({ handle, body, untilMs: nowMs + INVISIBLE_MS })
        continue
      }
      if (this.acked.has(body)) throw new Error(`${body} comes again although it was acknowledged`)
      const holder = this.held.find(held => held.body === body && nowMs < held.untilMs)
      if (holder) throw new Error(`${body} comes again while it is held`)
      this.held = this.held.filter(held => held.body !== body)
      this.held.push({ handle, body, untilMs: nowMs + INVISIBLE_MS })
    }
  }

  private async ack(pick: number): Promise<void> {
    const held = this.held[pick % Math.max(1, this.held.length)]
    if (held === undefined) return
    const isInTime = this.popping.clock.nowMs() < held.untilMs
    expect(await this.popping.ack(held)).toMatchObject({ code: 0 })
    this.held = this.held.filter(other => other !== held)
    this.acked.add(held.body)
    if (!isInTime) this.mayComeTwice.add(held.body)
  }

  private async change(pick: number): Promise<void> {
    const held = this.held[pick % Math.max(1, this.held.length)]
    if (held === undefined || this.popping.clock.nowMs() >= held.untilMs) return
    const invisibleMs = 1_000 + (pick % 60_000)
    const { handle, answer } = await this.popping.changeInvisibleTime(held, invisibleMs)
    expect(answer).toMatchObject({ code: 0 })
    this.held = this.held.filter(other => other !== held)
    this.held.push({ handle, body: held.body, untilMs: this.popping.clock.nowMs() + invisibleMs })
  }
}

const MERGED = { enablePopBufferMerge: 'true' }

test.each([
  [{}, 0],
  [{ reviveQueueNum: '1' }, 0],
  [{ enableRetryTopicV2: 'true' }, 0],
  [MERGED, 11_000],
  [{ ...MERGED, popCkMaxBufferSize: '2' }, 11_000],
  [{ ...MERGED, popCkStayBufferTime: '2000' }, 3_000],
])(
  'each message is acknowledged or comes again, through pops, acks, changes, time and crashes (%j)',
  async (given, stayMs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 60 }), async story => {
        const popping = await new Popping(given).start()
        const model = new Model(popping, stayMs)
        for (const step of story) await model.take(step)
        await model.drain()
        await popping.stop()
        expect(popping.store.unreleasedCount).toBe(0)
      }),
      { numRuns: 60 },
    )
  },
  90_000,
)
