import { createHmac, scryptSync } from 'node:crypto'
import * as fc from 'fast-check'
import { UnauthenticatedError } from '../../src/authentication/unauthenticated-error'
import { authenticatorOf, basic, userOf } from './users'

const dateTime = '20260101T000000Z'
const signature = '8A5A3D47F863EDAF0B7CE43E44D372A5FD948E28'
const salt = Buffer.from('some salt')
const hash = scryptSync('open sesame', salt, 32, { N: 2, r: 8, p: 1 })
const passwordHash = `scrypt$2$8$1$${salt.toString('base64')}$${hash.toString('base64')}`
const authenticator = authenticatorOf(
  [
    userOf('alice', { secret: 'rocketmqSecret' }),
    userOf('bob', { passwordHash }),
    userOf('mallory', { secret: 'rocketmqSecret', isEnabled: false }),
  ],
  { 'a-token-of-bob-1': 'bob' },
)

function signed(name: string, hex: string): string {
  return `MQv2-HMAC-SHA1 Credential=${name}, SignedHeaders=x-mq-date-time, Signature=${hex}`
}

test.each([
  ['as most clients sign', signed('alice', signature)],
  ['in lower case, as Go', signed('alice', signature.toLowerCase())],
  ['with more after the key', signed('alice//Rocketmq', signature)],
  ['Basic, with the secret', basic('alice', 'rocketmqSecret')],
])('the caller is known: %s', async (_name, authorization) => {
  expect(await authenticator.authenticate({ authorization, dateTime })).toBe('alice')
})

test.each([
  ['a password that is kept as a hash', basic('bob', 'open sesame')],
  ['the same again, which is known now', basic('bob', 'open sesame')],
  ['a token', 'Bearer a-token-of-bob-1'],
])('the caller is known: %s', async (_name, authorization) => {
  expect(await authenticator.authenticate({ authorization, dateTime: '' })).toBe('bob')
})

test.each([
  ['nothing', ''],
  ['a signature of something else', signed('alice', signature.replace('8A', '8B'))],
  ['a signature that is too short', signed('alice', signature.slice(2))],
  ['no hexadecimal', signed('alice', 'xyz')],
  ['a user that is not there', signed('nobody', signature)],
  ['a user that may not call', signed('mallory', signature)],
  ['a signature of one without a secret', signed('bob', signature)],
  ['a wrong password', basic('alice', 'wrong')],
  ['a wrong password of a hash', basic('bob', 'open sesam')],
  ['no colon', `Basic ${Buffer.from('alice').toString('base64')}`],
  ['a token of nobody', 'Bearer a-token-of-bob-2'],
  ['no such scheme', 'Digest alice'],
])('the caller is refused: %s', async (_name, authorization) => {
  await expect(authenticator.authenticate({ authorization, dateTime })).rejects.toThrow(UnauthenticatedError)
})

test('a signature is none without the date that it is of', async () => {
  const claim = authenticator.authenticate({ authorization: signed('alice', signature), dateTime: '' })
  await expect(claim).rejects.toThrow(UnauthenticatedError)
})

test('whatever a caller says, it is refused, and nothing else happens', async () => {
  const schemes = fc.constantFrom('Basic ', 'Bearer ', 'MQv2-HMAC-SHA1 ', 'MQv2-HMAC-SHA1 Credential=', '')
  await fc.assert(
    fc.asyncProperty(schemes, fc.string(), async (scheme, text) => {
      const claim = authenticator.authenticate({ authorization: scheme + text, dateTime })
      await expect(claim).rejects.toThrow(UnauthenticatedError)
    }),
  )
})

test('a request of remoting is signed over its fields in their order, and its body', () => {
  const body = Buffer.from('hello')
  const fields = { topic: 'T', AccessKey: 'alice', a: '1' }
  const sign = (text: string): string => createHmac('sha1', 'rocketmqSecret').update(text).digest('base64')
  const command = { extFields: { ...fields, Signature: sign('alice1Thello') }, body }
  expect(authenticator.authenticateCommand(command)).toBe('alice')
  expect(() => authenticator.authenticateCommand({ ...command, body: null })).toThrow(UnauthenticatedError)
  expect(() => authenticator.authenticateCommand({ extFields: {}, body })).toThrow(UnauthenticatedError)
})
