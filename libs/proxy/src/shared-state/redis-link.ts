import { createHash } from 'node:crypto'
import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Component, Log } from '@rocketmq-ts/base'
import type { Redis } from 'ioredis'

/** Redis cannot be used just now. Whoever asked goes on with what this proxy knows by itself. */
export class RedisAwayError extends RocketmqError {
  readonly code = 'RMQ_REDIS_AWAY'

  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis cannot be used: ${reason}`, options)
  }
}

export interface RedisLinkConfig {
  readonly redisUrl: string
  /** That anybody waits for an answer. */
  readonly redisTimeoutMillis: number
  readonly redisLeaseMillis: number
}

export interface RedisLinkDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly log: Log
}

/** A Lua script: Redis runs it in one go, nothing happens in between. */
export class RedisScript {
  readonly sha1: string

  constructor(readonly lua: string) {
    this.sha1 = createHash('sha1').update(lua).digest('hex')
  }
}

const CONSEQUENCE = /^(the connection is closed$|Connection is closed|Stream isn't writeable)/
const WARNING_PERIOD_MS = 30_000
const RECONNECT_MS_MIN = 50
const RECONNECT_MS_MAX = 2000

/**
 * The connection to Redis. It comes and goes, and nothing waits for it: while it is away, or does not answer in time, every
 * request fails at once. Who shares state through it hears when it is back.
 */
export class RedisLink implements Component {
  private redis: Redis | null = null
  private readonly upListeners: (() => void)[] = []
  private trouble: { readonly reason: string; readonly sinceMs: number; readonly isLogged: boolean } | null = null
  private warnedAtMs = Number.NEGATIVE_INFINITY
  private upSinceMs: number | null = null

  constructor(
    private readonly config: RedisLinkConfig,
    private readonly deps: RedisLinkDeps,
  ) {}

  /** Never fails: without Redis a proxy serves as if it were alone. */
  async start(): Promise<void> {
    // Its code is large: it is loaded where it is used.
    const { Redis } = await import('ioredis')
    const redis = new Redis(this.config.redisUrl, connectionOptions(this.config))
    this.redis = redis
    redis.on('error', (err: Error) => this.failed(err))
    redis.on('close', () => this.lost())
    redis.on('ready', () => this.ready())
    await redis.connect().catch(() => undefined) // `error` and `close` have said so; it goes on trying by itself
  }

  stop(): Promise<void> {
    this.redis?.disconnect()
    this.redis?.removeAllListeners('close')
    return Promise.resolve()
  }

  /** What is wrong; null: nothing. */
  get problem(): string | null {
    return this.trouble?.reason ?? null
  }

  /** How long it has been there without a break. */
  get upForMs(): number {
    return this.upSinceMs === null ? 0 : this.deps.clock.monotonicMs() - this.upSinceMs
  }

  /** `listener` is called whenever Redis has become usable; what it knew may be lost. */
  onUp(listener: () => void): void {
    this.upListeners.push(listener)
  }

  /** What the script returns. Throws RedisAwayError, in time. */
  async run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[] = []): Promise<unknown> {
    const { redis } = this
    if (redis === null || !this.isReady()) throw new RedisAwayError(this.problem ?? 'not connected yet')
    try {
      const answer = await evaluate(redis, script, keys, args)
      this.succeeded()
      return answer
    } catch (err) {
      this.failed(err)
      // What does not answer may hang for long: connected anew it is not ready before it has answered something.
      if (isTimeout(err) && this.isReady()) redis.disconnect(true)
      throw new RedisAwayError(this.problem ?? String(err), { cause: err })
    }
  }

  private isReady(): boolean {
    return this.redis?.status === 'ready'
  }

  private ready(): void {
    this.upSinceMs = this.deps.clock.monotonicMs()
    this.succeeded()
    for (const listener of this.upListeners) listener()
  }

  private lost(): void {
    this.upSinceMs = null
    this.failed(new Error('the connection is closed'))
  }

  private succeeded(): void {
    const { trouble } = this
    if (trouble === null) return
    this.trouble = null
    const awayMs = Math.round(this.deps.clock.monotonicMs() - trouble.sinceMs)
    if (trouble.isLogged)
      this.deps.log.info({ redis: this.address, awayMs }, 'Redis is back: proxies share their state')
  }

  private failed(err: unknown): void {
    const nowMs = this.deps.clock.monotonicMs()
    const isDue = nowMs - this.warnedAtMs >= WARNING_PERIOD_MS
    const found = reasonOf(err)
    // What went wrong first says more than that there is no connection since.
    const reason = this.trouble !== null && CONSEQUENCE.test(found) ? this.trouble.reason : found
    this.trouble = {
      reason,
      sinceMs: this.trouble?.sinceMs ?? nowMs,
      isLogged: isDue || this.trouble?.isLogged === true,
    }
    if (!isDue) return
    this.warnedAtMs = nowMs
    this.deps.log.warn(
      { redis: this.address, reason },
      'Redis cannot be used: this proxy shares nothing with others until it can. Look at redisUrl, and whether Redis runs',
    )
  }

  /** Without what is secret in the URL. */
  private get address(): string {
    return new URL(this.config.redisUrl).host
  }
}

/** Nothing is queued, nothing is sent twice, and whatever does not answer in time has failed. */
function connectionOptions({ redisTimeoutMillis: timeoutMs, redisLeaseMillis }: RedisLinkConfig) {
  const retryMsMax = Math.min(RECONNECT_MS_MAX, redisLeaseMillis / 3)
  return {
    ...{ lazyConnect: true, enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
    ...{ maxRetriesPerRequest: 0, commandTimeout: timeoutMs, connectTimeout: timeoutMs },
    ...{ enableAutoPipelining: true, disableClientInfo: true, protocol: 2 as const },
    retryStrategy: (times: number) => Math.min(RECONNECT_MS_MIN * 2 ** times, retryMsMax),
  }
}

async function evaluate(
  redis: Redis,
  { sha1, lua }: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha1, keys.length, ...keys, ...args)
  } catch (err) {
    if (err instanceof Error && err.message.startsWith('NOSCRIPT'))
      return await redis.eval(lua, keys.length, ...keys, ...args)
    throw err
  }
}

function isTimeout(err: unknown): boolean {
  return err instanceof Error && err.message === 'Command timed out'
}

function reasonOf(err: unknown): string {
  if (!(err instanceof Error)) return String(err)
  if (isTimeout(err)) return 'it does not answer in time (redisTimeoutMillis)'
  const { code } = err as NodeJS.ErrnoException
  return err.message === '' ? (code ?? err.name) : err.message
}
