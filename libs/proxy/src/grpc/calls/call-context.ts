/** Who calls, and how long it waits: the headers of a call. */
export interface CallContext {
  /** Blank when the client did not say. */
  readonly clientId: string
  /** As the client spells it: `JAVA`, `GO`, `HTTP` for Node. */
  readonly language: string
  readonly clientVersion: string
  /** `ip:port`. */
  readonly remoteAddress: string
  /** Until the client gives up; infinite when it does not say. */
  remainingMs(): number
  /** The client has gone, or does not wait any longer. */
  isCancelled(): boolean
}
