/**
 * What is known of one half message. ENDED: by an earlier process, which does not say how. MOVED: a newer copy took its
 * place, or it was given up.
 */
export const HalfState = { OPEN: 0, COMMITTED: 1, ROLLED_BACK: 2, ENDED: 3, MOVED: 4 } as const
export type HalfState = (typeof HalfState)[keyof typeof HalfState]

const STATES_PER_PAGE = 4096

/**
 * The states of the half messages from `beginOffset` on, a byte each; all before are done with, all behind are open.
 *
 *   … done | beginOffset | page 4096 | page 4096 | … open
 */
export class HalfStates {
  private readonly pages = new Map<number, Uint8Array>()

  constructor(private begin: number) {}

  /** The first half message that may be open. */
  get beginOffset(): number {
    return this.begin
  }

  /** MOVED for one before `beginOffset`. */
  of(queueOffset: number): HalfState {
    if (queueOffset < this.begin) return HalfState.MOVED
    const page = this.pages.get(Math.floor(queueOffset / STATES_PER_PAGE))
    return (page?.[queueOffset % STATES_PER_PAGE] ?? HalfState.OPEN) as HalfState
  }

  set(queueOffset: number, state: HalfState): void {
    if (queueOffset < this.begin) return
    const index = Math.floor(queueOffset / STATES_PER_PAGE)
    let page = this.pages.get(index)
    if (page === undefined) this.pages.set(index, (page = new Uint8Array(STATES_PER_PAGE)))
    page[queueOffset % STATES_PER_PAGE] = state
  }

  /** Forgets what is before. */
  moveTo(beginOffset: number): void {
    const firstPage = Math.floor(beginOffset / STATES_PER_PAGE)
    for (let index = Math.floor(this.begin / STATES_PER_PAGE); index < firstPage; index += 1) this.pages.delete(index)
    this.begin = beginOffset
  }
}
