import { createPublicKey } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { z } from 'zod'

export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA'

/** A key is good for one algorithm: that a token names another one changes nothing. */
export type JwtKey = { readonly kid: string | null } & (
  | { readonly algorithm: 'HS256'; readonly secret: Buffer }
  | { readonly algorithm: Exclude<JwtAlgorithm, 'HS256'>; readonly publicKey: KeyObject }
)

/** Each of them may have to be tried for a token that does not name its key. */
const JWT_KEY_COUNT_MAX = 64
/** As many as the hash has. */
const SECRET_BYTES_MIN = 32
const RSA_BITS_MIN = 2048
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^]*?-----END \1-----/g
const PUBLIC_LABELS: ReadonlySet<string> = new Set(['PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE'])

const jwkShape = z.looseObject({
  kty: z.string(),
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.string().optional(),
})
const jwksShape = z.object({ keys: z.array(jwkShape) })

/** Of a file that has nothing else. Throws Error, which says what is wrong and nothing of the secret. */
export function readSecret(text: string): readonly JwtKey[] {
  const secret = Buffer.from(text.replace(/\r?\n$/, ''))
  if (text.includes('-----BEGIN ')) throw new Error('this is a key in PEM: it goes to authenticationJwtKeyFile')
  if (secret.length < SECRET_BYTES_MIN) throw new Error(`a secret of ${SECRET_BYTES_MIN} bytes at least is wanted`)
  return [{ kid: null, algorithm: 'HS256', secret }]
}

/** Public keys and certificates in PEM, or a JSON Web Key Set. Throws Error, as above. */
export function readPublicKeys(text: string): readonly JwtKey[] {
  const keys = text.trimStart().startsWith('{') ? keysOfSet(text) : keysOfPem(text)
  if (keys.length > JWT_KEY_COUNT_MAX) throw new Error(`there are ${keys.length} keys, more than ${JWT_KEY_COUNT_MAX}`)
  return keys
}

function keysOfPem(text: string): readonly JwtKey[] {
  const blocks = [...text.matchAll(PEM_BLOCK)]
  if (blocks.length === 0) throw new Error('neither keys in PEM nor a JSON Web Key Set is in it')
  return blocks.map(([block, label = '']) => {
    if (label.includes('PRIVATE')) throw new Error('a private key is in it: the proxy wants the public one alone')
    if (!PUBLIC_LABELS.has(label)) throw new Error(`a public key or a certificate is wanted, and no ${label}`)
    return publicKeyOf(imported(block), null)
  })
}

/** Sets of issuers have other keys, too: these are left out. */
function keysOfSet(text: string): readonly JwtKey[] {
  const { data } = jwksShape.safeParse(jsonOf(text))
  if (data === undefined) throw new Error('this is no JSON Web Key Set')
  const keys = data.keys.flatMap(jwk => {
    if (jwk.kty === 'oct') throw new Error('a shared secret goes to authenticationJwtSecretFile')
    if ('d' in jwk) throw new Error('a private key is in it: the proxy wants the public one alone')
    const algorithm = jwk.use === undefined || jwk.use === 'sig' ? algorithmOfJwk(jwk) : null
    if (algorithm === null || (jwk.alg !== undefined && jwk.alg !== algorithm)) return []
    return [publicKeyOf(imported({ key: jwk as JsonWebKey, format: 'jwk' }), jwk.kid ?? null)]
  })
  if (keys.length > 0) return keys
  throw new Error('no key in it is for RS256, ES256 or EdDSA')
}

function algorithmOfJwk({ kty, ...jwk }: z.infer<typeof jwkShape>): JwtAlgorithm | null {
  if (kty === 'RSA') return 'RS256'
  if (kty === 'EC') return jwk['crv'] === 'P-256' ? 'ES256' : null
  return kty === 'OKP' && jwk['crv'] === 'Ed25519' ? 'EdDSA' : null
}

function publicKeyOf(publicKey: KeyObject, kid: string | null): JwtKey {
  const { modulusLength = 0, namedCurve = '' } = publicKey.asymmetricKeyDetails ?? {}
  const type = publicKey.asymmetricKeyType
  if (type === 'rsa' && modulusLength >= RSA_BITS_MIN) return { kid, algorithm: 'RS256', publicKey }
  if (type === 'rsa') throw new Error(`a key of RSA has ${modulusLength} bits, less than ${RSA_BITS_MIN}`)
  if (type === 'ec' && namedCurve === 'prime256v1') return { kid, algorithm: 'ES256', publicKey }
  if (type === 'ed25519') return { kid, algorithm: 'EdDSA', publicKey }
  throw new Error(`a key is ${type ?? 'none'} ${namedCurve}: RSA, EC of P-256 or Ed25519 is wanted`)
}

function imported(key: Parameters<typeof createPublicKey>[0]): KeyObject {
  try {
    return createPublicKey(key)
  } catch {
    throw new Error('a key in it cannot be read') // what OpenSSL says of it tells nothing more
  }
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // said by who reads it
  }
}
