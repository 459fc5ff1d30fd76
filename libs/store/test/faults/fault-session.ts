import * as fc from 'fast-check'
import { QUEUE_COUNT, TOPICS } from './sent-messages'

const send = fc.record({
  kind: fc.constant('send' as const),
  topic: fc.constantFrom(...TOPICS),
  queueId: fc.nat(QUEUE_COUNT - 1),
  // Few sizes: what a crash left behind may end exactly where a new record ends.
  bodyBytes: fc.oneof(fc.nat(200), fc.constantFrom(100, 4000), fc.nat(5000)),
  batchCount: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(4)),
  waitStoreMessageOk: fc.oneof(
    { weight: 9, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
})
const turn = fc.record({ kind: fc.constant('turn' as const) })
const time = fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 500, 1000, 5000, 60_000) })
const check = fc.record({ kind: fc.constant('check' as const) })
const deletion = fc.record({ kind: fc.constant('delete' as const), topic: fc.constantFrom(...TOPICS) })
const flushType = fc.record({
  kind: fc.constant('flush type' as const),
  flushDiskType: fc.constantFrom('SYNC_FLUSH' as const, 'ASYNC_FLUSH' as const),
})
/** From now on, after some operations, a few of one kind or of every kind fail. */
const failure = fc.record({
  kind: fc.constant('failure' as const),
  operation: fc.constantFrom('every', 'open', 'write', 'write', 'read', 'datasync', 'truncate', 'remove', 'syncFolder'),
  afterCount: fc.nat(20),
  failCount: fc.integer({ min: 1, max: 20 }),
  code: fc.constantFrom('EIO' as const, 'ENOSPC' as const),
  takenBytes: fc.nat(3000),
})

type TypeOf<T> = T extends fc.Arbitrary<infer U> ? U : never
export type Failure = TypeOf<typeof failure>
export type Step =
  | TypeOf<typeof send>
  | TypeOf<typeof turn>
  | TypeOf<typeof time>
  | TypeOf<typeof check>
  | TypeOf<typeof deletion>
  | TypeOf<typeof flushType>
  | Failure

/** How the process of a session ends. */
export type End = 'stop' | 'kill' | 'power'

/** One process on the disk: what it does, and how it ends. */
export interface FaultSession {
  readonly steps: readonly Step[]
  /** With which operation on the disk the process dies, if not at the end, and what of a write then happens. */
  readonly death: { readonly operation: number; readonly takenBytes: number } | null
  readonly end: End
}

export interface SessionKind {
  readonly ends: readonly End[]
  /** May a process die with any operation, or do operations fail that it has to live with? */
  readonly trouble: 'death' | 'failure'
  /** True if the flush type changes while the store runs. */
  readonly switchesFlushType?: boolean
}

/** A few processes, one after the other. */
export function faultSessions(kind: SessionKind): fc.Arbitrary<FaultSession[]> {
  const death = fc.option(fc.record({ operation: fc.integer({ min: 1, max: 150 }), takenBytes: fc.nat(3000) }))
  const session = fc.record({
    steps: fc.array(stepOf(kind), { maxLength: 40 }),
    death: kind.trouble === 'death' ? death : fc.constant(null),
    end: fc.constantFrom(...kind.ends),
  })
  return fc.array(session, { minLength: 1, maxLength: 5 })
}

function stepOf({ trouble, switchesFlushType = false }: SessionKind): fc.Arbitrary<Step> {
  return fc.oneof(
    { arbitrary: send, weight: 24 },
    { arbitrary: turn, weight: 8 },
    { arbitrary: time, weight: 6 },
    { arbitrary: check, weight: 1 },
    { arbitrary: deletion, weight: 1 },
    { arbitrary: flushType, weight: switchesFlushType ? 6 : 0 },
    { arbitrary: failure, weight: trouble === 'failure' ? 3 : 0 },
  )
}

/** For `fc.assert`: a share of the seeds that FAULT_SEEDS (2000 without it) asks for. A failure prints the seed. */
export function seeds(share: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(share * Number(process.env['FAULT_SEEDS'] ?? 2000)) }
}
