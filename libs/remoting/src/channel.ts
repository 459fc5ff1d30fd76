import type { IncomingCommand, RemotingCommand } from '@rocketmq-ts/protocol'

/** One connection, seen by whoever serves requests on it or pushes to its peer. */
export interface Channel {
  /** Unique in this process, never reused. */
  readonly id: number
  /** `ip:port` of the peer (behind PROXY protocol: of the real client). */
  readonly remoteAddress: string
  /** Its 4 or 16 address bytes followed by the port as int32, as stored messages hold it. */
  readonly remoteHost: Buffer
  readonly isOpen: boolean
  /** Sends and forgets. False if the connection is gone or its unsent bytes are over the limit: nothing was sent. */
  sendOneway(command: RemotingCommand): boolean
  /** Sends a request to the peer. Rejects with RemotingTimeoutError or ConnectionLostError. */
  invoke(command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand>
  /** Closes after what is queued has been sent, or at once when the peer does not take it. */
  close(reason: string): void
}

/** Told of connections coming and going; `onClose` comes exactly once for each `onOpen`. */
export interface ChannelEventListener {
  onOpen?(channel: Channel): void
  onClose(channel: Channel, reason: 'closed' | 'idle' | 'failed'): void
}
