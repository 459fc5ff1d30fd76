import { ConfigError, silentLog } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { createAuthentication } from '../../../src/authentication/create-authentication'
import { proxyConfigSchema } from '../../../src/proxy-config'
import type { ProxyConfig } from '../../../src/proxy-config'
import { ec, hs256, pem, rsa, SECRET, signedJwt } from './tokens'

/** Authentication above files that a test writes as it likes. */
function authenticationOf(files: Record<string, string | null>, config: Partial<ProxyConfig> = {}) {
  const clock = new FakeClock()
  const errors: unknown[] = []
  const log: Log = { ...silentLog, error: (...args: readonly unknown[]) => void errors.push(args) }
  const disk = { readText: (path: string) => files[path] ?? null }
  const values = proxyConfigSchema.parse({ authenticationEnabled: true, rocketmqHome: '/home', ...config })
  const authentication = createAuthentication(values, { disk, clock, log })
  const claims = (more: object = {}) => ({ sub: 'anna', exp: clock.nowMs() / 1000 + 60, ...more })
  const bearer = async (token: string) =>
    await authentication.authenticator!.authenticate({ authorization: `Bearer ${token}`, dateTime: '' })
  return { authentication, clock, errors, claims, bearer }
}

const bySecret = { authenticationJwtSecretFile: 'secret' }
const byKey = { authenticationJwtKeyFile: 'keys' }
const users = (...list: readonly object[]): string => JSON.stringify({ users: list })

test('whom an issuer knows is a user, with a file of users or without', async () => {
  const { authentication, claims, bearer } = authenticationOf(
    { secret: SECRET, keys: pem(ec.publicKey) },
    { ...bySecret, ...byKey },
  )
  await authentication.start()
  expect(await bearer(hs256(claims()))).toBe('anna')
  expect(await bearer(signedJwt('ES256', ec.privateKey, claims({ sub: 'bob' })))).toBe('bob')
  await expect(bearer(signedJwt('RS256', rsa.privateKey, claims()))).rejects.toThrow('no key is for its algorithm')
  await authentication.stop()
})

test('tokens of the file are users’ as ever, and it keeps out whom it has not enabled', async () => {
  const file = users({ name: 'anna', enabled: false }, { name: 'shop', tokens: ['sixteen-or-more-chars'] })
  const { authentication, claims, bearer } = authenticationOf(
    { secret: SECRET, '/home/conf/users.json': file },
    bySecret,
  )
  await authentication.start()
  expect(await bearer('sixteen-or-more-chars')).toBe('shop')
  expect(await bearer(hs256(claims({ sub: 'bob' })))).toBe('bob')
  await expect(bearer(hs256(claims()))).rejects.toThrow('credentials are not valid')
  await expect(bearer('sixteen-and-more-chars')).rejects.toThrow('it is neither of a user nor a JWT')
  await authentication.stop()
})

test('a token that was right is so until it expires, and streams are looked at again then', async () => {
  const { authentication, clock, claims, bearer } = authenticationOf({ secret: SECRET }, bySecret)
  await authentication.start()
  const changes: number[] = []
  authentication.authenticator!.onChange(() => changes.push(clock.nowMs()))
  const token = hs256(claims())
  expect(await bearer(token)).toBe('anna')
  clock.advance(89_999)
  expect(await bearer(token)).toBe('anna')
  clock.advance(1)
  await expect(bearer(token)).rejects.toThrow('it has expired')
  expect(changes).toHaveLength(3)
  await authentication.stop()
})

test('other keys count when the file is looked at again; broken ones change nothing, and the log says so once', async () => {
  const files: Record<string, string | null> = { keys: pem(rsa.publicKey) }
  const { authentication, clock, errors, claims, bearer } = authenticationOf(files, byKey)
  await authentication.start()
  const token = signedJwt('RS256', rsa.privateKey, claims({ exp: clock.nowMs() / 1000 + 3600 }))
  expect(await bearer(token)).toBe('anna')
  files['keys'] = 'broken'
  clock.advance(10_000)
  expect(await bearer(token)).toBe('anna')
  expect(errors).toHaveLength(1)
  files['keys'] = pem(ec.publicKey)
  clock.advance(5000)
  await expect(bearer(token)).rejects.toThrow('no key is for its algorithm')
  expect(await bearer(signedJwt('ES256', ec.privateKey, claims()))).toBe('anna')
  await authentication.stop()
})

test.each([
  [{}, bySecret, 'authenticationJwtSecretFile: there is no secret'],
  [{ secret: 'short' }, bySecret, 'authenticationJwtSecretFile: secret: a secret of 32 bytes'],
  [{ keys: 'none' }, byKey, 'authenticationJwtKeyFile: keys: neither keys in PEM'],
  [{ secret: SECRET }, { ...bySecret, authenticationFile: 'gone.json' }, 'authenticationFile: there is no gone.json'],
  [{ secret: SECRET }, { ...bySecret, authenticationEnabled: false }, 'they want authenticationEnabled=true'],
  [{}, { authenticationJwtIssuer: 'https://id' }, 'they want authenticationJwtKeyFile or'],
])('a start with %p and %p is refused', async (files, config, message) => {
  const start = async (): Promise<void> => await authenticationOf(files, config).authentication.start()
  await expect(start()).rejects.toThrow(ConfigError)
  await expect(start()).rejects.toThrow(message)
})
