const OK = 20_000
const TIMES = new Set(['bornTimestamp', 'storeTimestamp', 'deliveryTimestamp'])
const SUFFIX = /-proxy[AB]/g

/**
 * What must be equal of two answers, as text. Left out: what is as good as not written, the words of a refusal, times,
 * addresses of the proxies, which are in the client's request too.
 */
export function comparable(answer: unknown): string {
  return JSON.stringify(simple(answer, '')).replaceAll(SUFFIX, '')
}

function simple(value: unknown, key: string): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (TIMES.has(key)) return 'a time'
  if (key === 'port') return 'a port'
  if (key === 'offset') return null // in a queue that both may have sent to
  if (key === 'receiptHandle' && typeof value === 'string') return simpleHandle(value)
  if (key === 'recallHandle' && typeof value === 'string') return 'a handle'
  if (key === 'status') return simpleStatus(value as { readonly code?: number; readonly message?: string })
  if (Array.isArray(value)) return value.map(item => simple(item, key))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => [name, simple(each, name)] as const)
  return Object.fromEntries(entries.filter(([, each]) => isWritten(each)))
}

function isWritten(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== null && value !== undefined && value !== 0 && value !== '' && value !== false
}

function simpleStatus({ code, message }: { readonly code?: number; readonly message?: string }): unknown {
  return code === OK ? { code, message } : { code }
}

/** Without the time of the pop, the revive queue, which is drawn by lot, and where the message lies. */
function simpleHandle(handle: string): string {
  const [startOffset, , invisibleMs, , topicType, brokerName, queueId, queueOffset, physicalOffset] = handle.split(' ')
  const isWhole = physicalOffset !== undefined
  return [startOffset, 'time', invisibleMs, 'queue', topicType, brokerName, queueId, queueOffset, isWhole].join(' ')
}
