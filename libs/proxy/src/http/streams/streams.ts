import type { Clock } from '@rocketmq-ts/base'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { InvalidRequestError } from '../../grpc/status'
import type { ProxyConfig } from '../../proxy-config'
import { Deliveries } from './deliveries'

/** The connection of one client that messages are delivered to. */
export interface Stream {
  /** Tells the client to come again, and ends. Resolves when what it held is given back. */
  sendAway(): Promise<void>
  /** Whether its client would be let in again, now. */
  isStillKnown(): Promise<boolean>
  /** Ends, as its client is nobody any more. */
  turnAway(): Promise<void>
}

/** All streams of this proxy, so that they are not too many, and end when it stops. */
export class Streams {
  readonly deliveries: Deliveries
  private readonly open = new Set<Stream>()
  private readonly running = new Set<Promise<void>>()
  private isStopping = false

  constructor(
    private readonly config: Pick<ProxyConfig, 'httpStreamsMax'>,
    clock: Pick<Clock, 'after' | 'nowMs'>,
  ) {
    this.deliveries = new Deliveries(clock)
  }

  get openCount(): number {
    return this.open.size
  }

  /** Throws InvalidRequestError when there cannot be one more. */
  requireRoom(): void {
    if (this.isStopping) throw new InvalidRequestError(v2.Code.HA_NOT_AVAILABLE, 'the proxy is about to stop')
    if (this.open.size < this.config.httpStreamsMax) return
    const text = `there are ${this.open.size} streams: close one, or raise httpStreamsMax`
    throw new InvalidRequestError(v2.Code.TOO_MANY_REQUESTS, text)
  }

  add(stream: Stream): void {
    this.open.add(stream)
  }

  remove(stream: Stream): void {
    this.open.delete(stream)
  }

  /** Work of a stream that goes on after it: an answer that it waited for is given back when it comes. */
  track(run: Promise<void>): void {
    this.running.add(run)
    void run.finally(() => this.running.delete(run))
  }

  /** Every client is told to come again. Resolves when brokers have what streams held. */
  async sendAway(): Promise<void> {
    this.isStopping = true
    await Promise.all([...this.open].map(stream => stream.sendAway()))
  }

  /** Users have changed: streams of those who are none end. */
  async lookAgain(): Promise<void> {
    await Promise.all(
      [...this.open].map(async stream => {
        if (!(await stream.isStillKnown())) await stream.turnAway()
      }),
    )
  }

  /** Resolves when no stream waits for anything. */
  async ended(): Promise<void> {
    await Promise.all(this.running)
  }
}
