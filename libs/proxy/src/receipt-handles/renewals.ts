import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import { InvalidReceiptHandleError } from '../messaging/refusals'
import type { Receipt, Receipts } from '../messaging/receipts'
import { encodeReceiptHandle, visibleAtMs } from './receipt-handle'

export interface RenewalsConfig {
  readonly renewSchedulePeriodMillis: number
  /** A message is renewed when it would be given to others within this time. */
  readonly renewAheadTimeMillis: number
  /** After it the consumer is taken to hang: the message is given to others. */
  readonly renewMaxTimeMillis: number
  readonly maxRenewRetryTimes: number
  readonly invisibleTimeMillisWhenClear: number
  /** Of all clients together; above it messages are not renewed, and come again when their time runs out. */
  readonly renewedMessagesMax: number
}

export interface RenewalsDeps {
  readonly receipts: Pick<Receipts, 'changeInvisibleTime'>
  readonly clock: Pick<Clock, 'every' | 'nowMs'>
  readonly log: Log
  /** False: the client has gone, and what it holds is for others. */
  readonly isConnected: (clientId: string) => boolean
  /** How long a group waits before it gets a message again that was delivered so many times before. */
  readonly retryDelayMs: (receipt: Receipt, reconsumeTimes: number) => Promise<number>
}

/** A message that a client works on, named by what it was first given. */
interface Renewed {
  receipt: Receipt
  readonly reconsumeTimes: number
  readonly clientId: string
  readonly sinceMs: number
  renewCount: number
  failureCount: number
  /** The renewal under way. */
  running: Promise<void> | null
}

/** How long a message is hidden by its first renewal, its second, and so on. */
const MINUTE_MS = 60_000
const durationsMs = [1, 3, 5, 10, 30, 60].map(minutes => minutes * MINUTE_MS)
const LONGEST_MS = 60 * MINUTE_MS

/**
 * Keeps messages hidden while their consumers work on them, however long that takes: push consumers do not say for how
 * long. Source: proxy/service/receipt/DefaultReceiptHandleManager.java
 */
export class Renewals implements Component {
  private readonly byHandle = new Map<string, Renewed>()
  private ticking: Timer | null = null

  constructor(
    private readonly config: RenewalsConfig,
    private readonly deps: RenewalsDeps,
  ) {}

  get count(): number {
    return this.byHandle.size
  }

  start(): Promise<void> {
    this.ticking = this.deps.clock.every(this.config.renewSchedulePeriodMillis, () => this.tick())
    return Promise.resolve()
  }

  /** What nobody here works on any more is for others, soon. */
  async stop(): Promise<void> {
    this.ticking?.cancel()
    await Promise.all([...this.byHandle.values()].map(({ running }) => running ?? Promise.resolve()))
    await Promise.all([...this.byHandle.entries()].map(([handle, renewed]) => this.giveBack(handle, renewed)))
  }

  /** From now on the message is kept hidden, until it is taken, or its client is gone. */
  add(clientId: string, receipt: Receipt, reconsumeTimes: number): void {
    if (this.byHandle.size >= this.config.renewedMessagesMax) {
      this.deps.log.warn({ clientId, limit: this.config.renewedMessagesMax }, 'too many messages to renew: one is not')
      return
    }
    const sinceMs = this.deps.clock.nowMs()
    const renewed = { receipt, reconsumeTimes, clientId, sinceMs, renewCount: 0, failureCount: 0, running: null }
    this.byHandle.set(keyOf(clientId, encodeReceiptHandle(receipt.handle)), renewed)
  }

  /** The newest receipt of a message, which is not renewed any more; that of any other is what was given. */
  async take(clientId: string, handle: string): Promise<string> {
    const key = keyOf(clientId, handle)
    const renewed = this.byHandle.get(key)
    if (renewed === undefined) return handle
    this.byHandle.delete(key)
    await renewed.running
    return encodeReceiptHandle(renewed.receipt.handle)
  }

  private tick(): void {
    const nowMs = this.deps.clock.nowMs()
    for (const [key, renewed] of this.byHandle) {
      if (renewed.running !== null) continue
      if (!this.deps.isConnected(renewed.clientId)) void this.giveBack(key, renewed)
      else if (visibleAtMs(renewed.receipt.handle) - nowMs <= this.config.renewAheadTimeMillis) {
        if (nowMs - renewed.sinceMs >= this.config.renewMaxTimeMillis) void this.giveUp(key, renewed)
        else this.renew(key, renewed)
      }
    }
  }

  private renew(key: string, renewed: Renewed): void {
    const invisibleMs = durationsMs[renewed.renewCount] ?? LONGEST_MS
    renewed.running = this.deps.receipts
      .changeInvisibleTime({ ...renewed.receipt, invisibleMs, suspend: false })
      .then(
        handle => {
          renewed.receipt = { ...renewed.receipt, handle }
          renewed.renewCount += 1
          renewed.failureCount = 0
        },
        (err: unknown) => {
          renewed.failureCount += 1
          const isVain =
            err instanceof InvalidReceiptHandleError || renewed.failureCount >= this.config.maxRenewRetryTimes
          if (isVain) this.byHandle.delete(key)
          this.deps.log.warn({ err, group: renewed.receipt.group, isVain }, 'a message could not be kept hidden')
        },
      )
      .finally(() => void (renewed.running = null))
  }

  /** Its consumer hangs: as if that had failed with the message, it comes again after the pause of its group. */
  private async giveUp(key: string, { receipt, reconsumeTimes }: Renewed): Promise<void> {
    this.byHandle.delete(key)
    try {
      const invisibleMs = await this.deps.retryDelayMs(receipt, reconsumeTimes)
      await this.deps.receipts.changeInvisibleTime({ ...receipt, invisibleMs, suspend: false })
    } catch (err) {
      this.deps.log.warn({ err, group: receipt.group }, 'a message of a consumer that hangs comes again late')
    }
  }

  private async giveBack(key: string, renewed: Renewed): Promise<void> {
    this.byHandle.delete(key)
    const invisibleMs = this.config.invisibleTimeMillisWhenClear
    try {
      await this.deps.receipts.changeInvisibleTime({ ...renewed.receipt, invisibleMs, suspend: true })
    } catch (err) {
      this.deps.log.debug({ err, group: renewed.receipt.group }, 'a message comes again later than it could')
    }
  }
}

function keyOf(clientId: string, handle: string): string {
  return `${clientId} ${handle}`
}
