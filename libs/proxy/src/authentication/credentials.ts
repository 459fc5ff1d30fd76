/** Who may call, and what it is known by. */
export interface User {
  readonly name: string
  /** Signatures are made with it, and it is a password too. Null: only its password or its tokens are known by. */
  readonly secret: string | null
  /** A password that cannot be read back: `scrypt$N$r$p$salt$hash`, the last two in base64. */
  readonly passwordHash: string | null
  readonly isEnabled: boolean
}

/** Where users come from. */
export interface Credentials {
  find(name: string): User | null
  /** Whose token this is. */
  findByToken(token: string): User | null
}
