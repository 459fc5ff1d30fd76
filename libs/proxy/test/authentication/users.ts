import { Authenticator } from '../../src/authentication/authenticator'
import type { User } from '../../src/authentication/credentials'
import type { JwtUsers } from '../../src/authentication/jwt/jwt-users'

export function userOf(name: string, more: Partial<User> = {}): User {
  return { name, secret: null, passwordHash: null, isEnabled: true, ...more }
}

/** Asks for users that a test names, and for tokens of them. */
export function authenticatorOf(
  users: readonly User[],
  tokens: Readonly<Record<string, string>> = {},
  whitelist: readonly string[] = [],
  jwtUsers: Pick<JwtUsers, 'nameOf'> | null = null,
): Authenticator {
  const find = (name: string): User | null => users.find(user => user.name === name) ?? null
  const findByToken = (token: string): User | null => find(tokens[token] ?? '')
  return new Authenticator({ find, findByToken }, new Set(whitelist), jwtUsers)
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
}
