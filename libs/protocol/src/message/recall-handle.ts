const VERSION = 'v1'

/** What a producer keeps of a timed message, to take it back. */
export interface RecallHandle {
  readonly topic: string
  readonly brokerName: string
  /** In the slot that the message waits in. */
  readonly timestamp: string
  /** The UNIQ_KEY of the message. */
  readonly messageId: string
}

/** Base64 for URLs, padded, of `v1 topic brokerName timestamp messageId`. Source: common/producer/RecallMessageHandle.java */
export function encodeRecallHandle({ topic, brokerName, timestamp, messageId }: RecallHandle): string {
  const text = [VERSION, topic, brokerName, timestamp, messageId].join(' ')
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

/** Null for what is no handle. */
export function decodeRecallHandle(handle: string): RecallHandle | null {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(handle)) return null
  const [version, topic, brokerName, timestamp, messageId] = Buffer.from(handle, 'base64url').toString().split(' ')
  if (version !== VERSION || topic === undefined || brokerName === undefined) return null
  return timestamp === undefined || messageId === undefined ? null : { topic, brokerName, timestamp, messageId }
}
