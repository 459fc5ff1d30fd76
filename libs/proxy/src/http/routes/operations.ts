import { v2 } from '@rocketmq-ts/protocol/grpc'
import { z } from 'zod'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { problemOfCode, sendProblem } from '../problems'
import { HTTP_BATCH_COUNT_MAX } from '../shapes/message-input'
import { failures } from '../shapes/problem'
import { RECEIVE_COUNT_MAX } from './receive'
import { STREAM_CREDIT_COUNT_MAX } from '../streams/stream-routes'

const stateShape = z.object({ status: z.literal('ok') })
const readyShape = stateShape.extend({ degraded: z.string().optional().describe('what works less well, and why') })
const limitsShape = z.object({
  requestBytesMax: z.int(),
  messageBodyBytesMax: z.int(),
  batchMessagesMax: z.int(),
  userPropertiesMax: z.int(),
  userPropertyBytesMax: z.int(),
  delayMsMax: z.int(),
  receiveMessagesMax: z.int(),
  waitMsMax: z.int(),
  invisibleMsMin: z.int(),
  invisibleMsMax: z.int(),
  requestsInProgressMax: z.int(),
  requestsPerMinuteMax: z.int().describe('0: no limit'),
  waitsMax: z.int(),
  streamsMax: z.int(),
  streamCreditMax: z.int(),
})

/** For those who run it: is it there, is it ready, what are its limits. */
export function operationRoutes(app: HttpRoutes, { config, isServing, shared }: HttpRooms): void {
  const tags = ['operations']
  app.route({
    method: 'GET',
    url: '/healthz',
    schema: { tags, summary: 'The process is alive', response: { 200: stateShape } },
    handler: () => ({ status: 'ok' as const }),
  })
  app.route({
    method: 'GET',
    url: '/readyz',
    schema: { tags, summary: 'It serves; not while it stops', response: { 200: readyShape, ...failures } },
    handler(_request, reply) {
      const { problem } = shared
      const degraded = problem === null ? {} : { degraded: `nothing is shared with other proxies: ${problem}` }
      if (isServing()) return { status: 'ok' as const, ...degraded }
      return sendProblem(reply, { ...problemOfCode(v2.Code.HA_NOT_AVAILABLE, 'the proxy is about to stop') }) as never
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/limits',
    schema: { tags, summary: 'What is refused when it is larger', response: { 200: limitsShape, ...failures } },
    handler: () => ({
      requestBytesMax: config.httpBodyBytesMax,
      messageBodyBytesMax: config.maxMessageSize,
      batchMessagesMax: HTTP_BATCH_COUNT_MAX,
      userPropertiesMax: config.userPropertyMaxNum,
      userPropertyBytesMax: config.maxUserPropertySize,
      delayMsMax: config.maxDelayTimeMills,
      receiveMessagesMax: RECEIVE_COUNT_MAX,
      waitMsMax: config.grpcClientConsumerMaxLongPollingTimeoutMillis,
      invisibleMsMin: config.minInvisibleTimeMillsForRecv,
      invisibleMsMax: config.maxInvisibleTimeMills,
      requestsInProgressMax: config.httpRequestsInProgressMax,
      requestsPerMinuteMax: config.httpRequestsPerMinuteMax,
      waitsMax: config.httpWaitsMax,
      streamsMax: config.httpStreamsMax,
      streamCreditMax: STREAM_CREDIT_COUNT_MAX,
    }),
  })
}
