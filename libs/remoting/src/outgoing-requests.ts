import type { Clock, Timer } from '@rocketmq-ts/base'
import {
  CommandFlag,
  encodeFrame,
  type IncomingCommand,
  RemotingCommand,
  type SerializeType,
} from '@rocketmq-ts/protocol'
import { ConnectionLostError, RemotingTimeoutError, TooManyRequestsError } from './errors'
import type { Outbox } from './outbox'
import type { ConnectionLimits } from './remoting-config'
import type { RemotingStatistics } from './remoting-statistics'

interface Waiting {
  readonly resolve: (response: IncomingCommand) => void
  readonly reject: (error: Error) => void
  readonly timer: Timer
}

interface OutgoingRequestsContext {
  readonly limits: Pick<ConnectionLimits, 'pushUnsentBytesMax' | 'onewaysUnsentMax' | 'invocationsMax'>
  readonly serializeType: SerializeType
  readonly statistics: Pick<RemotingStatistics, 'pushTotal' | 'refusedPushTotal' | 'unmatchedResponseTotal'>
  readonly clock: Pick<Clock, 'after'>
}

/** What we ask of a peer: requests that wait for their answers by opaque, and oneway ones. */
export class OutgoingRequests {
  private readonly waiting = new Map<number, Waiting>()
  private lastOpaque = 0

  constructor(
    private readonly remoteAddress: string,
    private readonly outbox: Pick<Outbox, 'pushFrame' | 'unsentBytes' | 'unsentOnewayCount'>,
    private readonly context: OutgoingRequestsContext,
  ) {}

  get waitingCount(): number {
    return this.waiting.size
  }

  /** False, and nothing sent, when the peer is slow. */
  sendOneway(command: RemotingCommand): boolean {
    const { limits, statistics } = this.context
    if (this.isPeerSlow() || this.outbox.unsentOnewayCount >= limits.onewaysUnsentMax) {
      statistics.refusedPushTotal += 1
      return false
    }
    this.send(command, CommandFlag.ONEWAY)
    return true
  }

  /** Rejects with RemotingTimeoutError, ConnectionLostError or, when nothing was sent, TooManyRequestsError. */
  invoke(command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const { limits, statistics, clock } = this.context
    const isSlow = this.isPeerSlow()
    if (isSlow || this.waiting.size >= limits.invocationsMax) {
      statistics.refusedPushTotal += 1
      const reason = isSlow ? 'it does not read' : 'too many wait for an answer'
      return Promise.reject(new TooManyRequestsError(this.remoteAddress, reason))
    }
    const opaque = this.send(command, 0)
    return new Promise((resolve, reject) => {
      const timer = clock.after(timeoutMs, () => {
        this.waiting.delete(opaque)
        reject(new RemotingTimeoutError(this.remoteAddress, timeoutMs))
      })
      this.waiting.set(opaque, { resolve, reject, timer })
    })
  }

  /** Gives a response to who waits for it. */
  settle(response: IncomingCommand): void {
    const waiting = this.waiting.get(response.opaque)
    if (waiting === undefined) {
      this.context.statistics.unmatchedResponseTotal += 1
      return
    }
    this.waiting.delete(response.opaque)
    waiting.timer.cancel()
    waiting.resolve(response)
  }

  /** No answer will come any more. */
  connectionLost(): void {
    const error = new ConnectionLostError(this.remoteAddress)
    for (const waiting of this.waiting.values()) {
      waiting.timer.cancel()
      waiting.reject(error)
    }
    this.waiting.clear()
  }

  private isPeerSlow(): boolean {
    return this.outbox.unsentBytes > this.context.limits.pushUnsentBytesMax
  }

  /** Returns the opaque it was sent with. */
  private send(command: RemotingCommand, flag: number): number {
    this.lastOpaque = (this.lastOpaque + 1) & 0x7fff_ffff
    const sent = Object.assign(new RemotingCommand(command.code), command, { opaque: this.lastOpaque, flag })
    this.context.statistics.pushTotal += 1
    this.outbox.pushFrame(encodeFrame(sent, this.context.serializeType), flag === CommandFlag.ONEWAY)
    return this.lastOpaque
  }
}
