import { createHash, scrypt, timingSafeEqual } from 'node:crypto'
import { TooManyPasswordsError } from './unauthenticated-error'

/** Each takes memory and a thread for a while. */
const PASSWORD_CHECK_COUNT_MAX = 8
const SCRYPT_BYTES_MAX = 128 * 1024 * 1024
const BYTES_PER_BLOCK = 128
const HASH = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,2})\$([A-Za-z0-9+/]{8,}={0,2})\$([A-Za-z0-9+/]{16,}={0,2})$/

interface ScryptHash {
  readonly N: number
  readonly r: number
  readonly p: number
  readonly salt: Buffer
  readonly hash: Buffer
}

/** Null for what is none, or takes too much memory. */
export function readScryptHash(text: string): ScryptHash | null {
  const [, N, r, p, salt = '', hash = ''] = HASH.exec(text) ?? []
  const [cost, blocks, parallel] = [Number(N), Number(r), Number(p)]
  const isPowerOf2 = cost > 1 && Number.isInteger(Math.log2(cost))
  if (!isPowerOf2 || blocks < 1 || parallel < 1 || BYTES_PER_BLOCK * cost * blocks > SCRYPT_BYTES_MAX) return null
  return { N: cost, r: blocks, p: parallel, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

/** Checks passwords against hashes; one that was right is known from then on without that work. */
export class Passwords {
  /** By hash of the file: a digest of the password that it is of. As many as there are users. */
  private readonly known = new Map<string, Buffer>()
  private checkCount = 0

  /** Throws TooManyPasswordsError. */
  async isOf(passwordHash: string, password: string): Promise<boolean> {
    const digest = digestOf(password)
    const known = this.known.get(passwordHash)
    if (known !== undefined && timingSafeEqual(known, digest)) return true
    const stored = readScryptHash(passwordHash)
    if (stored === null) return false
    if (this.checkCount >= PASSWORD_CHECK_COUNT_MAX) throw new TooManyPasswordsError()
    this.checkCount += 1
    try {
      const isRight = timingSafeEqual(await derived(password, stored), stored.hash)
      if (isRight) this.known.set(passwordHash, digest)
      return isRight
    } finally {
      this.checkCount -= 1
    }
  }

  /** When users have changed: what is not theirs any more is of no use. */
  forget(): void {
    this.known.clear()
  }
}

/** In a time that does not tell how much of it is right. */
export function isSameText(left: string, right: string): boolean {
  return timingSafeEqual(digestOf(left), digestOf(right))
}

function derived(password: string, { N, r, p, salt, hash }: ScryptHash): Promise<Buffer> {
  const maxmem = 2 * SCRYPT_BYTES_MAX
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hash.length, { N, r, p, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
