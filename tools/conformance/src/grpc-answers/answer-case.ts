import type { AskedProxy } from './asked-proxy'

/** Something to ask a proxy, and what there is to compare of its answers. */
export interface AnswerCase {
  readonly name: string
  readonly ask: (proxy: AskedProxy) => Promise<unknown>
  /** Why our answer is not Java's. */
  readonly differs?: string
}
