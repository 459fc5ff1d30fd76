import { createHash } from 'node:crypto'
import type { Clock, Component, Disk, Log, Timer } from '@rocketmq-ts/base'
import { ConfigError } from '@rocketmq-ts/base'
import { readPublicKeys, readSecret } from './jwt-keys'
import type { JwtKey } from './jwt-keys'
import { verifyJwt } from './verify-jwt'
import type { JwtRules, VerifiedJwt } from './verify-jwt'

export interface JwtConfig {
  readonly authenticationJwtSecretFile: string
  readonly authenticationJwtKeyFile: string
  readonly authenticationJwtIssuer: string
  readonly authenticationJwtAudience: string
  readonly authenticationJwtUserClaim: string
}

export interface JwtUsersDeps {
  readonly disk: Pick<Disk, 'readText'>
  readonly clock: Pick<Clock, 'every' | 'nowMs'>
  readonly log: Log
  /** Keys have changed, or tokens may have expired. */
  readonly onChange: () => void
}

interface KeyFile {
  readonly configKey: string
  readonly path: string
  readonly read: (text: string) => readonly JwtKey[]
}

const LOOK_MS = 5000
/** Streams of those whose tokens have expired end so much later at most. */
const EXPIRY_LOOK_MS = 30_000
/** Tokens that were right, by digest, are known without the work of a signature. */
const KNOWN_JWT_COUNT_MAX = 10_000

/** Users whom an issuer knows: it signs who they are. Its keys are in files, which are looked at now and then. */
export class JwtUsers implements Component {
  private readonly files: readonly KeyFile[]
  private readonly rules: JwtRules
  private readonly known = new Map<string, VerifiedJwt>()
  private readonly timers: Timer[] = []
  private texts: readonly (string | null)[] = []
  private keys: readonly JwtKey[] = []

  constructor(
    config: JwtConfig,
    private readonly deps: JwtUsersDeps,
  ) {
    const files = [
      { configKey: 'authenticationJwtSecretFile', path: config.authenticationJwtSecretFile, read: readSecret },
      { configKey: 'authenticationJwtKeyFile', path: config.authenticationJwtKeyFile, read: readPublicKeys },
    ]
    this.files = files.filter(({ path }) => path !== '')
    const { authenticationJwtIssuer: issuer, authenticationJwtAudience: audience } = config
    this.rules = { issuer, audience, userClaim: config.authenticationJwtUserClaim }
  }

  /** Throws ConfigError. */
  start(): Promise<void> {
    this.texts = this.readTexts()
    this.keys = this.readKeys(this.texts)
    const { clock, onChange } = this.deps
    this.timers.push(
      clock.every(LOOK_MS, () => this.look()),
      clock.every(EXPIRY_LOOK_MS, onChange),
    )
    return Promise.resolve()
  }

  stop(): Promise<void> {
    for (const timer of this.timers.splice(0)) timer.cancel()
    return Promise.resolve()
  }

  /** The name of the user whose token it is. Throws InvalidTokenError. */
  nameOf(token: string): string {
    const nowMs = this.deps.clock.nowMs()
    const digest = createHash('sha256').update(token).digest('base64')
    const known = this.known.get(digest)
    if (known !== undefined && nowMs < known.expiresMs) return known.name
    this.known.delete(digest)
    const verified = verifyJwt(token, { keys: this.keys, rules: this.rules, nowMs })
    this.known.set(digest, verified)
    const [oldest] = this.known.size > KNOWN_JWT_COUNT_MAX ? this.known.keys() : []
    if (oldest !== undefined) this.known.delete(oldest)
    return verified.name
  }

  private look(): void {
    const { log, onChange } = this.deps
    try {
      const texts = this.readTexts()
      if (texts.every((text, index) => text === this.texts[index])) return
      this.texts = texts
      this.keys = this.readKeys(texts)
      this.known.clear()
      onChange()
      log.info({ keyCount: this.keys.length }, 'keys of tokens have changed')
    } catch (err) {
      log.error({ err }, 'the keys of tokens cannot be used: the last good ones count')
    }
  }

  private readTexts(): readonly (string | null)[] {
    return this.files.map(({ path }) => this.deps.disk.readText(path))
  }

  private readKeys(texts: readonly (string | null)[]): readonly JwtKey[] {
    return this.files.flatMap(({ configKey, path, read }, index) => {
      const text = texts[index] ?? null
      if (text === null) throw new ConfigError([`${configKey}: there is no ${path}`])
      try {
        return read(text)
      } catch (error) {
        throw new ConfigError([`${configKey}: ${path}: ${(error as Error).message}`])
      }
    })
  }
}
