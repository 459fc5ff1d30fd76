/**
 * A response that can put itself on the wire. The generic one is `RemotingResponse`; hot answers have classes of their
 * own that write their header bytes without an object in between.
 */
export interface OutgoingResponse {
  /** An upper bound for what `writeHead` writes. */
  headBytesMax(): number
  /**
   * Writes the frame up to the body (length word, serialize type, header) into `out` at `at` and returns the end.
   * `serializeType`: 0 JSON, 1 ROCKETMQ. The length word counts `bodyBytes`.
   */
  writeHead(out: Buffer, at: number, opaque: number, serializeType: number): number
  /** Sum of the lengths of `bodyParts`. */
  readonly bodyBytes: number
  /** Sent after the head, in order; borrowed from their owner until `release`. */
  readonly bodyParts: readonly Buffer[]
  /** Called once, when the socket has taken the bytes or never will. */
  release(): void
}
