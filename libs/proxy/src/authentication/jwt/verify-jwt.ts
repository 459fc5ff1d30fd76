import { createHmac, timingSafeEqual, verify } from 'node:crypto'
import { InvalidTokenError } from './invalid-token-error'
import type { JwtKey } from './jwt-keys'

/** What the claims of a token must be. */
export interface JwtRules {
  /** Blank: any. */
  readonly issuer: string
  /** Blank: any. */
  readonly audience: string
  /** The claim that names the user. */
  readonly userClaim: string
}

/** Whose token it is, and until when. */
export interface VerifiedJwt {
  readonly name: string
  readonly expiresMs: number
}

export const JWT_BYTES_MAX = 8192
/** Clocks of issuers may be ahead, or behind. */
const JWT_LEEWAY_MS_MAX = 30_000
const MS_PER_SECOND = 1000
const ES256_BYTES = 64
/** Names stand between blanks in keys of what is kept for callers. */
const NAME = /^[^\s\p{C}]{1,256}$/u

type Fields = Readonly<Record<string, unknown>>

/**
 * Checks a JWT in the compact form (RFC 7519, 7515): its signature first, so that nobody is told of claims that anyone could
 * have written. Only algorithms that a key is for are known; `none` is that of no key. Throws InvalidTokenError.
 */
export function verifyJwt(
  token: string,
  { keys, rules, nowMs }: { readonly keys: readonly JwtKey[]; readonly rules: JwtRules; readonly nowMs: number },
): VerifiedJwt {
  if (token.length > JWT_BYTES_MAX) throw new InvalidTokenError(`it is longer than ${JWT_BYTES_MAX} bytes`)
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || signature === '') throw new InvalidTokenError('it is neither of a user nor a JWT')
  requireSigned(jsonOf(header), { signed: `${header}.${payload}`, signature: bytesOf(signature) }, keys)
  return requireFitting(jsonOf(payload), rules, nowMs)
}

interface Signed {
  readonly signed: string
  readonly signature: Buffer
}

function requireSigned(header: Fields, { signed, signature }: Signed, keys: readonly JwtKey[]): void {
  const { alg, kid, crit } = header
  if (crit !== undefined) throw new InvalidTokenError('it has critical extensions, and none is known')
  const ofAlgorithm = keys.filter(({ algorithm }) => algorithm === alg)
  if (ofAlgorithm.length === 0) throw new InvalidTokenError('no key is for its algorithm')
  const candidates = ofAlgorithm.filter(key => key.kid === null || kid === undefined || key.kid === kid)
  if (candidates.length === 0) throw new InvalidTokenError('its key is not known')
  const data = Buffer.from(signed)
  if (!candidates.some(key => isSignedWith(key, data, signature))) throw new InvalidTokenError('its signature is wrong')
}

function isSignedWith(key: JwtKey, data: Buffer, signature: Buffer): boolean {
  switch (key.algorithm) {
    case 'HS256': {
      const expected = createHmac('sha256', key.secret).update(data).digest()
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    }
    case 'RS256':
      return verify('sha256', data, key.publicKey, signature)
    case 'ES256': {
      if (signature.length !== ES256_BYTES) return false
      return verify('sha256', data, { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature)
    }
    case 'EdDSA':
      return verify(null, data, key.publicKey, signature)
  }
}

function requireFitting(claims: Fields, { issuer, audience, userClaim }: JwtRules, nowMs: number): VerifiedJwt {
  const expiresMs = msOf(claims, 'exp')
  const notBeforeMs = claims['nbf'] === undefined ? -Infinity : msOf(claims, 'nbf')
  if (expiresMs + JWT_LEEWAY_MS_MAX <= nowMs) throw new InvalidTokenError('it has expired')
  if (notBeforeMs - JWT_LEEWAY_MS_MAX > nowMs) throw new InvalidTokenError('it is not valid yet')
  if (issuer !== '' && claims['iss'] !== issuer) throw new InvalidTokenError('it is of another issuer')
  if (audience !== '' && ![claims['aud']].flat().includes(audience)) {
    throw new InvalidTokenError('it is for another audience')
  }
  const name = Object.hasOwn(claims, userClaim) ? claims[userClaim] : undefined
  if (typeof name !== 'string' || !NAME.test(name)) throw new InvalidTokenError('it names no user')
  return { name, expiresMs: expiresMs + JWT_LEEWAY_MS_MAX }
}

function msOf(claims: Fields, name: 'exp' | 'nbf'): number {
  const seconds = claims[name]
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return seconds * MS_PER_SECOND
  throw new InvalidTokenError(`its claim ${name} is no time`)
}

function bytesOf(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (part !== '' && bytes.toString('base64url') === part) return bytes // there is one way to write it
  throw new InvalidTokenError('a part of it is no base64url')
}

function jsonOf(part: string): Fields {
  const text = bytesOf(part).toString()
  const value = parsed(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new InvalidTokenError('a part of it is no JSON object')
}

/** Null for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // said by who asks
  }
}
