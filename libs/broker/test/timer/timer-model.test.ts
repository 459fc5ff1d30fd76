import * as fc from 'fast-check'
import { TimerRoom } from '../support/timer-room'

/*
 * Sends, recalls, time and processes that end in every way. Whatever happens, what was acknowledged comes, and not before
 * its time; what was recalled in time does not, unless a crash brought back what was delivered with it. It comes once, unless
 * a crash, or a disk that did not sync, left open whether it had come.
 */

type Step =
  | { readonly kind: 'send'; readonly delayMs: number }
  | { readonly kind: 'recall'; readonly which: number }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'stop' | 'kill' }
  | { readonly kind: 'lose power'; readonly survivors: number }
  | { readonly kind: 'kill in the middle'; readonly operation: number; readonly takenBytes: number }
  | { readonly kind: 'fail'; readonly operation: 'write' | 'read' | 'datasync'; readonly nth: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      delayMs: fc.oneof(fc.integer({ min: 1, max: 9_000 }), fc.constantFrom(1_000, 5_000, 95_000)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('recall' as const), which: fc.nat() }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(300, 1_000, 2_700, 31_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stop' as const, 'kill' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose power' as const), survivors: fc.nat(0xffff) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('kill in the middle' as const),
      operation: fc.integer({ min: 1, max: 30 }),
      takenBytes: fc.nat(600),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      operation: fc.constantFrom('write' as const, 'read' as const, 'datasync' as const),
      nth: fc.integer({ min: 1, max: 6 }),
    }),
  },
)

interface Sent {
  readonly body: string
  readonly deliverMs: number
  readonly isAcknowledged: boolean
  isRecalled: boolean
}

class Model {
  readonly room = new TimerRoom()
  private readonly sent: Sent[] = []
  private crashCount = 0
  /** What a delivery has written may be there though it was told that it failed: it comes again. */
  private isAnySyncFailed = false

  async run(steps: readonly Step[]): Promise<void> {
    const { room } = this
    // So that a message that waits is rolled, and what is acknowledged survives a loss of power.
    Object.assign(room.config, { flushDiskType: 'SYNC_FLUSH', timerRollWindowSlot: 40 })
    await room.start()
    for (const each of steps) await this.take(each)
    room.disk.fault = () => null
    await room.stopAndStart() // A store whose disk failed takes nothing until then.
    await room.advance(110_000)
    await this.takeStock()
    expect(room.timer.state()).toMatchObject({ offsetBehind: 0 })
    await room.stop()
  }

  private async take(each: Step): Promise<void> {
    const { room } = this
    switch (each.kind) {
      case 'send':
        return this.send(each.delayMs)
      case 'recall':
        return this.recall(each.which)
      case 'time':
        return room.advance(each.ms)
      case 'stop':
        room.disk.fault = () => null
        return room.stopAndStart()
      case 'kill':
        room.disk.fault = () => null
        this.crashCount += 1
        return room.killAndStart()
      case 'lose power':
        return this.losePower(each.survivors)
      case 'kill in the middle':
        return this.killInTheMiddle(each.operation, each.takenBytes)
      case 'fail':
        room.disk.failNth(each.operation, each.nth, { code: 'EIO' })
        this.isAnySyncFailed ||= each.operation === 'datasync'
        return
    }
  }

  private async send(delayMs: number): Promise<void> {
    const body = `body-${this.sent.length}`
    const deliverMs = this.room.clock.nowMs() + delayMs
    let isAcknowledged = false
    void this.room.send(body, delayMs).then(({ status }) => {
      isAcknowledged = status === 'PUT_OK'
    })
    await this.room.settle()
    this.sent.push({ body, deliverMs, isAcknowledged, isRecalled: false })
  }

  private async recall(which: number): Promise<void> {
    const target = this.sent[which % Math.max(1, this.sent.length)]
    const leftMs = (target?.deliverMs ?? 0) - this.room.clock.nowMs()
    if (target === undefined || leftMs <= 0) return
    target.isRecalled = true
    void this.room.recall(target.body, leftMs)
    await this.room.settle()
  }

  /** Of what was not synced, those pages are left whose bit is set. */
  private async losePower(survivors: number): Promise<void> {
    const { room } = this
    this.crashCount += 1
    let pageCount = 0
    room.disk.losePower(() => ((survivors >> (pageCount++ & 15)) & 1) === 1)
    room.endRun()
    room.disk.fault = () => null
    await room.settle()
    await room.start()
  }

  private async killInTheMiddle(operation: number, takenBytes: number): Promise<void> {
    const { room } = this
    this.crashCount += 1
    room.disk.killAtNth(operation, takenBytes)
    await this.send(1_500)
    await room.advance(3_000)
    room.disk.fault = () => null
    await room.killAndStart()
  }

  private async takeStock(): Promise<void> {
    const messages = await this.room.messages()
    const seen = messages.map(({ body }) => body.toString())
    const lost = this.sent.filter(({ body, isAcknowledged, isRecalled }) => {
      return isAcknowledged && !isRecalled && !seen.includes(body)
    })
    expect(lost).toEqual([])
    for (const { body, storeTimestamp } of messages) {
      const wish = this.sent.find(each => each.body === body.toString())
      expect(storeTimestamp).toBeGreaterThanOrEqual(wish?.deliverMs ?? Infinity)
    }
    const isOnce = this.crashCount === 0 && !this.isAnySyncFailed
    if (isOnce) expect(new Set(seen).size).toBe(seen.length)
  }
}

test('what was acknowledged comes, and not before its time, whatever becomes of process and disk', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async steps => {
      await new Model().run(steps)
    }),
    { numRuns: 60 },
  )
}, 60_000)
