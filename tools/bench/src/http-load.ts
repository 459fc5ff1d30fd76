import autocannon from 'autocannon'
import { build } from 'hdr-histogram-js'
import type { LoadResult } from './report'

export interface HttpLoadOptions {
  readonly address: string
  readonly topic: string
  readonly bodyBytes: number
  readonly messageCount: number
  /** Of one request: more than one are a batch, or what a receive takes at most. */
  readonly messagesPerRequest: number
  readonly connectionCount: number
  /** Requests in flight on each connection. */
  readonly windowSize: number
  readonly onProgress: (messageCount: number) => void
}

interface Requests {
  readonly path: string
  readonly body: object
  readonly requestCount: number
  /** How many messages an answer is about; absent: as many as its body has. */
  readonly messagesEach?: number
}

const HTTP_OK = { from: 200, until: 207 } as const // 207: some of a batch were refused
/** A receive may bring less than it could: so many more of them are made than would do. */
const RECEIVES_FACTOR = 4
const MESSAGE = Buffer.from('"messageId"')

/** POST of one message a request, or of a batch. */
export function runHttpSendLoad(options: HttpLoadOptions): Promise<LoadResult> {
  const { topic, bodyBytes, messageCount, messagesPerRequest } = options
  const message = { body: 'x'.repeat(bodyBytes) }
  return runRequests(options, {
    path: `/v1/topics/${encodeURIComponent(topic)}/messages`,
    body: messagesPerRequest === 1 ? message : { messages: Array.from({ length: messagesPerRequest }, () => message) },
    requestCount: Math.ceil(messageCount / messagesPerRequest),
    messagesEach: messagesPerRequest,
  })
}

/** Receives, without acknowledging, all that is sent before. */
export async function runHttpReceiveLoad(options: HttpLoadOptions & { readonly group: string }): Promise<LoadResult> {
  const { topic, group, messageCount, messagesPerRequest: max } = options
  const [path, body] = [`/v1/groups/${group}/topics/${encodeURIComponent(topic)}/receive`, { max, invisible: '600s' }]
  await first(`http://${options.address}${path}`, { ...body, wait: '0s' }) // a group gets what is sent after it has asked
  await runHttpSendLoad({ ...options, onProgress: () => undefined })
  const requestCount = Math.ceil(messageCount / max) * RECEIVES_FACTOR
  return await runRequests(options, { path, body: { ...body, wait: '1s' }, requestCount })
}

async function first(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
}

function runRequests(options: HttpLoadOptions, requests: Requests): Promise<LoadResult> {
  const { address, messageCount, connectionCount: connections, windowSize: pipelining } = options
  const { messagesEach } = requests
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })
  const tally = { messageCount: 0, failedCount: 0, failure: null as string | null }
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    let endedMs = startedMs
    let isEnough = false
    const instance = autocannon(
      {
        ...{ url: `http://${address}${requests.path}`, method: 'POST', body: JSON.stringify(requests.body) },
        ...{ headers: { 'content-type': 'application/json' }, amount: requests.requestCount, connections, pipelining },
        setupClient(client) {
          if (messagesEach === undefined) client.on('body', bytes => (tally.messageCount += count(bytes)))
        },
      },
      (error: Error | null, { errors }) => {
        if (error !== null) reject(error)
        else if (errors > 0) reject(new Error(`${address}: ${errors} requests got no answer`))
        else resolve({ ...tally, seconds: (endedMs - startedMs) / 1000, latencies })
      },
    )
    instance.on('response', (_client, statusCode, _bytes, responseMs) => {
      latencies.recordValue(Math.max(1, Math.round(responseMs * 1000)))
      if (statusCode < HTTP_OK.from || statusCode >= HTTP_OK.until) {
        tally.failedCount += 1
        tally.failure = `HTTP ${statusCode}`
      } else tally.messageCount += messagesEach ?? 0
      options.onProgress(tally.messageCount)
      if (isEnough) return
      endedMs = performance.now() // autocannon tells of its end a second later, at worst
      isEnough = tally.messageCount >= messageCount && messagesEach === undefined
      if (isEnough) instance.stop()
    })
  })
}

function count(body: Buffer): number {
  let found = 0
  for (let at = body.indexOf(MESSAGE); at >= 0; at = body.indexOf(MESSAGE, at + 1)) found += 1
  return found
}
