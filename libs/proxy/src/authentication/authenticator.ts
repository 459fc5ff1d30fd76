import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Claim } from './authorization-header'
import { readAuthorization } from './authorization-header'
import type { Credentials, User } from './credentials'
import type { JwtUsers } from './jwt/jwt-users'
import { isSameText, Passwords } from './passwords'
import { UnauthenticatedError } from './unauthenticated-error'

/** The headers of a request that say who calls; blank for what is not there. */
export interface AuthorizationHeaders {
  readonly authorization: string
  readonly dateTime: string
}

/** A request of remoting, as its client signed it. Source: auth/authentication/builder/DefaultAuthenticationContextBuilder.java */
export interface SignedCommand {
  readonly extFields: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

/** Finds out who calls. */
export class Authenticator {
  private readonly passwords = new Passwords()
  private readonly changeListeners: (() => void)[] = []

  constructor(
    private readonly credentials: Credentials,
    /** What needs no credentials: names of gRPC requests, codes of remoting, paths of HTTP. */
    readonly whitelist: ReadonlySet<string>,
    /** Whose JWT it is. Null: there are none. */
    private readonly jwtUsers: Pick<JwtUsers, 'nameOf'> | null = null,
  ) {}

  /** The name of the caller. Throws UnauthenticatedError, InvalidTokenError, TooManyPasswordsError. */
  async authenticate({ authorization, dateTime }: AuthorizationHeaders): Promise<string> {
    if (authorization === '') throw new UnauthenticatedError('the header Authorization is missing')
    const claim = readAuthorization(authorization)
    const user = this.userOf(claim)
    if (claim.scheme === 'Bearer' && user === null && this.jwtUsers !== null) return this.userOfJwt(claim.token)
    const isTrue = user?.isEnabled === true && (await this.isShown(claim, user, dateTime))
    if (!isTrue) throw new UnauthenticatedError()
    return user.name
  }

  /** Whether who was let in would be let in again, now. What cannot be found out just now changes nothing. */
  async isStillKnown(headers: AuthorizationHeaders): Promise<boolean> {
    try {
      await this.authenticate(headers)
      return true
    } catch (error) {
      return !(error instanceof UnauthenticatedError)
    }
  }

  /** The name of the caller. Throws UnauthenticatedError. */
  authenticateCommand({ extFields, body }: SignedCommand): string {
    const user = this.credentials.find(extFields['AccessKey'] ?? '')
    const signature = Buffer.from(extFields['Signature'] ?? '', 'base64')
    const names = Object.keys(extFields).filter(name => name !== 'Signature')
    const text = names
      .sort()
      .map(name => extFields[name])
      .join('')
    const isTrue = user?.isEnabled === true && isSignedBy(user, signature, [Buffer.from(text), body])
    if (!isTrue) throw new UnauthenticatedError()
    return user.name
  }

  /** Users have changed. */
  forget(): void {
    this.passwords.forget()
    this.lookAgain()
  }

  /** Who was let in is nobody any more, perhaps. */
  lookAgain(): void {
    for (const listener of this.changeListeners) listener()
  }

  /** Who was let in may be nobody from then on. */
  onChange(listener: () => void): void {
    this.changeListeners.push(listener)
  }

  private userOf(claim: Claim): User | null {
    return claim.scheme === 'Bearer' ? this.credentials.findByToken(claim.token) : this.credentials.find(claim.name)
  }

  /** The file need not have a user whom an issuer knows, but it can keep one out. */
  private userOfJwt(token: string): string {
    const name = this.jwtUsers?.nameOf(token) ?? ''
    if (name === '' || this.credentials.find(name)?.isEnabled === false) throw new UnauthenticatedError()
    return name
  }

  private async isShown(claim: Claim, user: User, dateTime: string): Promise<boolean> {
    switch (claim.scheme) {
      case 'Bearer':
        return true
      case 'Basic':
        if (user.secret !== null && isSameText(user.secret, claim.password)) return true
        return user.passwordHash !== null && (await this.passwords.isOf(user.passwordHash, claim.password))
      case 'MQv2-HMAC-SHA1':
        return dateTime !== '' && isSignedBy(user, claim.signature, [Buffer.from(dateTime)])
    }
  }
}

function isSignedBy({ secret }: User, signature: Buffer, parts: readonly (Buffer | null)[]): boolean {
  if (secret === null) return false
  const hmac = createHmac('sha1', secret)
  for (const part of parts) if (part !== null) hmac.update(part)
  const expected = hmac.digest()
  return expected.length === signature.length && timingSafeEqual(expected, signature)
}
