import { decodeMessageId, encodeFrame, RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import { build, type Histogram } from 'hdr-histogram-js'
import { extFieldNumber, extFieldText, LoadConnection, type LoadResponse } from './load-connection'
import { PRODUCER_GROUP, type RequestTemplate, type SerializeType } from './request-frames'
import type { LoadResult } from './report'

export interface TransactionLoadOptions {
  readonly address: string
  readonly topic: string
  /** Of a half message. */
  readonly template: RequestTemplate
  readonly transactionCount: number
  readonly connectionCount: number
  /** Transactions under way on each connection. */
  readonly windowSize: number
  readonly queueCount: number
  readonly serializeType: SerializeType
  readonly onProgress: (messageCount: number) => void
}

const FIRST_OPAQUE = 1_000_000_000
const COMMIT = '8'

interface Tally {
  unsentCount: number
  messageCount: number
  failedCount: number
  failure: string | null
}

/** Sends half messages and commits each as soon as it is answered; unlike clients, it waits for the answer to that, too. */
export async function runTransactionLoad(options: TransactionLoadOptions): Promise<LoadResult> {
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })
  const tally: Tally = { unsentCount: options.transactionCount, messageCount: 0, failedCount: 0, failure: null }
  const startedMs = performance.now()
  const progress = setInterval(() => options.onProgress(tally.messageCount), 250)
  try {
    const producers = Array.from({ length: options.connectionCount }, (_, index) =>
      produce(index, options, tally, latencies),
    )
    await Promise.all(producers)
  } finally {
    clearInterval(progress)
  }
  return { ...tally, seconds: (performance.now() - startedMs) / 1000, latencies }
}

/** A half message has an even opaque, its commit the odd one behind it. */
function produce(index: number, options: TransactionLoadOptions, tally: Tally, latencies: Histogram): Promise<void> {
  const { template, windowSize, queueCount } = options
  const startedMs = new Map<number, number>()
  const out: Buffer[] = []
  let nextOpaque = FIRST_OPAQUE + index * 100_000_000
  let connection: LoadConnection | null = null

  return new Promise((resolve, reject) => {
    function refill(): void {
      for (; startedMs.size < windowSize && tally.unsentCount > 0; tally.unsentCount -= 1) sendHalf()
      if (out.length > 0) connection?.write(Buffer.concat(out.splice(0)))
      if (startedMs.size > 0) return
      connection?.close()
      resolve()
    }
    function sendHalf(): void {
      const frame = Buffer.allocUnsafe(template.bytes)
      template.write(frame, 0, nextOpaque, (nextOpaque >> 1) % queueCount)
      startedMs.set(nextOpaque, performance.now())
      nextOpaque += 2
      out.push(frame)
    }
    function onResponse(response: LoadResponse): void {
      const { code, opaque } = response
      const halfOpaque = opaque - (opaque % 2)
      if (code === 0 && opaque === halfOpaque) {
        out.push(commitFrame(response, options))
        return
      }
      latencies.recordValue(Math.max(1, Math.round((performance.now() - (startedMs.get(halfOpaque) ?? 0)) * 1000)))
      startedMs.delete(halfOpaque)
      if (code === 0) tally.messageCount += 1
      else {
        tally.failedCount += 1
        tally.failure = `response code ${code}`
      }
    }
    LoadConnection.open(options.address, { onResponse, onDrained: refill, onFailed: reject }).then(opened => {
      connection = opened
      refill()
    }, reject)
  })
}

function commitFrame(half: LoadResponse, { topic, serializeType }: TransactionLoadOptions): Buffer {
  const messageId = extFieldText(half, 'transactionId')
  const request = RemotingCommand.request(RequestCode.END_TRANSACTION, {
    ...{ topic, producerGroup: PRODUCER_GROUP, commitOrRollback: COMMIT, fromTransactionCheck: 'false' },
    tranStateTableOffset: String(extFieldNumber(half, 'queueOffset')),
    commitLogOffset: String(decodeMessageId(extFieldText(half, 'msgId')).physicalOffset),
    ...{ msgId: messageId, transactionId: messageId },
  })
  request.opaque = half.opaque + 1
  return encodeFrame(request, serializeType)
}
