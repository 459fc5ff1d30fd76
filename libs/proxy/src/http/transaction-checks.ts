import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import { LanguageCode, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { readTransactionCheck } from '../grpc/messages/transaction-check'
import type { TransactionCheck } from '../grpc/messages/transaction-check'
import { InvalidRequestError } from '../grpc/status'
import type { ClientLink } from '../messaging/brokers'
import { clientAnswer } from '../messaging/client-answer'
import type { Messaging } from '../messaging/messaging'
import { heartbeatOf } from '../settings/heartbeat-of'

export interface TransactionChecksDeps {
  readonly messaging: Pick<Messaging, 'link'>
  readonly clock: Pick<Clock, 'after' | 'every' | 'monotonicMs' | 'nowMs'>
  readonly log: Log
  /** Aborted when the proxy is about to stop: who waits is answered. */
  readonly stopping: AbortSignal
}

export interface ChecksWish {
  readonly countMax: number
  readonly waitMs: number
  readonly remoteAddress: string
  /** Aborted when the client has gone: it takes nothing. */
  readonly gone: AbortSignal
}

/** A check, and what it takes of memory. */
export interface KeptCheck extends TransactionCheck {
  readonly bytes: number
}

/** Topics whose producers ask over HTTP at a time: brokers are told of each. */
const WATCHED_TOPIC_COUNT_MAX = 1000
/** Of all topics. Further checks are let go: brokers ask again. */
const KEPT_CHECK_COUNT_MAX = 10_000
const KEPT_CHECK_BYTES_MAX = 64 * 1024 * 1024
const HEARTBEAT_MS = 20_000
/** Nobody has asked for so long: brokers need not ask here any more. */
const WATCH_IDLE_MS = 60_000

interface Watch {
  readonly link: ClientLink
  /** Brokers know of it. */
  readonly told: Promise<void>
  /** By the id of the message: of two checks of one transaction the newer counts. */
  readonly kept: Map<string, KeptCheck>
  readonly waiting: Set<() => void>
  lastAskedMs: number
}

/**
 * Transactions that brokers ask about, kept until an HTTP producer comes for them. To brokers a topic that is asked for here
 * is a producer group of its own name, as with gRPC producers. A check that nobody takes is asked again.
 */
export class TransactionChecks {
  private readonly watches = new Map<string, Watch>()
  private readonly ticking: Timer
  private keptCount = 0
  private keptBytes = 0

  constructor(private readonly deps: TransactionChecksDeps) {
    this.ticking = deps.clock.every(HEARTBEAT_MS, () => this.tick())
    deps.stopping.addEventListener('abort', () => this.close(), { once: true })
  }

  /** Those of the topic that are there, or the first that comes; none when none comes in time. */
  async take(topic: string, { countMax, waitMs, remoteAddress, gone }: ChecksWish): Promise<readonly KeptCheck[]> {
    const watch = this.watches.get(topic) ?? this.watch(topic, remoteAddress)
    const { clock, stopping } = this.deps
    const untilMs = clock.monotonicMs() + waitMs
    await watch.told
    for (;;) {
      watch.lastAskedMs = clock.monotonicMs()
      if (gone.aborted) return this.passOn(watch)
      const leftMs = untilMs - watch.lastAskedMs
      if (watch.kept.size > 0 || leftMs <= 0 || stopping.aborted) return this.taken(watch, countMax)
      await this.somethingNew(watch, leftMs, gone)
    }
  }

  /** They did not reach the client. */
  giveBack(topic: string, checks: readonly KeptCheck[]): void {
    const watch = this.watches.get(topic)
    if (watch !== undefined) for (const check of checks) this.keep(watch, check, { isNewer: false })
  }

  private close(): void {
    this.ticking.cancel()
    for (const [topic, watch] of this.watches) this.forget(topic, watch)
  }

  private watch(topic: string, remoteAddress: string): Watch {
    if (this.watches.size >= WATCHED_TOPIC_COUNT_MAX) {
      const text = `transactions of ${WATCHED_TOPIC_COUNT_MAX} topics are asked for at this proxy: no more are`
      throw new InvalidRequestError(v2.Code.TOO_MANY_REQUESTS, text)
    }
    const { messaging, clock } = this.deps
    const link = messaging.link({
      ...{ clientId: clientIdOf(topic), remoteAddress, language: LanguageCode.HTTP },
      onPush: (push, brokerName) => this.onPush(watch, push, brokerName),
      onCall: ({ code }) => Promise.resolve(cannotBeAsked(code)),
    })
    const watch: Watch = {
      ...{ link, told: this.tell(topic, link), kept: new Map(), waiting: new Set() },
      lastAskedMs: clock.monotonicMs(),
    }
    this.watches.set(topic, watch)
    watch.told.catch(() => this.forget(topic, watch)) // whoever waits for it gets the reason
    return watch
  }

  private async tell(topic: string, link: ClientLink): Promise<void> {
    const publishing = { topics: [{ name: topic }] }
    await link.heartbeat(heartbeatOf(clientIdOf(topic), { publishing }, this.deps.clock.nowMs()))
  }

  private onPush(watch: Watch, push: RemotingCommand | IncomingCommand, brokerName: string): void {
    if (push.code !== RequestCode.CHECK_TRANSACTION_STATE) return
    readTransactionCheck(push, brokerName).then(
      check => {
        if (check !== null) this.keep(watch, owned(check, push.body?.length ?? 0), { isNewer: true })
      },
      (err: unknown) => this.deps.log.warn({ err, brokerName }, 'a check of a transaction cannot be read'),
    )
  }

  private keep(watch: Watch, check: KeptCheck, { isNewer }: { readonly isNewer: boolean }): void {
    const id = idOf(check)
    const older = watch.kept.get(id)
    if (older !== undefined && !isNewer) return
    if (older !== undefined) this.let(watch, older)
    if (this.keptCount >= KEPT_CHECK_COUNT_MAX || this.keptBytes >= KEPT_CHECK_BYTES_MAX) {
      this.deps.log.warn(
        { keptCount: this.keptCount },
        'too many transactions are to be checked: one is asked again later',
      )
      return
    }
    watch.kept.set(id, check)
    this.keptCount += 1
    this.keptBytes += check.bytes
    this.wakeNext(watch)
  }

  private taken(watch: Watch, countMax: number): readonly KeptCheck[] {
    const checks = [...watch.kept.values()].slice(0, countMax)
    for (const check of checks) this.let(watch, check)
    this.wakeNext(watch)
    return checks
  }

  /** Who was woken takes nothing: the next may. */
  private passOn(watch: Watch): readonly KeptCheck[] {
    this.wakeNext(watch)
    return []
  }

  private wakeNext({ kept, waiting }: Watch): void {
    const [wake] = waiting
    if (kept.size > 0) wake?.()
  }

  private let(watch: Watch, check: KeptCheck): void {
    if (!watch.kept.delete(idOf(check))) return
    this.keptCount -= 1
    this.keptBytes -= check.bytes
  }

  /** Or the time is over, or the client has gone, or the proxy stops. */
  private somethingNew({ waiting }: Watch, waitMs: number, gone: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const wake = (): void => {
        waiting.delete(wake)
        timer.cancel()
        gone.removeEventListener('abort', wake)
        resolve()
      }
      const timer = this.deps.clock.after(waitMs, wake)
      gone.addEventListener('abort', wake)
      waiting.add(wake)
    })
  }

  private tick(): void {
    const oldestMs = this.deps.clock.monotonicMs() - WATCH_IDLE_MS
    for (const [topic, watch] of this.watches) {
      if (watch.waiting.size === 0 && watch.lastAskedMs < oldestMs) this.forget(topic, watch)
      else {
        this.tell(topic, watch.link).catch((err: unknown) => {
          this.deps.log.warn({ err, topic }, 'a broker does not know that transactions are asked for: it is told again')
        })
      }
    }
  }

  private forget(topic: string, watch: Watch): void {
    if (this.watches.get(topic) === watch) this.watches.delete(topic)
    for (const check of watch.kept.values()) this.let(watch, check)
    for (const wake of watch.waiting) wake()
    watch.link.close()
  }
}

function clientIdOf(topic: string): string {
  return `http@${topic}`
}

/** Its body lies in a buffer that is of others. */
function owned({ message, transactionId }: TransactionCheck, bytes: number): KeptCheck {
  return { transactionId, bytes, message: { ...message, body: Buffer.from(message.body ?? []) } }
}

function idOf({ message, transactionId }: TransactionCheck): string {
  return message.systemProperties?.messageId ?? transactionId
}

/** Whoever asks over HTTP is there while it waits, and for nothing else. */
function cannotBeAsked(code: number): IncomingCommand {
  const remark = `an HTTP producer cannot be asked what code ${code} asks`
  return clientAnswer({ code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED, remark })
}
