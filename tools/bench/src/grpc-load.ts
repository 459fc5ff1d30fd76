import { v2 } from '@rocketmq-ts/protocol/grpc'
import { build } from 'hdr-histogram-js'
import type { Histogram } from 'hdr-histogram-js'
import { GrpcConnection } from './grpc-connection'
import type { LoadResult } from './report'

export interface GrpcLoadOptions {
  readonly address: string
  readonly topic: string
  readonly bodyBytes: number
  /** Messages to send, or to receive and acknowledge. */
  readonly messageCount: number
  readonly connectionCount: number
  /** Calls in flight on each connection. */
  readonly windowSize: number
  /** Messages of one receive. */
  readonly messageCountMax: number
  readonly onProgress: (messageCount: number) => void
}

interface Tally {
  messageCount: number
  failedCount: number
  failure: string | null
  /** When the last message was settled. */
  endedMs: number
}

interface Work {
  readonly options: GrpcLoadOptions
  readonly tally: Tally
  readonly latencies: Histogram
}

const INVISIBLE_SECONDS = 60
const POLL_SECONDS = 5
/** So often in a row a receive may come back empty before there is nothing left. */
const EMPTY_RECEIVES = 3
const MESSAGE_ID_DIGITS = 24

/** SendMessage, one message a call. */
export function runGrpcSendLoad(options: GrpcLoadOptions): Promise<LoadResult> {
  const body = Buffer.alloc(options.bodyBytes, 'x')
  const topic = { name: options.topic }
  let begunCount = 0
  return runCalls(options, async (connection, work) => {
    while (begunCount < options.messageCount) {
      const messageId = `0100000000${(begunCount += 1).toString(16).padStart(MESSAGE_ID_DIGITS, '0')}`
      const message = { topic, body, systemProperties: { messageId, messageType: v2.MessageType.NORMAL } }
      const startedMs = performance.now()
      const [answer] = await connection.call('SendMessage', { messages: [message] })
      noteTime(work, startedMs)
      settle(work.tally, answer?.status, 1)
    }
  })
}

/** ReceiveMessage, and one AckMessage for all that it brought, until all is received that was sent for it before. */
export async function runGrpcReceiveLoad(options: GrpcLoadOptions & { readonly group: string }): Promise<LoadResult> {
  const [topic, group] = [{ name: options.topic }, { name: options.group }]
  const request = {
    ...{ group, messageQueue: { topic }, batchSize: options.messageCountMax },
    filterExpression: { type: v2.FilterType.TAG, expression: '*' },
    invisibleDuration: { seconds: INVISIBLE_SECONDS },
    longPollingTimeout: { seconds: POLL_SECONDS },
  }
  const first = await opened(options.connectionCount, options)
  await first.call('ReceiveMessage', request) // a group gets what is sent after it has asked
  await first.close()
  await runGrpcSendLoad({ ...options, onProgress: () => undefined })
  return await runCalls(options, async (connection, work) => {
    for (let emptyCount = 0; emptyCount < EMPTY_RECEIVES && work.tally.messageCount < options.messageCount;) {
      const startedMs = performance.now()
      const elements = await connection.call('ReceiveMessage', request)
      const entries = elements.flatMap(receiptOf)
      emptyCount = entries.length === 0 ? emptyCount + 1 : 0
      if (entries.length === 0) continue // a wait says nothing of its proxy
      const [answer] = await connection.call('AckMessage', { group, topic, entries })
      noteTime(work, startedMs)
      settle(work.tally, answer?.status, entries.length)
    }
  })
}

function receiptOf({ message }: v2.ReceiveMessageResponse): { messageId: string; receiptHandle: string }[] {
  if (message === null || message === undefined) return []
  const { messageId, receiptHandle } = message.systemProperties ?? {}
  return [{ messageId: messageId ?? '', receiptHandle: receiptHandle ?? '' }]
}

/** Consumers tell proxies who they are; producers may. */
function receiverSettings(topic: string, group: string): v2.Settings.$Properties {
  return {
    clientType: v2.ClientType.SIMPLE_CONSUMER,
    subscription: {
      group: { name: group },
      subscriptions: [{ topic: { name: topic }, expression: { type: v2.FilterType.TAG, expression: '*' } }],
      longPollingTimeout: { seconds: POLL_SECONDS },
    },
  }
}

async function runCalls(
  options: GrpcLoadOptions & { readonly group?: string },
  caller: (connection: GrpcConnection, work: Work) => Promise<void>,
): Promise<LoadResult> {
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })
  const tally: Tally = { messageCount: 0, failedCount: 0, failure: null, endedMs: 0 }
  const connections = await Promise.all(
    Array.from({ length: options.connectionCount }, (_, index) => opened(index, options)),
  )
  const startedMs = performance.now()
  const progress = setInterval(() => options.onProgress(tally.messageCount), 250)
  try {
    const callers = connections.flatMap(connection =>
      Array.from({ length: options.windowSize }, () => caller(connection, { options, tally, latencies })),
    )
    await Promise.all(callers)
  } finally {
    clearInterval(progress)
  }
  const seconds = Math.max(1, tally.endedMs - startedMs) / 1000
  await Promise.all(connections.map(connection => connection.close()))
  return { ...tally, seconds, latencies }
}

async function opened(
  index: number,
  { address, topic, group }: GrpcLoadOptions & { readonly group?: string },
): Promise<GrpcConnection> {
  const connection = await GrpcConnection.open(address, `bench-${process.pid}-${index}`)
  if (group !== undefined) await connection.tell(receiverSettings(topic, group))
  return connection
}

function noteTime({ latencies }: Work, startedMs: number): void {
  latencies.recordValue(Math.max(1, Math.round((performance.now() - startedMs) * 1000)))
}

function settle(tally: Tally, status: v2.Status.$Properties | null | undefined, messageCount: number): void {
  tally.endedMs = performance.now()
  if (status?.code === v2.Code.OK) {
    tally.messageCount += messageCount
    return
  }
  tally.failedCount += messageCount
  tally.failure = `${String(status?.code)} ${status?.message ?? ''}`
}
