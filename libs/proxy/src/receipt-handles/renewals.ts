import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import { InvalidReceiptHandleError } from '../messaging/refusals'
import type { Receipt, Receipts } from '../messaging/receipts'
import type { HeldMessage, SharedRenewals } from '../shared-state/shared-renewals'
import { ByClient } from './by-client'
import { decodeReceiptHandle, encodeReceiptHandle, visibleAtMs } from './receipt-handle'
import type { RenewalsConfig } from './renewals-config'

export interface RenewalsDeps {
  readonly receipts: Pick<Receipts, 'changeInvisibleTime'>
  readonly clock: Pick<Clock, 'every' | 'nowMs'>
  readonly log: Log
  /** False: the client has gone from this proxy. */
  readonly isConnected: (clientId: string) => boolean
  /** How long a group waits before it gets a message again that was delivered so many times before. */
  readonly retryDelayMs: (receipt: Receipt, reconsumeTimes: number) => Promise<number>
  /** What other proxies know, and this one from them. */
  readonly shared: SharedRenewals
}

interface Renewed extends HeldMessage {
  receipt: Receipt
  renewCount: number
  failureCount: number
  /** Another proxy gave it out, and its client may be there. */
  readonly isTakenOver: boolean
  isTold: boolean
  /** What is under way with it. */
  running: Promise<void> | null
}

/** Stands for those who only have a receipt handle, as over HTTP: they are never gone. */
export const WHOEVER_HOLDS_IT = '*'

const MINUTE_MS = 60_000
/** How long a message is hidden by its first renewal, its second, and so on. */
const durationsMs = [1, 3, 5, 10, 30, 60].map(minutes => minutes * MINUTE_MS)

/** Most messages are done with before others need to hear of them. */
const TELLING_PERIOD_MS = 500
const TOLD_AT_ONCE_MAX = 1000

/**
 * Keeps messages hidden while their consumers work on them, however long that takes: push consumers, and whoever asks for
 * it over HTTP, do not say for how long. Source: proxy/service/receipt/DefaultReceiptHandleManager.java
 */
export class Renewals implements Component {
  private readonly byHandle = new ByClient<Renewed>()
  private readonly untold = new Set<Renewed>()
  private readonly shared: SharedRenewals
  private readonly timers: Timer[] = []
  private exchanging: Promise<void> | null = null

  constructor(
    private readonly config: RenewalsConfig,
    private readonly deps: RenewalsDeps,
  ) {
    this.shared = deps.shared
    this.shared.onForgotten(() => {
      for (const renewed of this.byHandle.values()) this.untold.add(renewed)
    })
  }

  get count(): number {
    return this.byHandle.size
  }

  /** Those of one client. */
  countOf(clientId: string): number {
    return this.byHandle.countOf(clientId)
  }

  start(): Promise<void> {
    const { clock } = this.deps
    this.timers.push(clock.every(this.config.renewSchedulePeriodMillis, () => this.tick()))
    if (this.shared.isShared) this.timers.push(clock.every(TELLING_PERIOD_MS, () => this.exchange()))
    return Promise.resolve()
  }

  /** What nobody here works on any more is for others, soon; if there is another proxy, it goes on with all of it. */
  async stop(): Promise<void> {
    for (const timer of this.timers.splice(0)) timer.cancel()
    await this.exchanging
    await Promise.all([...this.byHandle.values()].map(({ running }) => running ?? Promise.resolve()))
    await this.tell()
    const isHandedOver = this.byHandle.size > 0 && (await this.shared.handOver())
    const left = [...this.byHandle].filter(([, { isTold }]) => !(isHandedOver && isTold))
    await Promise.all(left.map(([key, renewed]) => this.giveBack(key, renewed)))
    this.byHandle.clear()
  }

  /** From now on the message is kept hidden, until it is taken, or its client is gone. */
  add(clientId: string, receipt: Receipt, reconsumeTimes: number): void {
    const [handle, sinceMs] = [encodeReceiptHandle(receipt.handle), this.deps.clock.nowMs()]
    this.hold({ clientId, handle, receipt, reconsumeTimes, sinceMs, renewCount: 0 }, false)
  }

  /** The newest receipt of a message, which is not renewed any more; that of any other is what was given. */
  async take(clientId: string, handle: string): Promise<string> {
    const key = keyOf(clientId, handle)
    const renewed = this.byHandle.get(key)
    const isElsewhere = renewed === undefined ? this.mayBeElsewhere(handle) : !this.shared.isHolder
    if (renewed !== undefined) {
      this.forget(key, renewed)
      await renewed.running
    }
    const newest = renewed === undefined ? handle : encodeReceiptHandle(renewed.receipt.handle)
    if (isElsewhere) return (await this.shared.take(clientId, handle)) ?? newest
    if (renewed?.isTold === true) void this.shared.drop(renewed)
    return newest
  }

  /** Only what was given out to be renewed can be. */
  private mayBeElsewhere(handle: string): boolean {
    const { defaultInvisibleTimeMills: invisibleMs } = this.config
    return this.shared.isShared && decodeReceiptHandle(handle).invisibleTime === invisibleMs
  }

  private hold(message: HeldMessage, isTakenOver: boolean): void {
    if (this.byHandle.size >= this.config.renewedMessagesMax) {
      const { clientId } = message
      this.deps.log.warn({ clientId, limit: this.config.renewedMessagesMax }, 'too many messages to renew: one is not')
      return
    }
    const renewed = { ...message, failureCount: 0, isTakenOver, isTold: isTakenOver, running: null }
    this.byHandle.set(keyOf(message.clientId, message.handle), renewed)
    if (this.shared.isShared && !isTakenOver) this.untold.add(renewed)
  }

  private forget(key: string, renewed: Renewed): void {
    this.byHandle.delete(key)
    this.untold.delete(renewed)
  }

  private tick(): void {
    const nowMs = this.deps.clock.nowMs()
    const aheadMs = this.config.renewAheadTimeMillis + (this.shared.isShared ? this.config.redisLeaseMillis : 0)
    for (const [key, renewed] of this.byHandle) {
      if (renewed.running !== null) continue
      const isDue = visibleAtMs(renewed.receipt.handle) - nowMs <= aheadMs
      const isHere = renewed.clientId === WHOEVER_HOLDS_IT || this.deps.isConnected(renewed.clientId)
      if (!isHere || isDue) {
        const done = isHere ? this.renew(key, renewed) : this.renewElsewhere(key, renewed, isDue)
        renewed.running = done.finally(() => void (renewed.running = null))
      }
    }
  }

  /** Its client is not with this proxy; perhaps it is with another. */
  private async renewElsewhere(key: string, renewed: Renewed, isDue: boolean): Promise<void> {
    const isSomewhere = (await this.shared.isClientSomewhere(renewed.clientId)) ?? renewed.isTakenOver
    if (this.byHandle.get(key) !== renewed) return
    if (!isSomewhere) await this.giveBack(key, renewed)
    else if (isDue) await this.renew(key, renewed)
  }

  private async renew(key: string, renewed: Renewed): Promise<void> {
    if (this.deps.clock.nowMs() - renewed.sinceMs >= this.config.renewMaxTimeMillis) {
      await this.giveUp(key, renewed)
      return
    }
    const [holding] = await this.shared.tell([renewed], true)
    renewed.isTold = true
    if (holding !== 'OURS') {
      this.forget(key, renewed)
      return
    }
    await this.hide(key, renewed)
    if (this.byHandle.get(key) === renewed) await this.shared.tell([renewed], false)
  }

  private async hide(key: string, renewed: Renewed): Promise<void> {
    try {
      const invisibleMs = durationsMs[renewed.renewCount] ?? 60 * MINUTE_MS
      const handle = await this.deps.receipts.changeInvisibleTime({ ...renewed.receipt, invisibleMs, suspend: false })
      renewed.receipt = { ...renewed.receipt, handle }
      renewed.renewCount += 1
      renewed.failureCount = 0
    } catch (err) {
      renewed.failureCount += 1
      const isVain = err instanceof InvalidReceiptHandleError || renewed.failureCount >= this.config.maxRenewRetryTimes
      if (isVain) await this.letGo(key, renewed)
      this.deps.log.warn({ err, group: renewed.receipt.group, isVain }, 'a message could not be kept hidden')
    }
  }

  /** Its consumer hangs: as if that had failed with the message, it comes again after the pause of its group. */
  private async giveUp(key: string, renewed: Renewed): Promise<void> {
    const { receipt } = renewed
    const [holding] = await this.shared.tell([renewed], true)
    await this.letGo(key, renewed)
    if (holding !== 'OURS') return
    try {
      const invisibleMs = await this.deps.retryDelayMs(receipt, renewed.reconsumeTimes)
      await this.deps.receipts.changeInvisibleTime({ ...receipt, invisibleMs, suspend: false })
    } catch (err) {
      this.deps.log.warn({ err, group: receipt.group }, 'a message of a consumer that hangs comes again late')
    }
  }

  private async giveBack(key: string, renewed: Renewed): Promise<void> {
    const invisibleMs = this.config.invisibleTimeMillisWhenClear
    const [holding] = await this.shared.tell([renewed], true)
    if (holding === 'OURS') {
      try {
        await this.deps.receipts.changeInvisibleTime({ ...renewed.receipt, invisibleMs, suspend: true })
      } catch (err) {
        this.deps.log.debug({ err, group: renewed.receipt.group }, 'a message comes again later than it could')
      }
    }
    await this.letGo(key, renewed)
  }

  private async letGo(key: string, renewed: Renewed): Promise<void> {
    this.forget(key, renewed)
    await this.shared.drop(renewed)
  }

  private exchange(): void {
    this.exchanging ??= this.tellAndTakeOver().finally(() => void (this.exchanging = null))
  }

  private async tellAndTakeOver(): Promise<void> {
    await this.tell()
    for (const message of await this.shared.takeOver()) this.hold(message, true)
  }

  private async tell(): Promise<void> {
    const all = [...this.untold].filter(({ running }) => running === null) // else it is told by what is under way
    this.untold.clear()
    for (let at = 0; at < all.length; at += TOLD_AT_ONCE_MAX) await this.tellSome(all.slice(at, at + TOLD_AT_ONCE_MAX))
  }

  private async tellSome(some: readonly Renewed[]): Promise<void> {
    const holdings = await this.shared.tell(some, false)
    for (const [index, renewed] of some.entries()) {
      const key = keyOf(renewed.clientId, renewed.handle)
      renewed.isTold = true
      if (this.byHandle.get(key) !== renewed) await this.shared.drop(renewed)
      else if (holdings[index] !== 'OURS') this.forget(key, renewed)
    }
  }
}

function keyOf(clientId: string, handle: string): string {
  return `${clientId} ${handle}`
}
