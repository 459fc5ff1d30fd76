import type { Clock, Timer } from '@rocketmq-ts/base'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { RemotingTimeoutError } from './errors'

interface Invocation {
  readonly resolve: (response: IncomingCommand) => void
  readonly reject: (error: Error) => void
  readonly timer: Timer
}

/** Our requests on one connection that wait for their answers, by opaque. */
export class PendingInvocations {
  private readonly byOpaque = new Map<number, Invocation>()
  private lastOpaque = 0

  constructor(
    private readonly remoteAddress: string,
    private readonly clock: Pick<Clock, 'after'>,
  ) {}

  get count(): number {
    return this.byOpaque.size
  }

  nextOpaque(): number {
    this.lastOpaque = (this.lastOpaque + 1) & 0x7fff_ffff
    return this.lastOpaque
  }

  wait(opaque: number, timeoutMs: number): Promise<IncomingCommand> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.after(timeoutMs, () => {
        this.byOpaque.delete(opaque)
        reject(new RemotingTimeoutError(this.remoteAddress, timeoutMs))
      })
      this.byOpaque.set(opaque, { resolve, reject, timer })
    })
  }

  /** False if nobody waits for it, or no longer. */
  settle(response: IncomingCommand): boolean {
    const invocation = this.byOpaque.get(response.opaque)
    if (invocation === undefined) return false
    this.byOpaque.delete(response.opaque)
    invocation.timer.cancel()
    invocation.resolve(response)
    return true
  }

  rejectAll(error: Error): void {
    const invocations = [...this.byOpaque.values()]
    this.byOpaque.clear()
    for (const invocation of invocations) {
      invocation.timer.cancel()
      invocation.reject(error)
    }
  }
}
