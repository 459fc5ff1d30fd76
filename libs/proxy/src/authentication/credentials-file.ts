import { createHash } from 'node:crypto'
import type { Clock, Component, Disk, Log, Timer } from '@rocketmq-ts/base'
import { ConfigError } from '@rocketmq-ts/base'
import { z } from 'zod'
import type { Credentials, User } from './credentials'
import { readScryptHash } from './passwords'

const LOOK_MS = 5000

const isScryptHash = (text: string): boolean => readScryptHash(text) !== null
const named = z.string().regex(/^[^:/,\s]{1,128}$/, 'a name has no blank, colon, comma or slash')
const userShape = z.strictObject({
  name: named,
  secret: z.string().min(1).optional(),
  passwordHash: z.string().refine(isScryptHash, 'scrypt$N$r$p$SALT$HASH is wanted, of at most 128 MiB').optional(),
  tokens: z.array(z.string().min(16, 'a token has 16 characters at least')).default([]),
  enabled: z.boolean().default(true),
})
const fileShape = z.strictObject({ users: z.array(userShape) })

interface Users {
  readonly byName: ReadonlyMap<string, User>
  /** By digest: how long a look-up takes tells nothing about tokens. */
  readonly byToken: ReadonlyMap<string, User>
}

export interface CredentialsFileDeps {
  readonly disk: Pick<Disk, 'readText'>
  readonly clock: Pick<Clock, 'every'>
  readonly log: Log
  readonly onChange: () => void
  /** Without it there are no users here; others may be known otherwise. */
  readonly mayBeMissing?: boolean
}

/**
 * Users of a JSON file, which is looked at now and then: a change counts within seconds. One that cannot be read changes
 * nothing: the users stay those of the last good one.
 */
export class CredentialsFile implements Credentials, Component {
  private users: Users = { byName: new Map(), byToken: new Map() }
  private text: string | null = null
  private looking: Timer | null = null

  constructor(
    private readonly path: string,
    private readonly deps: CredentialsFileDeps,
  ) {}

  /** Throws ConfigError: nobody could call. */
  start(): Promise<void> {
    this.text = this.deps.disk.readText(this.path)
    this.users = this.read(this.text)
    this.looking = this.deps.clock.every(LOOK_MS, () => this.look())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.looking?.cancel()
    return Promise.resolve()
  }

  find(name: string): User | null {
    return this.users.byName.get(name) ?? null
  }

  findByToken(token: string): User | null {
    return this.users.byToken.get(digestOf(token)) ?? null
  }

  private read(text: string | null): Users {
    if (text === null && this.deps.mayBeMissing === true) return { byName: new Map(), byToken: new Map() }
    return readUsers(this.path, text)
  }

  private look(): void {
    const { disk, log, onChange } = this.deps
    try {
      const text = disk.readText(this.path)
      if (text === this.text) return
      this.text = text
      this.users = this.read(text)
      onChange()
      log.info({ file: this.path, userCount: this.users.byName.size }, 'users have changed')
    } catch (err) {
      log.error({ err, file: this.path }, 'the file of users cannot be used: the last good one counts')
    }
  }
}

/** Throws ConfigError. */
function readUsers(path: string, text: string | null): Users {
  if (text === null) throw new ConfigError([`authenticationFile: there is no ${path}`])
  const { users } = read(path, text)
  const byName = new Map<string, User>()
  const byToken = new Map<string, User>()
  for (const { name, secret = null, passwordHash = null, tokens, enabled: isEnabled } of users) {
    const user = { name, secret, passwordHash, isEnabled }
    if (byName.has(name)) throw new ConfigError([`${path}: there are two users ${name}`])
    byName.set(name, user)
    for (const token of tokens) {
      if (byToken.has(digestOf(token))) throw new ConfigError([`${path}: a token of ${name} is another user's too`])
      byToken.set(digestOf(token), user)
    }
  }
  return { byName, byToken }
}

function read(path: string, text: string): z.infer<typeof fileShape> {
  const file = fileShape.safeParse(jsonOf(path, text))
  if (file.success) return file.data
  throw new ConfigError(file.error.issues.map(({ path: at, message }) => `${path}: ${at.join('.')}: ${message}`))
}

/** What is wrong is not quoted: it may be a secret. */
function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError([`${path}: this is no JSON`])
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
