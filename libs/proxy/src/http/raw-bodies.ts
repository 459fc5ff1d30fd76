import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpRoutes } from './http-rooms'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body of the message, when the request's body is it. */
    rawBody: Buffer | null
  }
}

const PROPERTY_PREFIX = 'rmq-prop-'
export const RAW_CONTENT_TYPES = ['application/octet-stream', 'text/plain'] as const

/** Bodies that are a message's as they are; what else there is to say of it stands in the headers `RMQ-…`. */
export function readRawBodies(app: HttpRoutes): void {
  app.decorateRequest('rawBody', null)
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser([...RAW_CONTENT_TYPES], { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = body as Buffer
    done(null, body)
  })
}

/** Before it is checked, a raw request becomes what it would be as JSON, but for the bytes. */
export function messageFromHeaders(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (request.rawBody !== null) request.body = { ...namedHeaders(request.headers), properties: properties(request) }
  done()
}

function namedHeaders(headers: IncomingHttpHeaders): Record<string, unknown> {
  const text = (name: string): string | undefined => headers[`rmq-${name}`] as string | undefined
  const given = {
    tag: text('tag'),
    keys: text('keys')?.split(/[\s,]+/),
    group: text('group'),
    deliverAt: text('deliver-at'),
    delay: text('delay'),
    liteTopic: text('lite-topic'),
    priority: text('priority') === undefined ? undefined : Number(text('priority')),
    contentType: headers['content-type'],
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function properties({ headers }: FastifyRequest): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(PROPERTY_PREFIX))
      .map(([name, value]) => [name.slice(PROPERTY_PREFIX.length), value]),
  )
}
