import fc from 'fast-check'
import { PopRoom } from '../support/pop-room'
import type { PoppedByTest } from '../support/popping'

/*
 * Consumers that pop, acknowledge and change, on a broker that is stopped, killed, killed in the middle of a write, or
 * loses power. Each message that a producer was told of comes until it is acknowledged; one whose acknowledgement was
 * answered comes again only if a crash made its queue go back: if it was popped since offsets were last saved.
 */

const INVISIBLE_MS = 10_000
/** Once a process has gone on for so long, the offsets of before are saved. */
const SAVED_WITHIN_MS = 6_000
/** A message comes again so much later than its time, at most. */
const LATE_MS = 3_000
const ROUND_COUNT_MAX = 12

type Step =
  | { readonly kind: 'send' | 'pop'; readonly count: number }
  | { readonly kind: 'ack' | 'change'; readonly pick: number }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'stop' | 'kill' }
  | { readonly kind: 'lose power'; readonly survivors: number }
  | {
      readonly kind: 'kill in the middle'
      readonly of: 'send' | 'pop' | 'ack' | 'change' | 'time'
      readonly operation: number
      readonly takenBytes: number
      readonly pick: number
    }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pop' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('ack' as const), pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('change' as const), pick: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(500, 3_000, 6_000, 14_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stop' as const, 'kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose power' as const), survivors: fc.nat(0xffff) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('kill in the middle' as const),
      of: fc.constantFrom('send' as const, 'pop' as const, 'ack' as const, 'change' as const, 'time' as const),
      operation: fc.integer({ min: 1, max: 6 }),
      takenBytes: fc.nat(400),
      pick: fc.nat(),
    }),
  },
)

interface Known {
  readonly body: string
  /** The producer was told that it is stored. */
  isStored: boolean
  /** Acknowledged in time, and the consumer was told so. */
  isAcked: boolean
  /** Nobody was told: it may count or not. */
  mayBeAcked: boolean
  /** When it was popped first, while a crash can still make its queue go back to it; else null. */
  unsavedSinceMs: number | null
  /** When it comes again at the latest, if nobody acknowledges it. */
  untilMs: number
  /** A crash may have made its queue go back to it, or have come when it was just coming again. */
  mayComeTwice: boolean
}

interface Held {
  readonly known: Known
  readonly handle: PoppedByTest['handle']
  readonly untilMs: number
}

class Model {
  private readonly room: PopRoom
  private readonly messages = new Map<string, Known>()
  private held: Held[] = []

  constructor(
    given: ConstructorParameters<typeof PopRoom>[0],
    private readonly unsavedMs: number,
  ) {
    this.room = new PopRoom(given)
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.room.start()
    for (const each of steps) await this.take(each)
    await this.drain()
    await this.room.stop()
  }

  private async take(each: Step): Promise<void> {
    const { room } = this
    switch (each.kind) {
      case 'send':
        for (let left = each.count; left > 0; left -= 1) await this.send(left % 2)
        return
      case 'pop':
        this.received(await room.pop(each.count, INVISIBLE_MS))
        return
      case 'ack':
        return this.ack(each.pick)
      case 'change':
        return this.change(each.pick)
      case 'time':
        return this.pass(each.ms)
      case 'stop':
        await room.stop()
        for (const known of this.messages.values()) known.unsavedSinceMs = null
        await room.start()
        return
      case 'kill':
        await room.killAndStart()
        this.crashed()
        return
      case 'lose power': {
        let pageCount = 0
        await room.losePowerAndStart(() => ((each.survivors >> (pageCount++ & 15)) & 1) === 1)
        this.crashed()
        return
      }
      case 'kill in the middle':
        return this.killInTheMiddle(each)
    }
  }

  /** The process dies with one of the next operations on its disk. */
  private async killInTheMiddle(how: Extract<Step, { kind: 'kill in the middle' }>): Promise<void> {
    const { room } = this
    const sinceMs = this.nowMs
    this.mayGoBack() // it may be dead before time has passed
    room.disk.killAtNth(how.operation, how.takenBytes)
    if (how.of === 'send') await this.send(how.pick % 2)
    else if (how.of === 'pop') this.received(await room.pop(5, INVISIBLE_MS))
    else if (how.of === 'ack') await this.ack(how.pick)
    else if (how.of === 'change') await this.change(how.pick)
    else await this.pass(6_000)
    for (const known of this.messages.values()) {
      known.mayComeTwice ||= this.wasComing(known, sinceMs)
      // Its check point may be stored, and nobody was told of it.
      if (how.of === 'pop') known.mayComeTwice ||= !known.isAcked
    }
    await room.killAndStart()
    this.crashed()
  }

  /** Its copy may be stored already, and what says so not. */
  private wasComing({ untilMs, isAcked }: Known, sinceMs: number): boolean {
    return !isAcked && untilMs + LATE_MS >= sinceMs && untilMs <= this.nowMs
  }

  private crashed(): void {
    this.mayGoBack()
    for (const known of this.messages.values()) known.unsavedSinceMs = null
  }

  private mayGoBack(): void {
    for (const known of this.messages.values()) known.mayComeTwice ||= known.unsavedSinceMs !== null
  }

  private get nowMs(): number {
    return this.room.clock.nowMs()
  }

  private async pass(ms: number): Promise<void> {
    await this.room.advance(ms)
    for (const known of this.messages.values()) {
      const sinceMs = known.unsavedSinceMs ?? Infinity
      if (this.nowMs - sinceMs >= this.unsavedMs) known.unsavedSinceMs = null
    }
  }

  private async send(queueId: number): Promise<void> {
    const body = `message-${this.messages.size}`
    const known = { ...NOTHING_KNOWN, body }
    this.messages.set(body, known)
    known.isStored = await this.room.put(body, queueId)
  }

  private received(popped: readonly PoppedByTest[]): void {
    for (const { handle, body } of popped) {
      const known = this.messages.get(body)
      if (known === undefined) throw new Error(`${body} was never sent`)
      const holder = this.held.find(held => held.known === known && this.nowMs < held.untilMs)
      if (!known.mayComeTwice) {
        if (known.isAcked) throw new Error(`${body} comes again although it was acknowledged`)
        if (holder) throw new Error(`${body} comes again while it is held`)
      }
      known.unsavedSinceMs ??= this.nowMs
      this.held = this.held.filter(held => held.known !== known)
      this.hold(known, handle, INVISIBLE_MS)
    }
  }

  private hold(known: Known, handle: PoppedByTest['handle'], invisibleMs: number): void {
    known.untilMs = this.nowMs + invisibleMs
    this.held.push({ handle, known, untilMs: known.untilMs })
  }

  private pick(pick: number): Held | null {
    return this.held[pick % Math.max(1, this.held.length)] ?? null
  }

  private async ack(pick: number): Promise<void> {
    const held = this.pick(pick)
    if (held === null) return
    const isInTime = this.nowMs < held.untilMs
    const isTold = await this.room.ack(held.handle)
    this.held = this.held.filter(other => other !== held)
    held.known.mayBeAcked = true
    if (isInTime && isTold) held.known.isAcked = true
  }

  private async change(pick: number): Promise<void> {
    const held = this.pick(pick)
    if (held === null || this.nowMs >= held.untilMs) return
    const invisibleMs = 1_000 + (pick % 20_000)
    const handle = await this.room.change(held.handle, invisibleMs)
    this.held = this.held.filter(other => other !== held)
    // Not told, its new check point may be stored, and the ack of the old one not.
    if (handle === null) held.known.mayComeTwice = true
    else this.hold(held.known, handle, invisibleMs)
  }

  /** All that was not acknowledged comes again, until it is. */
  private async drain(): Promise<void> {
    const open = (): readonly Known[] =>
      [...this.messages.values()].filter(known => known.isStored && !known.isAcked && !known.mayBeAcked)
    for (let round = 0; round < ROUND_COUNT_MAX && (round < 2 || open().length > 0); round += 1) {
      await this.pass(INVISIBLE_MS + 15_000)
      for (let popped = await this.room.pop(32, INVISIBLE_MS); popped.length > 0;) {
        this.received(popped)
        for (const { handle, body } of popped) {
          expect(await this.room.ack(handle)).toBe(true)
          const known = this.messages.get(body) as Known
          known.isAcked = true
        }
        popped = await this.room.pop(32, INVISIBLE_MS)
      }
    }
    expect(open().map(({ body }) => body)).toEqual([])
    await this.pass(INVISIBLE_MS + 15_000)
    expect(await this.room.pop(32, INVISIBLE_MS)).toEqual([])
  }
}

const NOTHING_KNOWN = {
  ...{
    isStored: false,
    isAcked: false,
    mayBeAcked: false,
    unsavedSinceMs: null,
    untilMs: -Infinity,
    mayComeTwice: false,
  },
} as const

/** With check points in memory an offset is saved when they have left it. */
const MERGED_WITHIN_MS = 10_000 + SAVED_WITHIN_MS

test.each([
  [{}, SAVED_WITHIN_MS],
  [{ reviveQueueNum: '1' }, SAVED_WITHIN_MS],
  [{ enablePopBufferMerge: 'true' }, MERGED_WITHIN_MS],
  [{ enablePopBufferMerge: 'true', popCkOffsetMaxQueueSize: '2' }, MERGED_WITHIN_MS],
])(
  'no message is lost, and none comes again beyond what a crash takes back, whatever the disk does (%j)',
  async (given, unsavedMs) => {
    const numRuns = Math.ceil(Number(process.env['FAULT_SEEDS'] ?? 2000) / 40)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async steps => {
        await new Model(given, unsavedMs).run(steps)
      }),
      { numRuns },
    )
  },
  100_000,
)
