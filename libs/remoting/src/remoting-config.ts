import { restartOnly, trueOrFalse, wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'
import { tlsConfigSchema } from './tls/tls-config'

const MIB = 1024 ** 2

/** Java's keys, and the limits that Java leaves to its thread pools. Source: remoting/netty/NettyServerConfig.java, NettyClientConfig.java */
export const remotingConfigSchema = z.object({
  bindAddress: restartOnly(z.string().min(1).default('0.0.0.0')).describe('address or host name to listen on'),
  listenPort: restartOnly(wholeNumber({ max: 65_535 }).default(0)).describe('port to listen on; 0 takes a free one'),
  serverSocketBacklog: restartOnly(wholeNumber({ min: 1 }).default(1024)).describe(
    'connections that the system queues before they are accepted',
  ),
  serverChannelMaxIdleTimeSeconds: restartOnly(wholeNumber().default(120)).describe(
    'a connection with neither read nor write for so long is closed; 0: never',
  ),
  serverOnewaySemaphoreValue: restartOnly(wholeNumber({ min: 1 }).default(256)).describe(
    'oneway pushes per connection that its socket has not taken; more are refused',
  ),
  serverAsyncSemaphoreValue: restartOnly(wholeNumber({ min: 1 }).default(64)).describe(
    'requests of the server per connection that wait for an answer; more are refused',
  ),
  enableShutdownGracefully: trueOrFalse()
    .default(false)
    .describe('a stop first tells clients newer than V5_3_1 to go away, with response code 1500'),
  shutdownWaitTimeSeconds: wholeNumber()
    .default(30)
    .describe('how long a graceful stop goes on answering before it closes'),

  connectTimeoutMillis: wholeNumber({ min: 1 }).default(3000).describe('limit for a connect, TLS included'),
  clientChannelMaxIdleTimeSeconds: restartOnly(wholeNumber().default(120)).describe(
    'as serverChannelMaxIdleTimeSeconds, for connections that we opened',
  ),
  clientOnewaySemaphoreValue: restartOnly(wholeNumber({ min: 1 }).default(65_535)).describe(
    'as serverOnewaySemaphoreValue, for connections that we opened',
  ),
  clientAsyncSemaphoreValue: restartOnly(wholeNumber({ min: 1 }).default(65_535)).describe(
    'as serverAsyncSemaphoreValue, for connections that we opened',
  ),
  clientCloseSocketIfTimeout: trueOrFalse()
    .default(true)
    .describe('a connection that was silent for a whole timed-out request is closed'),
  enableReconnectForGoAway: trueOrFalse()
    .default(true)
    .describe('response code 1500 makes the client reconnect and ask once more'),

  'com.rocketmq.remoting.frameMaxLength': restartOnly(wholeNumber({ min: 1024 }).default(16 * MIB)).describe(
    'bytes of a whole frame, its length word included; clients enforce it too',
  ),
  'rocketmq.serialize.type': restartOnly(z.enum(['JSON', 'ROCKETMQ']).default('JSON')).describe(
    'header format of our own requests; an answer has that of its request',
  ),

  connectionCountMax: wholeNumber({ min: 1 })
    .default(100_000)
    .describe('connections per port; more are closed at once'),
  requestsInFlightMax: restartOnly(wholeNumber({ min: 1 }).default(65_536)).describe(
    'unanswered requests per connection, suspended pulls included; at the limit it is not read',
  ),
  requestBytesInFlightMax: restartOnly(wholeNumber({ min: 1024 }).default(64 * MIB)).describe(
    'bytes of unanswered requests per connection; at the limit it is not read',
  ),
  writeBufferHighWaterMark: restartOnly(wholeNumber().default(0)).describe(
    'unsent bytes per connection above which it is not read; 0: 1 MiB',
  ),
  writeBufferLowWaterMark: restartOnly(wholeNumber().default(0)).describe(
    'unsent bytes below which it is read again; 0: half the high mark',
  ),
  unsentBytesMax: restartOnly(wholeNumber({ min: 1024 }).default(64 * MIB)).describe(
    'unsent bytes per connection at which it is closed',
  ),
  heldBytesMax: restartOnly(wholeNumber({ min: 64 * 1024 }).default(512 * MIB)).describe(
    'bytes that all connections of a port hold together: requests that are incomplete or unanswered, and unsent answers; ' +
      'from half of it on those with more than their share are not read, above it the heaviest are closed',
  ),
  drainTimeoutMs: restartOnly(wholeNumber({ min: 1 }).default(60_000)).describe(
    'a peer that takes nothing for so long while above the high mark is closed',
  ),
  handshakeTimeoutMs: restartOnly(wholeNumber({ min: 1 }).default(10_000)).describe(
    'limit from the first byte to the end of the PROXY header and the TLS handshake',
  ),
  stopTimeoutMs: restartOnly(wholeNumber().default(3000)).describe(
    'how long a stop waits for requests in flight and unsent answers',
  ),

  ...tlsConfigSchema.shape,
})

export type RemotingConfig = Readonly<z.infer<typeof remotingConfigSchema>>

/** What one connection may hold; the server and the client take them from different keys. */
export interface ConnectionLimits {
  readonly frameBytesMax: number
  readonly requestsInFlightMax: number
  readonly requestBytesInFlightMax: number
  readonly unsentBytesHighMark: number
  readonly unsentBytesLowMark: number
  readonly unsentBytesMax: number
  readonly drainTimeoutMs: number
  readonly closeTimeoutMs: number
  /** 0: never. */
  readonly idleTimeoutMs: number
  /** Unsent bytes above which the peer is too slow for requests of ours. */
  readonly pushUnsentBytesMax: number
  readonly onewaysUnsentMax: number
  readonly invocationsMax: number
}

export function serverLimits(config: RemotingConfig): ConnectionLimits {
  const limits = sharedLimits(config)
  return {
    ...limits,
    pushUnsentBytesMax: limits.unsentBytesHighMark,
    idleTimeoutMs: config.serverChannelMaxIdleTimeSeconds * 1000,
    onewaysUnsentMax: config.serverOnewaySemaphoreValue,
    invocationsMax: config.serverAsyncSemaphoreValue,
  }
}

export function clientLimits(config: RemotingConfig): ConnectionLimits {
  const limits = sharedLimits(config)
  return {
    ...limits,
    pushUnsentBytesMax: limits.unsentBytesMax,
    idleTimeoutMs: config.clientChannelMaxIdleTimeSeconds * 1000,
    onewaysUnsentMax: config.clientOnewaySemaphoreValue,
    invocationsMax: config.clientAsyncSemaphoreValue,
  }
}

type SharedLimits = Omit<
  ConnectionLimits,
  'idleTimeoutMs' | 'pushUnsentBytesMax' | 'onewaysUnsentMax' | 'invocationsMax'
>

function sharedLimits(config: RemotingConfig): SharedLimits {
  const highMark = config.writeBufferHighWaterMark || MIB
  return {
    frameBytesMax: config['com.rocketmq.remoting.frameMaxLength'],
    requestsInFlightMax: config.requestsInFlightMax,
    requestBytesInFlightMax: config.requestBytesInFlightMax,
    unsentBytesHighMark: highMark,
    unsentBytesLowMark: Math.min(config.writeBufferLowWaterMark || highMark / 2, highMark),
    unsentBytesMax: Math.max(config.unsentBytesMax, highMark),
    drainTimeoutMs: config.drainTimeoutMs,
    closeTimeoutMs: config.stopTimeoutMs,
  }
}
