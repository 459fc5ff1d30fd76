import { build, type Histogram } from 'hdr-histogram-js'
import { LoadConnection, type LoadResponse } from './load-connection'
import type { RequestTemplate } from './request-frames'
import type { LoadResult } from './report'

export interface WindowedLoadOptions {
  readonly address: string
  readonly template: RequestTemplate
  readonly requestCount: number
  /** Messages that one request carries, for the rate. */
  readonly messagesPerRequest: number
  readonly connectionCount: number
  /** Requests in flight on each connection. */
  readonly windowSize: number
  readonly queueCount: number
  /** Told how many messages are done, a few times a second. */
  readonly onProgress: (messageCount: number) => void
}

const FIRST_OPAQUE = 1_000_000_000
/** More than a connection ever has in flight, so that a start time is not overwritten before it is read. */
const START_TIME_SLOTS = 1 << 16

/** Sends copies of one request over several connections, each with a full window, until all are answered. */
export async function runWindowedLoad(options: WindowedLoadOptions): Promise<LoadResult> {
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })
  const budget = {
    unsentCount: options.requestCount,
    doneCount: 0,
    refusedCount: 0,
    lastRefusal: null as number | null,
  }
  const startedMs = performance.now()
  const progress = setInterval(() => options.onProgress(budget.doneCount * options.messagesPerRequest), 250)
  try {
    const connections = Array.from({ length: options.connectionCount }, (_, index) =>
      driveConnection(index, options, budget, latencies),
    )
    await Promise.all(connections)
  } finally {
    clearInterval(progress)
  }
  return {
    messageCount: (budget.doneCount - budget.refusedCount) * options.messagesPerRequest,
    failedCount: budget.refusedCount,
    failure: budget.lastRefusal === null ? null : `response code ${budget.lastRefusal}`,
    seconds: (performance.now() - startedMs) / 1000,
    latencies,
  }
}

interface Budget {
  unsentCount: number
  doneCount: number
  refusedCount: number
  lastRefusal: number | null
}

function driveConnection(
  index: number,
  options: WindowedLoadOptions,
  budget: Budget,
  latencies: Histogram,
): Promise<void> {
  const { template, windowSize, queueCount } = options
  const startedMs = new Float64Array(START_TIME_SLOTS)
  const opaqueBase = FIRST_OPAQUE + index * 100_000_000
  let sentCount = 0
  let inflightCount = 0
  let connection: LoadConnection | null = null

  return new Promise((resolve, reject) => {
    function refill(): void {
      const count = Math.min(windowSize - inflightCount, budget.unsentCount)
      if (count > 0) send(count)
      else if (inflightCount === 0 && budget.unsentCount === 0) {
        connection?.close()
        resolve()
      }
    }
    function send(count: number): void {
      const out = Buffer.allocUnsafe(count * template.bytes)
      const nowMs = performance.now()
      for (let place = 0; place < count; place += 1) {
        template.write(out, place * template.bytes, opaqueBase + sentCount, (index + sentCount) % queueCount)
        startedMs[sentCount % START_TIME_SLOTS] = nowMs
        sentCount += 1
      }
      inflightCount += count
      budget.unsentCount -= count
      connection?.write(out)
    }
    function onResponse({ code, opaque }: LoadResponse): void {
      const started = startedMs[(opaque - opaqueBase) % START_TIME_SLOTS] ?? 0
      latencies.recordValue(Math.max(1, Math.round((performance.now() - started) * 1000)))
      inflightCount -= 1
      budget.doneCount += 1
      if (code !== 0) {
        budget.refusedCount += 1
        budget.lastRefusal = code
      }
    }
    LoadConnection.open(options.address, { onResponse, onDrained: refill, onFailed: reject }).then(opened => {
      connection = opened
      refill()
    }, reject)
  })
}
