import { UnauthenticatedError } from '../unauthenticated-error'

/**
 * The caller has shown a JWT, and it is not valid. What is wrong with it is said, so that a client knows when to get a new
 * one; nothing of the token is repeated.
 */
export class InvalidTokenError extends UnauthenticatedError {
  /** `description`: in ASCII, without quotes, as it also stands in a header. */
  constructor(readonly description: string) {
    super(`the token is not valid: ${description}`)
  }
}
