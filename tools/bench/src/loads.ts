import { count } from './flags'
import type { Flags } from './flags'
import { runGrpcReceiveLoad, runGrpcSendLoad } from './grpc-load'
import type { GrpcLoadOptions } from './grpc-load'
import { runHttpReceiveLoad, runHttpSendLoad } from './http-load'
import type { HttpLoadOptions } from './http-load'
import { runPopLoad } from './pop-load'
import { runPullLoad } from './pull-load'
import type { LoadResult } from './report'
import { halfTemplate, routeTemplate, sendTemplate } from './request-frames'
import type { SerializeType } from './request-frames'
import { runTransactionLoad } from './transaction-load'
import { runWindowedLoad } from './windowed-load'

export interface Settings {
  readonly topic: string
  /** Of receives by gRPC: some proxies serve none that they do not know. */
  readonly group: string
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

export type Progress = (messageCount: number) => void
type Load = (address: string, settings: Settings, onProgress: Progress) => Promise<LoadResult>

/** Each run pops as a group of its own. */
let popCount = 0

/** By the name that `--load` has for each. */
export const loads: Readonly<Record<string, Load>> = {
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
  'grpc-send': (address, settings, onProgress) => runGrpcSendLoad(grpcOptions(address, settings, onProgress)),
  'grpc-receive': (address, settings, onProgress) =>
    runGrpcReceiveLoad({ ...grpcOptions(address, settings, onProgress), group: settings.group }),
  'http-send': (address, settings, onProgress) => runHttpSendLoad(httpOptions(address, settings, onProgress, 1)),
  'http-batch': (address, settings, onProgress) =>
    runHttpSendLoad(httpOptions(address, settings, onProgress, settings.batchSize)),
  'http-receive': (address, settings, onProgress) =>
    runHttpReceiveLoad({
      ...httpOptions(address, settings, onProgress, settings.messageCountMax),
      group: `bench_http_${process.pid}_${(popCount += 1)}`,
    }),
}

function httpOptions(
  address: string,
  { topic, bodyBytes, count: messageCount, connectionCount, windowSize }: Settings,
  onProgress: Progress,
  messagesPerRequest: number,
): HttpLoadOptions {
  const inFlight = Math.max(1, windowSize >> 4)
  return {
    ...{ address, topic, bodyBytes, messageCount, connectionCount, onProgress, messagesPerRequest },
    windowSize: messagesPerRequest === 1 ? inFlight : Math.max(1, inFlight >> 2),
  }
}

/** A window of 256 is for frames of remoting: of gRPC calls a sixteenth of it is in flight. */
function grpcOptions(address: string, settings: Settings, onProgress: Progress): GrpcLoadOptions {
  const { topic, bodyBytes, connectionCount, messageCountMax } = settings
  const windowSize = Math.max(1, settings.windowSize >> 4)
  return {
    address,
    topic,
    bodyBytes,
    connectionCount,
    messageCountMax,
    windowSize,
    messageCount: settings.count,
    onProgress,
  }
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

export function settingsOf(flags: Flags): Settings {
  return {
    topic: typeof flags['topic'] === 'string' ? flags['topic'] : 'bench',
    group: typeof flags['group'] === 'string' ? flags['group'] : `bench_grpc_${process.pid}`,
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
