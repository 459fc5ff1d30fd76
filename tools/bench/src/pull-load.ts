import { build, type Histogram } from 'hdr-histogram-js'
import { extFieldNumber, LoadConnection, type LoadResponse } from './load-connection'
import type { LoadResult } from './report'
import { pullFrame, type PullShape } from './request-frames'

export interface PullLoadOptions {
  readonly address: string
  readonly topic: string
  readonly group: string
  readonly queueCount: number
  readonly messageCountMax: number
  readonly serializeType: PullShape['serializeType']
  readonly onProgress: (messageCount: number) => void
}

const FOUND = 0
const RETRY_IMMEDIATELY = 20
const NOT_FOUND = 19
const OFFSET_MOVED = 21

interface Tally {
  messageCount: number
  failedCount: number
  failure: string | null
}

/** Reads every queue of the topic from its beginning to its end, one connection a queue, one pull in flight on each. */
export async function runPullLoad(options: PullLoadOptions): Promise<LoadResult> {
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })
  const tally: Tally = { messageCount: 0, failedCount: 0, failure: null }
  const startedMs = performance.now()
  const progress = setInterval(() => options.onProgress(tally.messageCount), 250)
  try {
    await Promise.all(
      Array.from({ length: options.queueCount }, (_, queueId) => drainQueue(queueId, options, tally, latencies)),
    )
  } finally {
    clearInterval(progress)
  }
  return { ...tally, seconds: (performance.now() - startedMs) / 1000, latencies }
}

function drainQueue(queueId: number, options: PullLoadOptions, tally: Tally, latencies: Histogram): Promise<void> {
  let connection: LoadConnection | null = null
  let opaque = 0
  let sentMs = 0
  return new Promise((resolve, reject) => {
    function pull(queueOffset: number): void {
      opaque += 1
      sentMs = performance.now()
      const { group, topic, messageCountMax, serializeType } = options
      const shape = { group, topic, queueId, queueOffset, messageCountMax, suspendTimeoutMs: 0, serializeType }
      connection?.write(pullFrame(shape, opaque))
    }
    function finish(): void {
      connection?.close()
      resolve()
    }
    function onResponse(response: LoadResponse): void {
      latencies.recordValue(Math.max(1, Math.round((performance.now() - sentMs) * 1000)))
      if (response.code === FOUND) tally.messageCount += countRecords(response)
      if (response.code === FOUND || response.code === RETRY_IMMEDIATELY) {
        pull(extFieldNumber(response, 'nextBeginOffset'))
        return
      }
      if (response.code !== NOT_FOUND && response.code !== OFFSET_MOVED) {
        tally.failedCount += 1
        tally.failure = `response code ${response.code}`
      }
      finish()
    }
    LoadConnection.open(options.address, { onResponse, onDrained: () => undefined, onFailed: reject }).then(opened => {
      connection = opened
      pull(0)
    }, reject)
  })
}

/** Walks the records of a pull's body by their sizes. */
function countRecords({ bytes, headerEnd, frameEnd }: LoadResponse): number {
  let count = 0
  for (let at = headerEnd; at + 4 <= frameEnd; at += bytes.readInt32BE(at)) count += 1
  return count
}
