import { parseArgs } from 'node:util'
import { idlePolls } from './idle-polls'
import { manyQueuesTable, measureManyQueues } from './many-queues'
import type { ManyQueuesResult } from './many-queues'
import { manyTopicsTable, measureManyTopics } from './many-topics'
import { runPopLoad } from './pop-load'
import { runPullLoad } from './pull-load'
import { recoveryTimes } from './recovery-time'
import { ratios, reportRow, resultTable, type LoadResult, type ReportRow } from './report'
import { halfTemplate, routeTemplate, sendTemplate, type SerializeType } from './request-frames'
import { measureTimers, timersTable } from './timers'
import { runTransactionLoad } from './transaction-load'
import { runWindowedLoad } from './windowed-load'

const HELP = `Load for any RocketMQ broker or NameServer, and what it made of it.

  npm run bench -- --addr 127.0.0.1:10911                      send, batch, latency and pull, one after the other
  npm run bench -- --addr 127.0.0.1:10911 --load send --binary
  npm run bench -- --addr 127.0.0.1:10911 --load send,pop      pops what was sent and acknowledges each message
  npm run bench -- --addr 127.0.0.1:10911 --load transactions  half messages, each committed when it is answered
  npm run bench -- --addr 127.0.0.1:9876 --load route          how fast a NameServer answers routes
  npm run bench -- --addr A --against B --rounds 3             the same work at A and B by turns, and the ratios
  npm run bench -- --many-queues 100000                        a broker of its own for each engine behind the queues
  npm run bench -- --many-topics 100000                        a broker of its own for each of what keeps the tables
  npm run bench -- --timers 1000000                            messages for later times, with a broker of its own
  npm run bench -- --recovery 10                               starts of a broker that was killed, with a log of 10 GiB
  npm run bench -- --idle-polls 10000                          a broker of its own, and what groups cost it that wait

  --addr HOST:PORT     the server to load
  --store-type LIST    with --many-queues: the engines (default,kv)
  --against HOST:PORT  a second server for the same loads; ratios are printed at the end
  --rounds N           how often each load runs (1)
  --load NAMES         of send, batch, latency, pull, pop, transactions, route; separated by commas (send,batch,latency,pull)
  --topic NAME         made by the first send if the broker creates topics (bench)
  --n N                messages of one load (200000; latency: a tenth)
  --size N             body bytes (128)
  --queues N           queues of the topic, at most 10 (8)
  --conns N            connections (4)
  --window N           requests in flight on each connection (256; batch: a sixteenth)
  --batch N            messages of one batch (32)
  --max N              messages of one pull, or pop (32)
  --broker-name NAME   of the broker that is popped (broker-a)
  --max N              messages of one pull (32)
  --precision MS       with --timers: timerPrecisionMs (1000)
  --binary             ROCKETMQ headers instead of JSON
  --json               one JSON line for each result instead of the table
`

interface Settings {
  readonly topic: string
  readonly brokerName: string
  readonly count: number
  readonly bodyBytes: number
  readonly queueCount: number
  readonly connectionCount: number
  readonly windowSize: number
  readonly batchSize: number
  readonly messageCountMax: number
  readonly serializeType: SerializeType
}

type Progress = (messageCount: number) => void
type Load = (address: string, settings: Settings, onProgress: Progress) => Promise<LoadResult>

/** Each run pops as a group of its own: from the beginning. */
let popCount = 0

const loads: Readonly<Record<string, Load>> = {
  send: (address, settings, onProgress) => sendLoad(address, settings, onProgress, {}),
  batch: (address, settings, onProgress) =>
    sendLoad(address, settings, onProgress, {
      messagesPerRequest: settings.batchSize,
      windowSize: Math.max(1, settings.windowSize >> 4),
    }),
  latency: (address, settings, onProgress) =>
    sendLoad(address, settings, onProgress, { count: settings.count / 10, connectionCount: 1, windowSize: 1 }),
  pull: (address, settings, onProgress) =>
    runPullLoad({ ...settings, address, group: `bench_group_${process.pid}`, onProgress }),
  pop: (address, settings, onProgress) =>
    runPopLoad({ ...settings, address, group: `bench_pop_${process.pid}_${(popCount += 1)}`, onProgress }),
  transactions: (address, settings, onProgress) =>
    runTransactionLoad({
      ...{ ...settings, address, onProgress },
      template: halfTemplate(settings),
      transactionCount: settings.count,
    }),
  route: (address, settings, onProgress) =>
    runWindowedLoad({
      address,
      template: routeTemplate(settings.topic, settings.serializeType),
      requestCount: settings.count,
      messagesPerRequest: 1,
      connectionCount: settings.connectionCount,
      windowSize: settings.windowSize,
      queueCount: 1,
      onProgress,
    }),
}

interface SendVariant {
  readonly count?: number
  readonly messagesPerRequest?: number
  readonly connectionCount?: number
  readonly windowSize?: number
}

function sendLoad(
  address: string,
  settings: Settings,
  onProgress: Progress,
  variant: SendVariant,
): Promise<LoadResult> {
  const messagesPerRequest = variant.messagesPerRequest ?? 1
  return runWindowedLoad({
    address,
    template: sendTemplate({ ...settings, batchSize: messagesPerRequest }),
    requestCount: Math.ceil((variant.count ?? settings.count) / messagesPerRequest),
    messagesPerRequest,
    connectionCount: variant.connectionCount ?? settings.connectionCount,
    windowSize: variant.windowSize ?? settings.windowSize,
    queueCount: settings.queueCount,
    onProgress,
  })
}

function readFlags(): Record<string, string | boolean | undefined> {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    options: {
      addr: text,
      against: text,
      rounds: text,
      load: text,
      topic: text,
      n: text,
      size: text,
      queues: text,
      conns: text,
      window: text,
      batch: text,
      max: text,
      'many-queues': text,
      'many-topics': text,
      'store-type': text,
      recovery: text,
      'idle-polls': text,
      'broker-name': text,
      timers: text,
      precision: text,
      binary: flag,
      json: flag,
      help: { ...flag, short: 'h' },
    },
  })
  return values
}

/** A flag that must be a whole number of at least 1 and at most `max`. */
function count(flags: ReturnType<typeof readFlags>, name: string, otherwise: number, max = 1e9): number {
  const value = Number(flags[name] ?? otherwise)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new Error(`--${name} ${String(flags[name])}: a whole number from 1 to ${max} is needed`)
}

function settingsOf(flags: ReturnType<typeof readFlags>): Settings {
  return {
    topic: typeof flags['topic'] === 'string' ? flags['topic'] : 'bench',
    brokerName: typeof flags['broker-name'] === 'string' ? flags['broker-name'] : 'broker-a',
    count: count(flags, 'n', 200_000),
    bodyBytes: count(flags, 'size', 128, 4 * 1024 * 1024),
    queueCount: count(flags, 'queues', 8, 10),
    connectionCount: count(flags, 'conns', 4, 10),
    windowSize: count(flags, 'window', 256, 10_000),
    batchSize: count(flags, 'batch', 32, 1000),
    messageCountMax: count(flags, 'max', 32, 1024),
    serializeType: flags['binary'] === true ? 1 : 0,
  }
}

async function runLoad(load: string, address: string, settings: Settings): Promise<ReportRow> {
  const run = loads[load]
  if (run === undefined) throw new Error(`--load ${load}: not one of ${Object.keys(loads).join(', ')}`)
  const showsProgress = process.stderr.isTTY
  const onProgress: Progress = messageCount => {
    if (showsProgress)
      process.stderr.write(`\r${load} at ${address}: ${messageCount.toLocaleString('en-US')} messages `)
  }
  const row = reportRow(address, load, await run(address, settings, onProgress))
  if (showsProgress) process.stderr.write('\r\u001b[K')
  return row
}

async function main(): Promise<void> {
  const flags = readFlags()
  if (flags['recovery'] !== undefined) {
    process.stdout.write(await recoveryTimes(count(flags, 'recovery', 10, 1000)))
    return
  }
  if (flags['idle-polls'] !== undefined) {
    process.stdout.write(await idlePolls(count(flags, 'idle-polls', 0, 40_000)))
    return
  }
  if (flags['timers'] !== undefined) {
    const result = await measureTimers(count(flags, 'timers', 1, 100_000_000), count(flags, 'precision', 1000, 60_000))
    process.stdout.write(timersTable([result]))
    return
  }
  if (flags['many-queues'] !== undefined) {
    const queueCount = count(flags, 'many-queues', 0, 10_000_000)
    const storeTypes = String(flags['store-type'] ?? 'default,kv').split(',')
    const results: ManyQueuesResult[] = []
    for (const storeType of storeTypes) results.push(await measureManyQueues(storeType, queueCount))
    process.stdout.write(manyQueuesTable(results))
    return
  }
  if (flags['many-topics'] !== undefined) {
    const topicCount = count(flags, 'many-topics', 0, 10_000_000)
    process.stdout.write(
      manyTopicsTable([await measureManyTopics('v1', topicCount), await measureManyTopics('kv', topicCount)]),
    )
    return
  }
  if (flags['help'] === true || typeof flags['addr'] !== 'string') {
    process.stdout.write(HELP)
    process.exitCode = flags['help'] === true ? 0 : 2
    return
  }
  const settings = settingsOf(flags)
  const addresses = typeof flags['against'] === 'string' ? [flags['addr'], flags['against']] : [flags['addr']]
  const names = typeof flags['load'] === 'string' ? flags['load'].split(',') : ['send', 'batch', 'latency', 'pull']
  const rows: ReportRow[] = []
  for (let round = 0; round < count(flags, 'rounds', 1); round += 1) {
    for (const load of names) {
      // By turns and with the order changing, so that neither server always runs on the warmer machine.
      for (const address of round % 2 === 0 ? addresses : [...addresses].reverse()) {
        rows.push(await runLoad(load, address, settings))
      }
    }
  }
  if (flags['json'] === true) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
  else process.stdout.write(resultTable(rows))
  if (addresses[1] !== undefined) process.stdout.write(ratios(rows, flags['addr'], addresses[1]))
  if (rows.some(row => row.failed > 0)) process.exitCode = 1
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
