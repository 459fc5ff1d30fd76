import * as fc from 'fast-check'
import { InvalidTokenError } from '../../../src/authentication/jwt/invalid-token-error'
import { readPublicKeys, readSecret } from '../../../src/authentication/jwt/jwt-keys'
import type { JwtKey } from '../../../src/authentication/jwt/jwt-keys'
import { verifyJwt } from '../../../src/authentication/jwt/verify-jwt'
import { ec, ed, hs256, jwk, jwks, part, pem, rsa, SECRET, signedJwt } from './tokens'

const NOW_S = 1_800_000_000
const claims = { sub: 'anna', exp: NOW_S + 60 }
const keys: readonly JwtKey[] = [
  ...readSecret(SECRET),
  ...[rsa, ec, ed].flatMap(({ publicKey }) => readPublicKeys(pem(publicKey))),
]
const anyone = { issuer: '', audience: '', userClaim: 'sub' }
const check = (token: string, rules = anyone, known = keys) =>
  verifyJwt(token, { keys: known, rules, nowMs: NOW_S * 1000 })

const valid = [
  ['HS256', hs256(claims)],
  ['RS256', signedJwt('RS256', rsa.privateKey, claims)],
  ['ES256', signedJwt('ES256', ec.privateKey, claims)],
  ['EdDSA', signedJwt('EdDSA', ed.privateKey, claims)],
] as const

test.each(valid)('a token that is signed by %s is its user’s', (_algorithm, token) => {
  expect(check(token).name).toBe('anna')
})

test.each(valid)('a token of %s that was changed anywhere is nobody’s', (_algorithm, token) => {
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Ab0-_.=~ é'), (at, char) => {
      fc.pre(token[at] !== char)
      expect(() => check(token.slice(0, at) + char + token.slice(at + 1))).toThrow(InvalidTokenError)
    }),
  )
})

test.each(valid)('a token of %s that was cut off is nobody’s', (_algorithm, token) => {
  for (let length = 0; length < token.length; length += 1) {
    expect(() => check(token.slice(0, length))).toThrow(InvalidTokenError)
  }
})

test('whatever stands in its parts, what is wrong is told as such', () => {
  const garbage = fc.oneof(fc.string(), fc.json().map(part), fc.base64String(), fc.constant(part({ alg: 'HS256' })))
  fc.assert(
    fc.property(fc.array(garbage, { maxLength: 5 }), parts => {
      expect(() => check(parts.join('.'))).toThrow(InvalidTokenError)
    }),
  )
})

const [, , signature = ''] = hs256(claims).split('.')
const publicPem = pem(rsa.publicKey)
test.each([
  ['none', `${part({ alg: 'none' })}.${part(claims)}.${signature}`, 'no key is for its algorithm'],
  ['none and no signature', `${part({ alg: 'none' })}.${part(claims)}.`, 'neither of a user nor a JWT'],
  ['NONE', `${part({ alg: 'nOnE' })}.${part(claims)}.${signature}`, 'no key is for its algorithm'],
  ['no algorithm', `${part({})}.${part(claims)}.${signature}`, 'no key is for its algorithm'],
  ['HS512', hs256(claims, { alg: 'HS512' }), 'no key is for its algorithm'],
  ['the algorithm of another key', signedJwt('RS256', rsa.privateKey, claims, { alg: 'ES256' }), 'signature is wrong'],
  ['another secret', hs256(claims, {}, 'another secret of 32 bytes or more'), 'signature is wrong'],
  ['a public key as the secret', hs256(claims, {}, publicPem), 'signature is wrong'],
  ['critical extensions', hs256(claims, { crit: ['b64'], b64: false }), 'critical extensions'],
  ['a list of claims', hs256([claims] as never), 'no JSON object'],
  ['no end', hs256({ sub: 'anna' }), 'its claim exp is no time'],
  ['an end that is text', hs256({ ...claims, exp: String(claims.exp) }), 'its claim exp is no time'],
  ['an end that is over', hs256({ ...claims, exp: NOW_S - 30 }), 'it has expired'],
  ['a beginning that is no time', hs256({ ...claims, nbf: null }), 'its claim nbf is no time'],
  ['a beginning to come', hs256({ ...claims, nbf: NOW_S + 31 }), 'it is not valid yet'],
  ['no user', hs256({ exp: claims.exp }), 'it names no user'],
  ['a user that is no text', hs256({ ...claims, sub: 7 }), 'it names no user'],
  ['a user with a blank', hs256({ ...claims, sub: 'anna /v1' }), 'it names no user'],
  ['8 KiB', hs256({ ...claims, more: 'x'.repeat(8192) }), 'longer than 8192 bytes'],
])('a token with %s is refused', (_what, token, why) => {
  expect(() => check(token)).toThrow(InvalidTokenError)
  expect(() => check(token)).toThrow(why)
})

test('a public key is no secret: where only it is known, HS256 is of nobody', () => {
  const known = readPublicKeys(publicPem)
  expect(() => check(hs256(claims, {}, publicPem), anyone, known)).toThrow('no key is for its algorithm')
})

test('clocks may differ by less than half a minute', () => {
  expect(check(hs256({ ...claims, exp: NOW_S - 29, nbf: NOW_S + 30 })).name).toBe('anna')
})

test('issuer and audience count when they are configured', () => {
  const rules = { issuer: 'https://id', audience: 'mq', userClaim: 'sub' }
  const of = (more: object): string => hs256({ ...claims, iss: 'https://id', aud: 'mq', ...more })
  expect(check(of({}), rules).name).toBe('anna')
  expect(check(of({ aud: ['web', 'mq'] }), rules).name).toBe('anna')
  expect(() => check(of({ iss: 'https://other' }), rules)).toThrow('another issuer')
  expect(() => check(of({ iss: ['https://id'] }), rules)).toThrow('another issuer')
  expect(() => check(of({ aud: 'web' }), rules)).toThrow('another audience')
  expect(() => check(hs256(claims), rules)).toThrow('another issuer')
})

test('another claim may name the user, if it is one of the token', () => {
  const by = (userClaim: string) => check(hs256({ ...claims, email: 'anna@shop' }), { ...anyone, userClaim }).name
  expect(by('email')).toBe('anna@shop')
  expect(() => by('constructor')).toThrow('it names no user')
})

test('of several keys the one that is named counts; all, when none is named', () => {
  const known = readPublicKeys(jwks(jwk(rsa.publicKey, { kid: 'a' }), jwk(ec.publicKey, { kid: 'b' })))
  const token = (kid?: string) => signedJwt('RS256', rsa.privateKey, claims, kid === undefined ? {} : { kid })
  expect(check(token('a'), anyone, known).name).toBe('anna')
  expect(check(token(), anyone, known).name).toBe('anna')
  expect(() => check(token('b'), anyone, known)).toThrow('its key is not known')
})
