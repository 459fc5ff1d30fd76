import { ResponseCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { z } from 'zod'
import { requireTopic } from '../../grpc/names'
import { BrokerRefusedError, InvalidTransactionIdError } from '../../messaging/refusals'
import { decodeTransactionId } from '../../messaging/transaction-id'
import { answerOnce } from '../answer-once'
import { EVENT, messagesFromEvents } from '../cloud-events'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { bytesOf, messageToSend } from '../message-to-send'
import { messageFromHeaders, RAW_CONTENT_TYPES } from '../raw-bodies'
import { bornHostOf } from '../remote-address'
import { outcomeOf } from '../send-in-batches'
import { problemOfCode, sendConflict, sendProblem } from '../problems'
import { messageInput } from '../shapes/message-input'
import { topicParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { sentShape } from '../shapes/sent-message'
import { traceContextOf } from '../trace-context'

const begunShape = sentShape.extend({ transactionId: z.string().describe('what the transaction is ended with') })

/** A message that nobody sees until its transaction is committed. */
export function transactionRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  const tags = ['transactions']
  app.route({
    method: 'POST',
    url: '/v1/topics/:topic/transactions',
    schema: {
      ...{ tags, summary: 'Send a message that is seen when its transaction is committed' },
      consumes: ['application/json', EVENT, ...RAW_CONTENT_TYPES],
      params: topicParams,
      body: messageInput,
      response: { 201: begunShape, ...failures },
    },
    preValidation: [messageFromHeaders, messagesFromEvents(rooms)],
    ...answerOnce(rooms),
    async handler(request, reply) {
      const topic = requireTopic({ name: request.params.topic })
      const { body, rawBody } = request
      const traceContext = traceContextOf(request)
      const origin = { topic, bornHost: bornHostOf(request), isHalf: true, traceContext }
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
        isChecked: z.boolean().default(false).describe('true: this answers a check'),
      }),
      response: { 204: z.null(), ...failures },
    },
    async handler(request, reply) {
      const topic = requireTopic({ name: request.params.topic })
      const { transactionId } = request.params
      if (decodeTransactionId(transactionId).topic !== topic) throw new InvalidTransactionIdError()
      const { resolution, isChecked } = request.body
      try {
        if (resolution !== 'unknown') {
          await rooms.messaging.endTransaction({ transactionId, resolution: ends[resolution], isChecked })
        }
      } catch (error) {
        if (!isSettled(error)) throw error
        const problem = problemOfCode(v2.Code.INVALID_TRANSACTION_ID, error.message)
        return await sendConflict(request, reply, problem)
      }
      return reply.status(204).send(null)
    },
  })
}

const ends = { commit: 'COMMIT', rollback: 'ROLLBACK' } as const

/** Brokers have one code for all that is wrong with an end: the transaction has ended otherwise, or is none. */
function isSettled(error: unknown): error is BrokerRefusedError {
  return error instanceof BrokerRefusedError && error.responseCode === ResponseCode.SYSTEM_ERROR
}
