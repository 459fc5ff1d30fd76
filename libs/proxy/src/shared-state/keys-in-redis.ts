import { createHash } from 'node:crypto'
import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import { KeysInMemory, stateOf } from './idempotency-keys'
import type { IdempotencyKeys, IdempotencyLimits, KeptAnswer, KeyState } from './idempotency-keys'
import { RedisAwayError, RedisScript } from './redis-link'
import type { RedisLink } from './redis-link'

export interface KeysInRedisDeps {
  readonly link: Pick<RedisLink, 'onUp' | 'run'>
  readonly clock: Pick<Clock, 'every' | 'monotonicMs'>
  readonly proxyId: string
  readonly keyPrefix: string
  /** A proxy that is silent for so long has died, and with it the requests that it worked on. */
  readonly leaseMs: number
}

/** Answers that Redis was not there for are told it later: so many, the newest. */
const UNTOLD_ANSWER_COUNT_MAX = 1000
const KEYS_PER_EXTENSION = 500

/*
 * The value of a key: `R <hash of the request> <whose>` while the request runs, `A <hash> <status> <answer>` from then on.
 * What is neither was not written by us, and counts as nothing.
 */
const take = new RedisScript(`
  local known = redis.pcall('GET', KEYS[1])
  local isOurs = type(known) == 'string' and (known:find('^R %S+ %S+$') or known:find('^A %S+ %d%d%d '))
  if isOurs then return known end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return false`)
const finish = new RedisScript(`
  local known = redis.pcall('GET', KEYS[1])
  if type(known) == 'string' and known ~= ARGV[1] then return end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])`)
const release = new RedisScript(`
  if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`)
const extend = new RedisScript(`
  for index, key in ipairs(KEYS) do
    if redis.pcall('GET', key) == ARGV[index + 1] then redis.call('PEXPIRE', key, ARGV[1]) end
  end`)

const ANSWERED = /^A (\S+) (\d{3}) ([^]*)$/

/**
 * Idempotency keys that proxies share. Each keeps its own in memory as well: that is all there is while Redis is away, and
 * what was answered meanwhile is told Redis when it is back.
 */
export class KeysInRedis implements IdempotencyKeys, Component {
  private readonly own: KeysInMemory
  /** What stands in Redis for the requests under way here. */
  private readonly running = new Map<string, string>()
  /** The oldest first. */
  private readonly untold = new Map<string, readonly [running: string, answer: string]>()
  private extending: Timer | null = null
  private takenCount = 0

  constructor(
    private readonly limits: IdempotencyLimits,
    private readonly deps: KeysInRedisDeps,
  ) {
    this.own = new KeysInMemory(limits, deps.clock)
    deps.link.onUp(() => void this.tellAnswers())
  }

  start(): Promise<void> {
    this.extending = this.deps.clock.every(this.deps.leaseMs / 3, () => void this.extendRunning())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.extending?.cancel()
    return Promise.resolve()
  }

  async take(key: string, requestHash: string): Promise<KeyState> {
    const known = await this.own.take(key, requestHash)
    if (known.state !== 'NEW') return known
    this.takenCount += 1
    const value = `R ${requestHash} ${this.deps.proxyId}:${this.takenCount}`
    this.running.set(key, value) // even if Redis does not answer: it may have heard
    const found = await this.ask(take, key, [value, this.deps.leaseMs])
    if (typeof found !== 'string') return known
    this.running.delete(key)
    const state = stateOf(readValue(found), requestHash)
    if (state.state === 'ANSWERED') await this.own.finish(key, state.answer)
    else await this.own.release(key)
    return state
  }

  async finish(key: string, answer: KeptAnswer): Promise<void> {
    await this.own.finish(key, answer)
    const running = this.running.get(key)
    if (running === undefined) return
    this.running.delete(key)
    const value = `A ${running.split(' ')[1] ?? ''} ${answer.status} ${answer.payload}`
    if (!(await this.tellAnswer(key, running, value))) this.tellLater(key, running, value)
  }

  async release(key: string): Promise<void> {
    await this.own.release(key)
    const running = this.running.get(key)
    if (running === undefined) return
    this.running.delete(key)
    await this.ask(release, key, [running])
  }

  private async tellAnswer(key: string, running: string, answer: string): Promise<boolean> {
    return (await this.ask(finish, key, [running, answer, this.limits.ageMsMax])) !== undefined
  }

  private tellLater(key: string, running: string, answer: string): void {
    this.untold.set(key, [running, answer])
    const [oldest] = this.untold.keys()
    if (this.untold.size > UNTOLD_ANSWER_COUNT_MAX && oldest !== undefined) this.untold.delete(oldest)
  }

  private async tellAnswers(): Promise<void> {
    for (const [key, [running, answer]] of this.untold) {
      if (!(await this.tellAnswer(key, running, answer))) return
      this.untold.delete(key)
    }
  }

  private async extendRunning(): Promise<void> {
    const entries = [...this.running]
    for (let at = 0; at < entries.length; at += KEYS_PER_EXTENSION) {
      const some = entries.slice(at, at + KEYS_PER_EXTENSION)
      const keys = some.map(([key]) => this.redisKeyOf(key))
      await this.deps.link.run(extend, keys, [this.deps.leaseMs, ...some.map(([, value]) => value)]).catch(unlessAway)
    }
  }

  /** Undefined: Redis is away. */
  private async ask(script: RedisScript, key: string, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.deps.link.run(script, [this.redisKeyOf(key)], args)
    } catch (error) {
      unlessAway(error)
      return undefined
    }
  }

  /** Of one length, and without what clients write. */
  private redisKeyOf(key: string): string {
    return `${this.deps.keyPrefix}answer:${createHash('sha256').update(key).digest('base64url')}`
  }
}

/** The link has logged that. */
function unlessAway(error: unknown): void {
  if (!(error instanceof RedisAwayError)) throw error
}

function readValue(text: string): { readonly requestHash: string; readonly answer: KeptAnswer | null } {
  const [, hash, status, payload] = ANSWERED.exec(text) ?? []
  const isAnswered = hash !== undefined && status !== undefined && payload !== undefined
  if (isAnswered) return { requestHash: hash, answer: { status: Number(status), payload } }
  return { requestHash: text.split(' ')[1] ?? '', answer: null }
}
