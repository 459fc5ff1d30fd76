import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export const SECRET = 'a secret that has 32 bytes or more'
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const ed = generateKeyPairSync('ed25519')

export type Fields = Readonly<Record<string, unknown>>

export function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

export function hs256(claims: Fields, header: Fields = {}, secret: string | Buffer = SECRET): string {
  const signed = `${part({ alg: 'HS256', ...header })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const signers = {
  RS256: (data: Buffer, key: KeyObject) => sign('sha256', data, key),
  ES256: (data: Buffer, key: KeyObject) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (data: Buffer, key: KeyObject) => sign(null, data, key),
}

export function signedJwt(alg: keyof typeof signers, key: KeyObject, claims: Fields, header: Fields = {}): string {
  const signed = `${part({ alg, ...header })}.${part(claims)}`
  return `${signed}.${signers[alg](Buffer.from(signed), key).toString('base64url')}`
}

export function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

export function jwks(...keys: readonly object[]): string {
  return JSON.stringify({ keys })
}

export function jwk(key: KeyObject, more: object = {}): object {
  return { ...key.export({ format: 'jwk' }), ...more }
}
