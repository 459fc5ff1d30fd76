/** What a server or a client counts: plain numbers, read by metrics and admin requests when they are asked for. */
export class RemotingStatistics {
  /** Open now, those still in the handshake included. */
  connectionCount = 0
  connectionTotal = 0
  /** Closed because there were too many. */
  refusedConnectionTotal = 0
  /** Ended by a bad PROXY header or a failed TLS handshake. */
  badHandshakeTotal = 0
  /** Ended by bytes that are no frame. */
  badFrameTotal = 0
  idleConnectionTotal = 0
  /** Closed because the peer did not read. */
  slowPeerTotal = 0
  /** Closed because all connections together held too much, and this one the most. */
  heaviestPeerTotal = 0
  requestTotal = 0
  /** Requests that were answered with an error of the transport: unknown code, going away. */
  refusedRequestTotal = 0
  /** Requests whose handler failed with something other than a refusal. */
  failedRequestTotal = 0
  responseTotal = 0
  bytesIn = 0
  bytesOut = 0
  /** Pushes and requests of ours. */
  pushTotal = 0
  /** Not sent because the peer is slow, or too many wait for it. */
  refusedPushTotal = 0
  /** Answers that nobody waited for (any more). */
  unmatchedResponseTotal = 0
}
