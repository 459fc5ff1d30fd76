import { mkdtempSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { RequestCode, kvTableJson, readProperty } from '@rocketmq-ts/protocol'
import { Cluster, TestClient } from '@rocketmq-ts/testing'
import { timedSendTemplate } from './request-frames'
import { mebibytes, textTable } from './text-table'
import { runWindowedLoad } from './windowed-load'

const TOPIC = 'bench_timed'
const QUEUE_COUNT = 4
const BODY_BYTES = 128
const POLL_MS = 200
/** Sent before the first of them is due, at this rate at least; a slower machine is told so. */
const SENDS_PER_SECOND = 30_000
const DUE_PER_SECOND = 17_000

export interface TimersResult {
  readonly timerPrecisionMs: number
  readonly count: number
  readonly sendsPerSecond: number
  /** From the first send until all messages are in the wheel. */
  readonly enqueuedPerSecond: number
  /** When the first of them was due. */
  readonly pendingCount: number
  readonly residentBytes: number
  readonly residentBytesAfter: number
  readonly deliveredPerSecond: number
  /** Ms from the time asked for until the message was on its topic: 50 %, 99 %, all. */
  readonly lateMs: readonly [number, number, number]
  /** Ms from the end of the step that the message was due in. */
  readonly behindStepMs: readonly [number, number, number]
  readonly earlyCount: number
  readonly missingCount: number
}

/** Sends `count` messages for times in a span that begins when they are all sent, and looks at how they come. */
export async function measureTimers(count: number, timerPrecisionMs: number): Promise<TimersResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-ts-bench-'))
  const cluster = await Cluster.create({ folder, brokerConfig: { timerPrecisionMs } })
  const client = new TestClient('ROCKETMQ')
  try {
    await cluster.start()
    await client.start()
    const { address, process: broker } = cluster.broker()
    await client.createTopic(address, TOPIC, QUEUE_COUNT)
    const beginMs = Date.now()
    const fromMs = beginMs + Math.ceil(count / SENDS_PER_SECOND) * 1000
    const spanMs = Math.ceil(count / DUE_PER_SECOND) * 1000
    const sent = await runWindowedLoad({
      address,
      template: timedSendTemplate({ topic: TOPIC, bodyBytes: BODY_BYTES, queueCount: QUEUE_COUNT, fromMs, spanMs }),
      ...{ requestCount: count, messagesPerRequest: 1, connectionCount: 4, windowSize: 256, queueCount: QUEUE_COUNT },
      onProgress: () => undefined,
    })
    await until(client, address, info => Number(info.get('timerOffsetBehind')) === 0)
    const enqueuedMs = Date.now() - beginMs
    const pendingCount = Number((await runtimeInfo(client, address)).get('timerCongestNum'))
    const residentBytes = broker.residentBytes()
    await until(client, address, info => Number(info.get('timerCongestNum')) === 0)
    const came = await whatCame(client, address, timerPrecisionMs)
    return {
      ...{ timerPrecisionMs, count, pendingCount, residentBytes },
      sendsPerSecond: sent.messageCount / sent.seconds,
      enqueuedPerSecond: (count * 1000) / enqueuedMs,
      residentBytesAfter: broker.residentBytes(),
      ...came,
      missingCount: count - came.count,
    }
  } finally {
    await client.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One line for each result. */
export function timersTable(results: readonly TimersResult[]): string {
  const rows = results.map(result => [
    `${result.timerPrecisionMs} ms`,
    String(result.pendingCount),
    perSecond(result.sendsPerSecond),
    perSecond(result.enqueuedPerSecond),
    mebibytes(result.residentBytes),
    perSecond(result.deliveredPerSecond),
    result.lateMs.join(' / '),
    result.behindStepMs.join(' / '),
    mebibytes(result.residentBytesAfter),
    result.missingCount === 0 && result.earlyCount === 0 ? 'yes' : `NO: ${result.missingCount}, ${result.earlyCount}`,
  ])
  const head = ['precision', 'pending', 'sent', 'in the wheel', 'RSS', 'delivered', 'late, ms: p50 / p99 / max']
  head.push('behind the step', 'RSS then', 'all there, none early')
  return textTable(head, rows)
}

function perSecond(rate: number): string {
  return `${Math.round(rate)}/s`
}

async function runtimeInfo(client: TestClient, address: string): Promise<ReadonlyMap<string, string>> {
  const { body } = await client.ask(address, RequestCode.GET_BROKER_RUNTIME_INFO)
  return kvTableJson.decode(body ?? '{}').table
}

async function until(
  client: TestClient,
  address: string,
  holds: (info: ReadonlyMap<string, string>) => boolean,
): Promise<void> {
  while (!holds(await runtimeInfo(client, address))) await new Promise(resolve => setTimeout(resolve, POLL_MS))
}

type Came = Pick<TimersResult, 'count' | 'deliveredPerSecond' | 'lateMs' | 'behindStepMs' | 'earlyCount'>

async function whatCame(client: TestClient, address: string, precisionMs: number): Promise<Came> {
  const lateMs: number[] = []
  const behindMs: number[] = []
  let first = Infinity
  let last = 0
  for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) {
    const maxOffset = await client.maxOffset(address, TOPIC, queueId)
    for (let queueOffset = 0; queueOffset < maxOffset;) {
      const { messages, nextBeginOffset } = await client.pull(address, { topic: TOPIC, queueId, queueOffset })
      for (const { properties, storeTimestamp } of messages) {
        lateMs.push(storeTimestamp - Number(readProperty(properties, 'TIMER_DELIVER_MS')))
        behindMs.push(storeTimestamp - Number(readProperty(properties, 'TIMER_OUT_MS')) - precisionMs)
        first = Math.min(first, storeTimestamp)
        last = Math.max(last, storeTimestamp)
      }
      queueOffset = nextBeginOffset
    }
  }
  return {
    count: lateMs.length,
    deliveredPerSecond: (lateMs.length * 1000) / Math.max(1, last - first),
    earlyCount: lateMs.filter(late => late < 0).length,
    lateMs: percentiles(lateMs),
    behindStepMs: percentiles(behindMs),
  }
}

function percentiles(values: number[]): readonly [number, number, number] {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return [at(0.5), at(0.99), at(1)]
}
