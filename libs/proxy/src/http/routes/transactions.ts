import { z } from 'zod'
import { requireTopic } from '../../grpc/names'
import { answerOnce } from '../answer-once'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { bytesOf, messageToSend } from '../message-to-send'
import { messageFromHeaders, RAW_CONTENT_TYPES } from '../raw-bodies'
import { bornHostOf } from '../remote-address'
import { outcomeOf } from '../send-in-batches'
import { problemOfCode, sendProblem } from '../problems'
import { messageInput } from '../shapes/message-input'
import { topicParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { sentShape } from '../shapes/sent-message'
import { v2 } from '@rocketmq-ts/protocol/grpc'

const begunShape = sentShape.extend({ transactionId: z.string().describe('what the transaction is ended with') })

/** A message that nobody sees until its transaction is committed. */
export function transactionRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  const tags = ['transactions']
  app.route({
    method: 'POST',
    url: '/v1/topics/:topic/transactions',
    schema: {
      ...{ tags, summary: 'Send a message that is seen when its transaction is committed' },
      consumes: ['application/json', ...RAW_CONTENT_TYPES],
      params: topicParams,
      body: messageInput,
      response: { 201: begunShape, ...failures },
    },
    preValidation: messageFromHeaders,
    ...answerOnce(rooms),
    async handler(request, reply) {
      const topic = requireTopic({ name: request.params.topic })
      const { body, rawBody } = request
      const origin = { topic, bornHost: bornHostOf(request), isHalf: true }
      const [sent] = await rooms.messaging.send([messageToSend(body, rawBody ?? bytesOf(body), origin, rooms)])
      const outcome = outcomeOf(sent)
      if (sent === undefined || 'problem' in outcome) {
        const problem = 'problem' in outcome ? outcome.problem : problemOfCode(v2.Code.INTERNAL_SERVER_ERROR, '')
        return sendProblem(reply, problem) as never
      }
      return reply.status(201).send({ ...outcome, transactionId: sent.transactionId })
    },
  })
  app.route({
    method: 'PUT',
    url: '/v1/topics/:topic/transactions/:transactionId',
    schema: {
      ...{ tags, summary: 'End a transaction' },
      params: topicParams.extend({ transactionId: z.string() }),
      body: z.strictObject({
        resolution: z.enum(['commit', 'rollback', 'unknown']).describe('unknown: it is not decided yet'),
      }),
      response: { 204: z.null(), ...failures },
    },
    async handler({ params, body }, reply) {
      requireTopic({ name: params.topic })
      const { transactionId } = params
      if (body.resolution !== 'unknown') {
        const resolution = body.resolution === 'commit' ? 'COMMIT' : 'ROLLBACK'
        await rooms.messaging.endTransaction({ transactionId, resolution, isChecked: false })
      }
      return reply.status(204).send(null)
    },
  })
}
