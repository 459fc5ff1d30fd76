import * as fc from 'fast-check'
import type { Half } from '../support/transaction-room'
import { TransactionRoom } from '../support/transaction-room'

/*
 * Producers, checks and processes in any order. Whatever happens, what consumers see is what was committed, once: a
 * commit that was answered is there, one that was cut off is there or not, and nothing is there twice.
 */

type Step =
  | { readonly kind: 'send'; readonly immune: boolean }
  | { readonly kind: 'end'; readonly how: 'commit' | 'rollback'; readonly which: number; readonly names: number }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'stop' | 'kill' }
  | { readonly kind: 'lose power'; readonly survivors: number }
  | {
      readonly kind: 'kill in the middle'
      readonly operation: number
      readonly takenBytes: number
      readonly which: number
    }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), immune: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      how: fc.constantFrom('commit' as const, 'commit' as const, 'rollback' as const),
      which: fc.nat(),
      names: fc.nat(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      ms: fc.constantFrom(100, 3_000, 6_000, 30_000, 30_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stop' as const, 'kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose power' as const), survivors: fc.nat(0xffff) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('kill in the middle' as const),
      operation: fc.integer({ min: 1, max: 12 }),
      takenBytes: fc.nat(600),
      which: fc.nat(),
    }),
  },
)

interface Transaction {
  readonly body: string
  /** The half message and its copies, as far as its producer heard of them. */
  readonly names: Half[]
  /** What was answered; a commit that was cut off may have happened or not. */
  outcome: 'open' | 'committed' | 'rolled back'
  mayBeCommitted: boolean
  mayBeRolledBack: boolean
}

class Model {
  readonly room = new TransactionRoom()
  readonly transactions: Transaction[] = []
  private isDying = false

  async run(steps: readonly Step[]): Promise<void> {
    const { room } = this
    room.config.flushDiskType = 'SYNC_FLUSH'
    room.config.transactionCheckMax = 1000
    await room.start()
    for (const each of steps) await this.take(each)
    await this.takeStock('at the end')
    await this.endAll()
    await this.takeStock('when all are ended')
    await room.stop()
  }

  private async take(each: Step): Promise<void> {
    const { room } = this
    switch (each.kind) {
      case 'send':
        return this.send(each.immune)
      case 'end':
        return this.end(this.pick(each.which), each)
      case 'time':
        await room.advance(each.ms)
        this.hear()
        return
      case 'stop':
        await room.stopAndStart()
        return this.takeStock('after a stop')
      case 'kill':
        await room.killAndStart()
        this.forgetRollbacks()
        return this.takeStock('after a kill')
      case 'lose power':
        return this.losePower(each.survivors)
      case 'kill in the middle':
        return this.killInTheMiddle(each)
    }
  }

  private async send(immune: boolean): Promise<void> {
    const body = `body-${this.transactions.length}`
    const properties: Record<string, string> = immune ? { CHECK_IMMUNITY_TIME_IN_SECONDS: '50' } : {}
    const half = await this.room.half(body, { properties })
    this.transactions.push({ body, names: [half], outcome: 'open', mayBeCommitted: false, mayBeRolledBack: false })
  }

  private pick(which: number): Transaction | null {
    return this.transactions[which % Math.max(1, this.transactions.length)] ?? null
  }

  private async end(
    transaction: Transaction | null,
    { how, names }: { readonly how: 'commit' | 'rollback'; readonly names: number },
  ): Promise<void> {
    if (transaction === null) return
    const half = transaction.names[names % transaction.names.length] as Half
    const before = transaction.outcome
    if (how === 'commit' && before === 'open') transaction.mayBeCommitted = true
    if (how === 'rollback') transaction.mayBeRolledBack = true
    const refusal = await this.room.end(how, half, { fromTransactionCheck: true })
    if (refusal !== null || this.isDying || before !== 'open') return
    transaction.outcome = how === 'commit' ? 'committed' : 'rolled back'
  }

  /** Producers hear of the copies that they are asked about. */
  private hear(): void {
    for (const question of this.room.questions.splice(0)) {
      const body = question.message.body.toString()
      this.transactions.find(each => each.body === body)?.names.push(question)
    }
  }

  /** Of what was not synced, those pages are left whose bit is set. */
  private async losePower(survivors: number): Promise<void> {
    const { room } = this
    let pageCount = 0
    room.disk.losePower(() => ((survivors >> (pageCount++ & 15)) & 1) === 1)
    await room.settle()
    await room.start()
    this.forgetRollbacks()
    return this.takeStock('after a loss of power')
  }

  /** A crash may have forgotten them: until the producer is asked again, a commit may come first. */
  private forgetRollbacks(): void {
    for (const transaction of this.transactions) if (transaction.outcome === 'rolled back') transaction.outcome = 'open'
  }

  /** The process dies with one of its next operations on the disk. */
  private async killInTheMiddle(how: { operation: number; takenBytes: number; which: number }): Promise<void> {
    const { room } = this
    room.disk.killAtNth(how.operation, how.takenBytes)
    this.isDying = true
    await this.end(this.pick(how.which), { how: 'commit', names: how.which })
    room.clock.advance(room.config.transactionCheckInterval)
    await room.settle()
    this.isDying = false
    room.disk.fault = () => null
    this.hear()
    await room.killAndStart()
    this.forgetRollbacks()
    await this.takeStock('after a kill in the middle')
  }

  private async takeStock(when: string): Promise<void> {
    const seen = await this.room.bodies()
    expect({ when, twice: seen.filter((body, index) => seen.indexOf(body) !== index) }).toEqual({ when, twice: [] })
    for (const transaction of this.transactions) {
      const { body, outcome, mayBeCommitted } = transaction
      const isSeen = seen.includes(body)
      if (outcome === 'committed') expect({ when, body, isSeen }).toEqual({ when, body, isSeen: true })
      if (!mayBeCommitted) expect({ when, body, isSeen }).toEqual({ when, body, isSeen: false })
      if (isSeen) transaction.outcome = 'committed'
    }
  }

  /** Checks go on until all are ended: those that their producers never ended are committed now. */
  private async endAll(): Promise<void> {
    const { room } = this
    this.hear()
    for (let round = 0; round < 4; round += 1) {
      await room.checkRound()
      for (const question of room.questions.splice(0)) {
        const body = question.message.body.toString()
        const transaction = this.transactions.find(each => each.body === body) as Transaction
        transaction.names.push(question)
        expect({ body, outcome: transaction.outcome }).toEqual({ body, outcome: 'open' })
        await this.end(transaction, { how: 'commit', names: transaction.names.length - 1 })
      }
    }
    const neverEnded = this.transactions.filter(
      ({ outcome, mayBeRolledBack }) => outcome === 'open' && !mayBeRolledBack,
    )
    expect(neverEnded.map(({ body }) => body)).toEqual([])
    expect(room.openCount()).toBe(0)
  }
}

test('what is seen is what was committed, once, whatever comes in between', async () => {
  const numRuns = Math.ceil(Number(process.env['FAULT_SEEDS'] ?? 2000) / 20)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async steps => {
      await new Model().run(steps)
    }),
    { numRuns },
  )
}, 100_000)
