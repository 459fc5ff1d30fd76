import { ConfigError, silentLog } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { CredentialsFile } from '../../src/authentication/credentials-file'

const alice = { name: 'alice', secret: 'alice-has-one' }
const bob = { name: 'bob', tokens: ['sixteen-or-more-chars'] }

/** A file of users that a test writes as it likes. */
function file(text: string | null) {
  const disk = { text, readText: () => disk.text }
  const clock = new FakeClock()
  const errors: unknown[] = []
  const log: Log = { ...silentLog, error: (...args: readonly unknown[]) => void errors.push(args) }
  let changeCount = 0
  const credentials = new CredentialsFile('users.json', { disk, clock, log, onChange: () => (changeCount += 1) })
  const write = (next: string | null): void => {
    disk.text = next
    clock.advance(5000)
  }
  return { credentials, write, errors, changes: () => changeCount }
}

const usersText = (...users: readonly object[]): string => JSON.stringify({ users })

test('users are found by name, and by token', async () => {
  const { credentials } = file(usersText(alice, bob))
  await credentials.start()
  expect(credentials.find('alice')).toEqual({
    name: 'alice',
    secret: 'alice-has-one',
    passwordHash: null,
    isEnabled: true,
  })
  expect(credentials.findByToken('sixteen-or-more-chars')?.name).toBe('bob')
  expect([credentials.find('carol'), credentials.findByToken('no-such-token-here')]).toEqual([null, null])
  await credentials.stop()
})

test('a change counts when the file is looked at again, and nobody else is told of no change', async () => {
  const { credentials, write, changes } = file(usersText(alice))
  await credentials.start()
  write(usersText(alice))
  expect(changes()).toBe(0)
  write(usersText(bob))
  expect([changes(), credentials.find('alice'), credentials.find('bob')?.name]).toEqual([1, null, 'bob'])
  await credentials.stop()
})

test.each([null, '{', '{"users": [{}]}', usersText(alice, alice)])(
  'with %s instead, the last good file counts, and the log says so once',
  async text => {
    const { credentials, write, errors } = file(usersText(alice))
    await credentials.start()
    write(text)
    write(text)
    expect(credentials.find('alice')?.name).toBe('alice')
    expect(errors).toHaveLength(1)
    await credentials.stop()
  },
)

test.each([
  [null, 'there is no users.json'],
  ['{', 'users.json: this is no JSON'],
  [usersText({ ...alice, name: 'a:b' }), 'users.json: users.0.name'],
  [usersText({ name: 'x', passwordHash: 'md5' }), 'users.json: users.0.passwordHash'],
  [usersText({ name: 'x', passwordHash: 'scrypt$1048576$64$1$c29tZSBzYWx0$c29tZSBzYWx0IGFuZA==' }), 'at most 128 MiB'],
  [usersText(alice, alice), 'there are two users alice'],
  [usersText(bob, { ...bob, name: 'eve' }), "a token of eve is another user's too"],
])('a start with %s is refused, and says where', async (text, message) => {
  const { credentials } = file(text)
  await expect((async () => await credentials.start())()).rejects.toThrow(ConfigError)
  await expect((async () => await credentials.start())()).rejects.toThrow(message)
})
