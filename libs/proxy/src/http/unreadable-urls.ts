import type { Log } from '@rocketmq-ts/base'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { problemOf, sendProblem } from './problems'
import { dataHeaders } from './security-headers'

type AnswerUnreadable = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void

/** A path that cannot be read, as `/v1/topics/%`, leads to no route, so that none of their hooks sees it. */
export function answerUnreadableUrls({ log }: { readonly log: Log }): AnswerUnreadable {
  return (error, request, reply) => {
    reply.headers({ ...dataHeaders(), 'x-request-id': request.id })
    sendProblem(reply, problemOf(error, request.id)).catch((err: unknown) => {
      log.error({ err, requestId: request.id }, 'HTTP request failed')
    })
  }
}
