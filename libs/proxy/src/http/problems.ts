import { STATUS_CODES } from 'node:http'
import { RocketmqError } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { InvalidTokenError } from '../authentication/jwt/invalid-token-error'
import { InvalidRequestError, statusOf } from '../grpc/status'
import { QueueNotFoundError } from '../messaging/refusals'
import { noteAllowedMethods } from './allowed-methods'
import type { HttpRoutes } from './http-rooms'
import { PROBLEM } from './shapes/problem'
import type { Problem } from './shapes/problem'
import { traceContextOf } from './trace-context'

const RETRY_AFTER_SECONDS = 1
const [BASIC, BEARER, SIGNED] = ['Basic realm="rocketmq", charset="UTF-8"', 'Bearer realm="rocketmq"', 'MQv2-HMAC-SHA1']
const CHALLENGE = `${BASIC}, ${BEARER}, ${SIGNED}`
const codes = v2.Code

/** Everything that fails is answered as application/problem+json, RFC 9457. */
export function answerProblems(app: HttpRoutes, { log }: { readonly log: Log }): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error, request.id)
    if (problem.status >= 500 && !(error instanceof RocketmqError)) {
      const traceContext = traceContextOf(request)
      log.error({ err: error, requestId: request.id, traceContext }, 'HTTP request failed')
    }
    if (error instanceof InvalidTokenError) reply.header('www-authenticate', challengeOf(error))
    return sendProblem(reply, problem)
  })
  const allowedMethodsOf = noteAllowedMethods(app)
  const answerNotFound = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const detail = `there is no ${request.method} ${request.originalUrl}: see /docs`
    const problem = { ...problemOfCode(codes.NOT_FOUND, detail), instance: request.id }
    const allowed = allowedMethodsOf(request.url)
    if (allowed.length === 0) return await sendProblem(reply, problem)
    return await sendProblem(reply.header('allow', allowed.join(', ')), { ...problem, ...of(405) })
  }
  app.setNotFoundHandler(answerNotFound)
  // Before the body is looked at: of what is not there nobody needs to know what its body should be.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.is404) answerNotFound(request, reply).catch(done)
    else done()
  })
}

/** RFC 6750: a client learns whether a new token would do. */
function challengeOf({ description }: InvalidTokenError): string {
  return `${BASIC}, ${BEARER}, error="invalid_token", error_description="${description}", ${SIGNED}`
}

/** What a failure is to an HTTP client. */
export function problemOf(error: unknown, instance?: string): Problem {
  return { ...bareProblemOf(error), ...(instance === undefined ? {} : { instance }) }
}

export function problemOfCode(code: v2.Code, detail: string): Problem {
  const status = httpStatusOf(code)
  const name = (codes as unknown as Readonly<Record<number, string | undefined>>)[code] ?? 'INTERNAL_SERVER_ERROR'
  return { type: `urn:rocketmq:code:${name}`, title: STATUS_CODES[status] ?? name, status, detail, code }
}

function bareProblemOf(error: unknown): Problem {
  if (error instanceof QueueNotFoundError) return problemOfCode(codes.NOT_FOUND, error.message) // it stands in the path
  if (error instanceof RocketmqError) {
    const { code, message } = statusOf(error)
    return problemOfCode(code ?? codes.INTERNAL_SERVER_ERROR, message ?? '')
  }
  const { validation, statusCode = 500, message } = error as Partial<FastifyError>
  if (validation !== undefined) {
    const entries = validation.map(({ instancePath, message: detail = '' }) => ({ pointer: instancePath, detail }))
    return { ...problemOfCode(codes.BAD_REQUEST, message ?? 'the request is not valid'), entries }
  }
  if (statusCode >= 500)
    return problemOfCode(codes.INTERNAL_SERVER_ERROR, 'this is our fault: see the log of the proxy')
  return { ...problemOfCode(codeOfHttpStatus(statusCode), message ?? ''), ...of(statusCode) }
}

function of(status: number): Pick<Problem, 'status' | 'title'> {
  return { status, title: STATUS_CODES[status] ?? 'Error' }
}

function codeOfHttpStatus(status: number): v2.Code {
  switch (status) {
    case 413:
      return codes.PAYLOAD_TOO_LARGE
    case 429:
      return codes.TOO_MANY_REQUESTS
    default:
      return codes.BAD_REQUEST
  }
}

/** The first three digits are the status, but for what HTTP says more exactly. */
function httpStatusOf(code: v2.Code): number {
  switch (code) {
    case codes.INVALID_RECEIPT_HANDLE:
      return 410
    case codes.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE:
      return 409
    case codes.MESSAGE_BODY_EMPTY:
      return 400
    case codes.HA_NOT_AVAILABLE:
    case codes.MASTER_PERSISTENCE_TIMEOUT:
    case codes.SLAVE_PERSISTENCE_TIMEOUT:
      return 503
    case codes.UNSUPPORTED:
    case codes.VERSION_UNSUPPORTED:
    case codes.VERIFY_FIFO_MESSAGE_UNSUPPORTED:
      return 501
    default:
      return STATUS_CODES[Math.floor(code / 100)] === undefined ? 500 : Math.floor(code / 100)
  }
}

export async function sendProblem(reply: FastifyReply, problem: Problem): Promise<FastifyReply> {
  const isForLater = problem.status === 429 || problem.status === 503
  if (isForLater && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (problem.status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', CHALLENGE)
  return await reply.status(problem.status).type(PROBLEM).send(JSON.stringify(problem))
}

/** What is asked for stands against what is there. */
export async function sendConflict(
  { id }: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
): Promise<FastifyReply> {
  return await sendProblem(reply, { ...problem, ...of(409), instance: id })
}

export function badRequest(message: string): InvalidRequestError {
  return new InvalidRequestError(codes.BAD_REQUEST, message)
}
