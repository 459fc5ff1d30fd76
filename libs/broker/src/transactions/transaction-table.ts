import type { HalfPlace } from './half-message'
import { HalfState, HalfStates } from './half-states'

/**
 * Transactions that were checked, are open, and remembered with the place of their newest copy. Of one beyond it, only
 * the newest copy can be ended; the next check tells the producer which that is.
 */
const CHECKED_COUNT_MAX = 100_000
/** Transactions that were given up and can still be ended, the newest; one beyond it has to be resumed. */
const GIVEN_UP_COUNT_MAX = 10_000

/**
 * Which transactions have ended, so that none ends twice. A check puts the half message into its queue again, and the
 * producer may still name the old one: `copies` leads from what all copies share to the newest.
 *
 *   half queue   | done with … | open, ended, moved … | new
 *                              ^ beginOffset
 */
export class TransactionTable {
  private halves = new HalfStates(0)
  private readonly copies = new Map<string, HalfPlace>()
  private readonly givenUp = new Set<string>()
  /** Puts that decide about a half message and have not ended, by its queue offset. */
  private readonly underWay = new Map<number, Promise<unknown>>()

  /** The first half message that may be open. */
  get beginOffset(): number {
    return this.halves.beginOffset
  }

  /** Before anything else. */
  beginAt(queueOffset: number): void {
    this.halves = new HalfStates(queueOffset)
    this.copies.clear()
    this.givenUp.clear()
  }

  stateOf(queueOffset: number): HalfState {
    return this.halves.of(queueOffset)
  }

  set(queueOffset: number, state: HalfState): void {
    this.halves.set(queueOffset, state)
  }

  isUnderWay(queueOffset: number): boolean {
    return this.underWay.has(queueOffset)
  }

  /** Nobody else decides about the half message before `change` has resolved. It must not reject. */
  async during<T>(queueOffset: number, change: Promise<T>): Promise<T> {
    this.underWay.set(queueOffset, change)
    const outcome = await change
    this.underWay.delete(queueOffset)
    return outcome
  }

  /** Resolves when nothing is under way for the half message. */
  async settled(queueOffset: number): Promise<void> {
    for (let change = this.underWay.get(queueOffset); change; change = this.underWay.get(queueOffset)) await change
  }

  /** Resolves when nothing is under way at all. */
  async allSettled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.values())
  }

  /** The newest copy of a transaction that was put again and is open, or null. */
  newestCopy(identity: string): HalfPlace | null {
    return this.copies.get(identity) ?? null
  }

  rememberCopy(identity: string, place: HalfPlace): void {
    this.copies.delete(identity)
    this.copies.set(identity, place)
    keepNewest(this.copies, CHECKED_COUNT_MAX)
  }

  forgetCopy(identity: string): void {
    this.copies.delete(identity)
  }

  /** It is checked no more, but its producer may still make up its mind. */
  giveUp(identity: string): void {
    this.copies.delete(identity)
    this.givenUp.add(identity)
    keepNewest(this.givenUp, GIVEN_UP_COUNT_MAX)
  }

  /** True once for each that was given up: whoever gets it decides about it. */
  takeGivenUp(identity: string): boolean {
    return this.givenUp.delete(identity)
  }

  /** What lies before is no longer in the store. */
  skipTo(queueOffset: number): void {
    if (queueOffset > this.halves.beginOffset) this.halves.moveTo(queueOffset)
  }

  /** Moves `beginOffset` over all that is done with, as far as `endOffset`. */
  advance(endOffset: number): void {
    const { halves } = this
    let offset = halves.beginOffset
    while (offset < endOffset && halves.of(offset) !== HalfState.OPEN && !this.underWay.has(offset)) offset += 1
    halves.moveTo(offset)
  }
}

function keepNewest(entries: Pick<Set<string>, 'size' | 'keys' | 'delete'>, countMax: number): void {
  if (entries.size <= countMax) return
  const { value: oldest } = entries.keys().next()
  if (oldest !== undefined) entries.delete(oldest)
}
