import type { Clock } from '@rocketmq-ts/base'

/** What a request was answered with. */
export interface KeptAnswer {
  readonly status: number
  readonly payload: string
}

/** What is known of a key: nothing, so that the request may go on; or that it was used. */
export type KeyState =
  | { readonly state: 'NEW' | 'RUNNING' | 'USED_FOR_ANOTHER' }
  | { readonly state: 'ANSWERED'; readonly answer: KeptAnswer }

/** Keys of requests that clients may repeat without sending twice. Nothing here ever fails. */
export interface IdempotencyKeys {
  /** A key that is new is taken, until `finish` or `release`. */
  take(key: string, requestHash: string): Promise<KeyState>
  finish(key: string, answer: KeptAnswer): Promise<void>
  /** The request failed: it may be repeated. */
  release(key: string): Promise<void>
}

interface Entry {
  readonly requestHash: string
  readonly takenAtMs: number
  answer: KeptAnswer | null
}

export interface IdempotencyLimits {
  readonly countMax: number
  /** Of all keys and answers. */
  readonly charsMax: number
  readonly ageMsMax: number
}

/** In the memory of this process; when there are too many, or too long ones, the oldest is forgotten. */
export class KeysInMemory implements IdempotencyKeys {
  /** The oldest first. */
  private readonly entries = new Map<string, Entry>()
  private chars = 0

  constructor(
    private readonly limits: IdempotencyLimits,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  take(key: string, requestHash: string): Promise<KeyState> {
    this.forgetOld()
    const entry = this.entries.get(key)
    if (entry === undefined) {
      this.entries.set(key, { requestHash, takenAtMs: this.clock.monotonicMs(), answer: null })
      this.chars += key.length
      return Promise.resolve({ state: 'NEW' })
    }
    return Promise.resolve(stateOf(entry, requestHash))
  }

  finish(key: string, answer: KeptAnswer): Promise<void> {
    const entry = this.entries.get(key)
    if (entry !== undefined) {
      entry.answer = answer
      this.chars += answer.payload.length
    }
    return Promise.resolve()
  }

  release(key: string): Promise<void> {
    const entry = this.entries.get(key)
    if (entry !== undefined) {
      this.entries.delete(key)
      this.chars -= key.length + (entry.answer?.payload.length ?? 0)
    }
    return Promise.resolve()
  }

  private forgetOld(): void {
    const { ageMsMax, charsMax, countMax } = this.limits
    const oldestMs = this.clock.monotonicMs() - ageMsMax
    for (const [key, { takenAtMs }] of this.entries) {
      if (takenAtMs > oldestMs && this.entries.size < countMax && this.chars < charsMax) return
      void this.release(key)
    }
  }
}

/** Of a key that was taken, for another request or the same one. */
export function stateOf(
  { requestHash, answer }: Pick<Entry, 'requestHash' | 'answer'>,
  askedHash: string,
): Exclude<KeyState, { state: 'NEW' }> {
  if (requestHash !== askedHash) return { state: 'USED_FOR_ANOTHER' }
  return answer === null ? { state: 'RUNNING' } : { state: 'ANSWERED', answer }
}
