import { delay } from '@rocketmq-ts/base'
import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import { decodeReceiptHandle, encodeReceiptHandle, visibleAtMs } from '../receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../receipt-handles/receipt-handle'
import { RedisAwayError } from './redis-link'
import type { RedisLink, RedisScript } from './redis-link'
import * as scripts from './renewal-scripts'
import type { HeldMessage, Holding, SharedRenewals } from './shared-renewals'

export interface RenewalsInRedisDeps {
  readonly link: Pick<RedisLink, 'onUp' | 'run' | 'upForMs'>
  readonly clock: Pick<Clock, 'after' | 'every' | 'monotonicMs' | 'nowMs'>
  readonly log: Log
  readonly proxyId: string
  readonly keyPrefix: string
  /** A proxy that is silent for so long has died. */
  readonly leaseMs: number
  /** A client that is silent for so long has gone. */
  readonly clientMs: number
}

/** Owner of a message that its client is done with. No proxy is called so. */
const OVER = 'OVER'
/** Longer than a broker may take to answer: nobody else touches a message meanwhile. */
const BUSY_MS_MAX = 5000
const BUSY_LOOK_MS = 20
/** A message that others get again is remembered for so long. */
const HELD_MARGIN_MS = 60_000
/** Somebody may still tell of a message that is over. */
const OVER_MS_MAX = 60_000
const HOLDER_MS_MAX = 86_400_000
const TAKEN_OVER_AT_ONCE_MAX = 500
/** Messages that are over, which Redis was not there to be told of: so many, the newest. */
const UNTOLD_OVER_COUNT_MAX = 10_000

/** Messages under renewal, known to all proxies. While Redis is away a proxy is alone with those that it holds. */
export class RenewalsInRedis implements SharedRenewals, Component {
  readonly isShared = true
  private readonly untoldOver = new Set<string>()
  private readonly forgottenListeners: (() => void)[] = []
  private living: Timer | null = null
  private livedAtMs = Number.NEGATIVE_INFINITY
  private isLeaving = false
  private deadProxies: readonly string[] = []

  constructor(private readonly deps: RenewalsInRedisDeps) {
    deps.link.onUp(() => {
      void this.live()
      void this.tellOver()
      for (const listener of this.forgottenListeners) listener()
    })
  }

  start(): Promise<void> {
    void this.live()
    this.living = this.deps.clock.every(this.deps.leaseMs / 4, () => void this.live())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.living?.cancel()
    return Promise.resolve()
  }

  onForgotten(listener: () => void): void {
    this.forgottenListeners.push(listener)
  }

  get isHolder(): boolean {
    return this.deps.clock.monotonicMs() - this.livedAtMs < this.deps.leaseMs
  }

  async tell(messages: readonly HeldMessage[], isBusy: boolean): Promise<readonly Holding[]> {
    const { proxyId, clock } = this.deps
    const busyMs = isBusy ? BUSY_MS_MAX : 0
    return await Promise.all(
      messages.map(async message => {
        const restMs = Math.max(0, Math.ceil(visibleAtMs(message.receipt.handle) - clock.nowMs())) + HELD_MARGIN_MS
        const args = [proxyId, restMs, HOLDER_MS_MAX, busyMs, ...fieldsOf(message)]
        const owner = await this.ask(scripts.tell, [this.heldKey(message), this.holderKey(proxyId)], args)
        if (owner === OVER) return 'OVER'
        return owner === undefined || owner === proxyId ? 'OURS' : 'OF_ANOTHER'
      }),
    )
  }

  async drop(message: HeldMessage): Promise<void> {
    const { proxyId } = this.deps
    const key = this.heldKey(message)
    const answer = await this.ask(scripts.drop, [key, this.holderKey(proxyId)], [proxyId])
    if (answer === undefined) this.tellOverLater(key)
  }

  async take(clientId: string, handle: string): Promise<string | null> {
    const key = this.heldKey({ clientId, handle })
    for (;;) {
      const answer = await this.ask(scripts.take, [key], [OVER, OVER_MS_MAX])
      const [state, newest] = Array.isArray(answer) ? (answer as readonly unknown[]) : []
      if (state === undefined) this.tellOverLater(key)
      // Whoever renews it is done in a moment; Redis itself ends a wait that would take too long.
      if (state === 'BUSY') await delay(this.deps.clock, BUSY_LOOK_MS)
      else return typeof newest === 'string' && readHandle(newest) !== null ? newest : null
    }
  }

  async takeOver(): Promise<readonly HeldMessage[]> {
    // Those that live may need a while to say so, when Redis has just come back.
    if (this.deps.link.upForMs < this.deps.leaseMs) return []
    const taken = await Promise.all(this.deadProxies.map(dead => this.takeOverFrom(dead)))
    this.deadProxies = []
    return taken.flat()
  }

  async handOver(): Promise<boolean> {
    this.isLeaving = true
    this.living?.cancel()
    const others = await this.ask(scripts.leave, [this.key('proxies')], [this.deps.proxyId])
    return typeof others === 'number' && others > 0
  }

  clientSeen(clientId: string): void {
    void this.ask(scripts.seeClient, [this.clientKey(clientId)], [this.deps.clientMs])
  }

  clientLeft(clientId: string): void {
    void this.ask(scripts.forgetClient, [this.clientKey(clientId)])
  }

  async isClientSomewhere(clientId: string): Promise<boolean | null> {
    const count = await this.ask(scripts.findClient, [this.clientKey(clientId)])
    return typeof count === 'number' ? count > 0 : null
  }

  private async live(): Promise<void> {
    if (this.isLeaving) return
    const { clock, leaseMs, proxyId } = this.deps
    const nowMs = clock.monotonicMs() // of before: Redis counts from later on
    const dead = await this.ask(scripts.live, [this.key('proxies')], [proxyId, leaseMs, HOLDER_MS_MAX])
    if (!Array.isArray(dead)) return
    this.livedAtMs = nowMs
    this.deadProxies = dead.filter(id => typeof id === 'string')
  }

  private async takeOverFrom(dead: string): Promise<readonly HeldMessage[]> {
    const { proxyId, log } = this.deps
    const keys = [this.key('proxies'), this.holderKey(dead), this.holderKey(proxyId)]
    const answer = await this.ask(scripts.takeOver, keys, [dead, proxyId, TAKEN_OVER_AT_ONCE_MAX, HOLDER_MS_MAX])
    const rows = Array.isArray(answer) ? (answer as readonly unknown[]) : []
    const messages = rows.map(readHeld).filter(message => message !== null)
    if (messages.length > 0)
      log.info({ count: messages.length, proxy: dead }, 'messages of a proxy that is gone are kept hidden here')
    if (messages.length < rows.length)
      log.warn({ count: rows.length - messages.length }, 'Redis has messages that nobody can read')
    return messages
  }

  private tellOverLater(key: string): void {
    this.untoldOver.add(key)
    const [oldest] = this.untoldOver
    if (this.untoldOver.size > UNTOLD_OVER_COUNT_MAX && oldest !== undefined) this.untoldOver.delete(oldest)
  }

  private async tellOver(): Promise<void> {
    for (const key of this.untoldOver) {
      if ((await this.ask(scripts.take, [key], [OVER, OVER_MS_MAX])) === undefined) return
      this.untoldOver.delete(key)
    }
  }

  /** Undefined: Redis is away, as the link has logged. */
  private async ask(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[] = [],
  ): Promise<unknown> {
    try {
      return await this.deps.link.run(script, keys, args)
    } catch (error) {
      if (error instanceof RedisAwayError) return undefined
      throw error
    }
  }

  private key(name: string): string {
    return `${this.deps.keyPrefix}${name}`
  }

  private heldKey({ clientId, handle }: Pick<HeldMessage, 'clientId' | 'handle'>): string {
    return this.key(`held:${clientId} ${handle}`)
  }

  private holderKey(proxyId: string): string {
    return this.key(`holder:${proxyId}`)
  }

  private clientKey(clientId: string): string {
    return this.key(`client:${clientId}`)
  }
}

function fieldsOf({
  clientId,
  handle,
  receipt,
  reconsumeTimes,
  sinceMs,
  renewCount,
}: HeldMessage): readonly (string | number)[] {
  return [
    ...['client', clientId, 'handle', handle, 'newest', encodeReceiptHandle(receipt.handle)],
    ...['group', receipt.group, 'topic', receipt.topic, 'since', sinceMs, 'renewals', renewCount],
    ...['attempts', reconsumeTimes],
  ]
}

/** As `takeOver` returns it; null for what was not written by `tell`. */
function readHeld(row: unknown): HeldMessage | null {
  const fields = Array.isArray(row) ? (row as readonly unknown[]) : []
  const [clientId, handle, newest, group, topic, since, renewals, attempts] = fields.map(field =>
    typeof field === 'string' ? field : '',
  )
  const newestHandle = readHandle(newest ?? '')
  const numbers = [Number(since), Number(renewals), Number(attempts)]
  const [sinceMs = 0, renewCount = 0, reconsumeTimes = 0] = numbers
  const isWhole = numbers.every(number => Number.isSafeInteger(number) && number >= 0)
  if (newestHandle === null || !isWhole) return null
  if (clientId === undefined || handle === undefined || group === undefined || topic === undefined) return null
  return { clientId, handle, receipt: { group, topic, handle: newestHandle }, reconsumeTimes, sinceMs, renewCount }
}

function readHandle(text: string): ReceiptHandle | null {
  try {
    return decodeReceiptHandle(text)
  } catch {
    return null
  }
}
