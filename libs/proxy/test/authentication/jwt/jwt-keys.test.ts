import { generateKeyPairSync } from 'node:crypto'
import { readPublicKeys, readSecret } from '../../../src/authentication/jwt/jwt-keys'
import { ec, ed, jwk, jwks, pem, rsa, SECRET } from './tokens'

test('a file may have several public keys, each for its algorithm', () => {
  const text = [rsa, ec, ed].map(({ publicKey }) => pem(publicKey)).join('\n')
  expect(readPublicKeys(text).map(({ algorithm }) => algorithm)).toEqual(['RS256', 'ES256', 'EdDSA'])
})

test('of a set of keys, those count that signatures are checked with', () => {
  const others = [jwk(rsa.publicKey, { use: 'enc' }), jwk(rsa.publicKey, { alg: 'RS512' }), { kty: 'XYZ' }]
  const text = jwks(...others, jwk(ed.publicKey, { kid: '1', use: 'sig', alg: 'EdDSA' }))
  expect(readPublicKeys(text)).toMatchObject([{ kid: '1', algorithm: 'EdDSA' }])
})

test('the end of the line is not of the secret', () => {
  expect(readSecret(`${SECRET}\n`)).toEqual(readSecret(SECRET))
})

const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
const privatePem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
test.each([
  ['nothing', '', 'neither keys in PEM nor a JSON Web Key Set'],
  ['a secret', SECRET, 'neither keys in PEM nor a JSON Web Key Set'],
  ['broken JSON', '{', 'no JSON Web Key Set'],
  ['another JSON', '{"keys": 1}', 'no JSON Web Key Set'],
  ['an empty set', jwks(), 'no key in it is for'],
  ['a private key', privatePem, 'a private key is in it'],
  ['a private key in a set', jwks(jwk(ec.privateKey)), 'a private key is in it'],
  ['a secret in a set', jwks({ kty: 'oct', k: 'c2VjcmV0' }), 'authenticationJwtSecretFile'],
  ['a broken key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'a key in it cannot be read'],
  ['a broken key in a set', jwks({ kty: 'RSA', n: '!', e: 'AQAB' }), /cannot be read|bits/],
  ['a key that is too short', pem(small), '1024 bits, less than 2048'],
  ['a key of another curve', pem(other), 'secp384r1: RSA, EC of P-256 or Ed25519 is wanted'],
  [
    'a signing request',
    '-----BEGIN CERTIFICATE REQUEST-----\nAA\n-----END CERTIFICATE REQUEST-----',
    'no CERTIFICATE REQUEST',
  ],
  ['65 keys', jwks(...Array.from({ length: 65 }, () => jwk(ed.publicKey))), 'more than 64'],
])('%s is no file of public keys', (_what, text, message) => {
  expect(() => readPublicKeys(text)).toThrow(message)
})

test.each([
  ['a short one', 'short', 'a secret of 32 bytes at least is wanted'],
  ['a key in PEM', pem(rsa.publicKey), 'authenticationJwtKeyFile'],
])('%s is no secret, and is not repeated', (_what, text, message) => {
  expect(() => readSecret(text)).toThrow(message)
  expect(() => readSecret(text)).not.toThrow(text)
})
