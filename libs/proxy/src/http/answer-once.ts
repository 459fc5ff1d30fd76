import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpRooms, HttpRoutes } from './http-rooms'
import { badRequest, problemOfCode, sendProblem } from './problems'

declare module 'fastify' {
  interface FastifyRequest {
    /** That the request has taken; null: it has none. */
    idempotencyKey: string | null
  }
}

const KEY = /^[\x20-\x7e]{1,128}$/

export function acceptIdempotencyKeys(app: HttpRoutes): void {
  app.decorateRequest('idempotencyKey', null)
}

type DoneSending = (error?: Error | null, payload?: unknown) => void

interface AnswerOnceHooks {
  preHandler(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void
  onSend(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: DoneSending): void
}

/** For routes that send: with the header Idempotency-Key, the same request is answered as before, and sends nothing. */
export function answerOnce({ shared: { idempotencyKeys } }: Pick<HttpRooms, 'shared'>): AnswerOnceHooks {
  /** True: it is answered. */
  const answerKnown = async (request: FastifyRequest, reply: FastifyReply, given: unknown): Promise<boolean> => {
    if (typeof given !== 'string' || !KEY.test(given))
      throw badRequest('Idempotency-Key: 1 to 128 printable characters')
    if (request.lines !== null) throw badRequest('Idempotency-Key: what is sent line by line is answered once only')
    const { caller, namespace, url } = request
    const place = namespace === '' ? url : `${namespace}%${url}`
    const key = `${caller} ${place} ${given}` // of two callers or namespaces, none is answered for the other
    const known = await idempotencyKeys.take(key, hashOf(request))
    switch (known.state) {
      case 'NEW':
        request.idempotencyKey = key
        return false
      case 'RUNNING':
        await refuse(reply, 409, 'a request with this Idempotency-Key is in progress')
        return true
      case 'USED_FOR_ANOTHER':
        await refuse(reply, 422, 'this Idempotency-Key was used for another request')
        return true
      case 'ANSWERED': {
        const { status, payload } = known.answer
        reply.header('idempotency-replayed', 'true').type('application/json; charset=utf-8')
        await reply.status(status).send(payload)
        return true
      }
    }
  }
  const keep = async (key: string, status: number, payload: unknown): Promise<void> => {
    if (status < 300 && typeof payload === 'string') await idempotencyKeys.finish(key, { status, payload })
    else await idempotencyKeys.release(key)
  }
  // Most requests have no key: they wait for no promise.
  return {
    preHandler(request, reply, done) {
      const given = request.headers['idempotency-key']
      if (given === undefined) {
        done()
        return
      }
      answerKnown(request, reply, given).then(isAnswered => {
        if (!isAnswered) done()
      }, done)
    },
    onSend({ idempotencyKey: key }, { statusCode }, payload, done) {
      if (key === null) done(null, payload)
      else keep(key, statusCode, payload).then(() => done(null, payload), done)
    },
  }
}

async function refuse(reply: FastifyReply, status: number, detail: string): Promise<FastifyReply> {
  const problem = problemOfCode(v2.Code.BAD_REQUEST, detail)
  return await sendProblem(reply, { ...problem, status, title: STATUS_CODES[status] ?? '' })
}

function hashOf({ rawBody, body, headers }: FastifyRequest): string {
  const hash = createHash('sha256').update(JSON.stringify(rawBody === null ? body : [body, headers['content-type']]))
  return (rawBody === null ? hash : hash.update(rawBody)).digest('base64')
}
