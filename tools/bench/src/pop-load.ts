import { encodeFrame, readStoredMessage, decodeFrame, RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import { build, type Histogram } from 'hdr-histogram-js'
import { LoadConnection, type LoadResponse } from './load-connection'
import type { LoadResult } from './report'
import type { SerializeType } from './request-frames'

export interface PopLoadOptions {
  readonly address: string
  readonly brokerName: string
  readonly topic: string
  readonly group: string
  readonly connectionCount: number
  readonly messageCountMax: number
  readonly serializeType: SerializeType
  readonly onProgress: (messageCount: number) => void
}

const FOUND = 0
const INVISIBLE_MS = 60_000
/** How long a pop waits when there is nothing; that many in vain, and the topic is at its end. */
const POLL_MS = 200
const EMPTY_COUNT_MAX = 3

interface Tally {
  messageCount: number
  failedCount: number
  failure: string | null
  /** When the last message was acknowledged. */
  endMs: number
}

/** Pops the topic to its end and acknowledges every message: on each connection a pop, then all of its acks at once. */
export async function runPopLoad(options: PopLoadOptions): Promise<LoadResult> {
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })
  const startedMs = performance.now()
  const tally: Tally = { messageCount: 0, failedCount: 0, failure: null, endMs: startedMs }
  const progress = setInterval(() => options.onProgress(tally.messageCount), 250)
  try {
    const consumers = Array.from({ length: options.connectionCount }, () => consume(options, tally, latencies))
    await Promise.all(consumers)
  } finally {
    clearInterval(progress)
  }
  return { ...tally, seconds: (tally.endMs - startedMs) / 1000, latencies }
}

function consume(options: PopLoadOptions, tally: Tally, latencies: Histogram): Promise<void> {
  let connection: LoadConnection | null = null
  let unacknowledgedCount = 0
  let emptyCount = 0
  let sentMs = 0
  return new Promise((resolve, reject) => {
    function pop(): void {
      sentMs = performance.now()
      connection?.write(popFrame(options))
    }
    function onResponse(response: LoadResponse): void {
      if (unacknowledgedCount === 0) onPopped(response)
      else onAcknowledged(response)
    }
    function onPopped(response: LoadResponse): void {
      emptyCount = response.code === FOUND ? 0 : emptyCount + 1
      if (emptyCount === EMPTY_COUNT_MAX) {
        connection?.close()
        resolve()
        return
      }
      if (response.code !== FOUND) {
        pop()
        return
      }
      latencies.recordValue(Math.max(1, Math.round((performance.now() - sentMs) * 1000)))
      const acks = ackFrames(response, options)
      unacknowledgedCount = acks.length
      connection?.write(Buffer.concat(acks))
    }
    function onAcknowledged({ code }: LoadResponse): void {
      unacknowledgedCount -= 1
      tally.messageCount += 1
      if (code !== FOUND) {
        tally.failedCount += 1
        tally.failure = `response code ${code}`
      }
      if (unacknowledgedCount > 0) return
      tally.endMs = performance.now()
      pop()
    }
    LoadConnection.open(options.address, { onResponse, onDrained: () => undefined, onFailed: reject }).then(opened => {
      connection = opened
      pop()
    }, reject)
  })
}

function popFrame({ group, topic, messageCountMax, serializeType }: PopLoadOptions): Buffer {
  const fields = {
    ...{ consumerGroup: group, topic, queueId: '-1', maxMsgNums: String(Math.min(messageCountMax, 32)) },
    ...{ invisibleTime: String(INVISIBLE_MS), pollTime: String(POLL_MS), bornTime: String(Date.now()), initMode: '0' },
    ...{ expType: 'TAG', exp: '*', order: 'false' },
  }
  return encodeFrame(RemotingCommand.request(RequestCode.POP_MESSAGE, fields), serializeType)
}

/** One for each message of a pop's answer. */
function ackFrames({ bytes, headerAt, frameEnd }: LoadResponse, options: PopLoadOptions): Buffer[] {
  const { group: consumerGroup, topic, brokerName, serializeType } = options
  const { extFields, body } = decodeFrame(bytes.subarray(headerAt - 8, frameEnd))
  const { popTime, invisibleTime, reviveQid, startOffsetInfo = '' } = extFields ?? {}
  const starts = new Map(startOffsetInfo.split(';').map(entry => [entry.split(' ')[1], entry.split(' ')[2]]))
  const frames: Buffer[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const { recordBytes, queueId, queueOffset } = readStoredMessage(body, at)
    at += recordBytes
    const [queue, offset] = [String(queueId), String(queueOffset)]
    const receipt = [starts.get(queue), popTime, invisibleTime, reviveQid, 0, brokerName, queue, offset].join(' ')
    const fields = { consumerGroup, topic, queueId: queue, extraInfo: receipt, offset }
    frames.push(encodeFrame(RemotingCommand.request(RequestCode.ACK_MESSAGE, fields), serializeType))
  }
  return frames
}
