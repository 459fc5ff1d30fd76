import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorCodes } from 'fastify'
import { z } from 'zod'
import type { HttpRooms, HttpRoutes } from './http-rooms'
import { badRequest } from './problems'
import { cloudEventShape, eventOfMessage, messageOfEvent } from './shapes/cloud-event'
import type { CloudEvent } from './shapes/cloud-event'
import type { MessageInput } from './shapes/message-input'
import type { Received } from './shapes/received-message'

declare module 'fastify' {
  interface FastifyRequest {
    /** What came as CloudEvents in the JSON format, before it is checked. */
    events: { readonly isBatch: boolean; readonly given: unknown } | null
  }
}

export const EVENT = 'application/cloudevents+json'
export const EVENT_BATCH = 'application/cloudevents-batch+json'
const HEADER_PREFIX = 'ce-'

/** Is it one event, with its attributes in headers `ce-…` and its data as the body? */
function isBinaryEvent({ headers }: { readonly headers: IncomingHttpHeaders }): boolean {
  return headers['ce-specversion'] !== undefined
}

/** Bodies that are events, and bodies of any type that are the data of one. Behind all other readers of bodies. */
export function readEventBodies(app: HttpRoutes): void {
  app.decorateRequest('events', null)
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isBinaryEvent(request)) done(null, (request.rawBody = body as Buffer))
    else void parseJson(request, body.toString(), done)
  })
  app.addContentTypeParser([EVENT, EVENT_BATCH], { parseAs: 'string' }, (request, body, done) => {
    void parseJson(request, body as string, (error, given) => {
      const isBatch = request.headers['content-type']?.includes(EVENT_BATCH) ?? false
      if (error === null) request.events = { isBatch, given }
      done(error, {})
    })
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (isBinaryEvent(request)) done(null, (request.rawBody = body as Buffer))
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(request.headers['content-type'] ?? ''))
  })
}

/** Before it is checked, a request with events becomes what it would be with messages. */
export function messagesFromEvents({ messaging }: Pick<HttpRooms, 'messaging'>) {
  const replaceBody = async (request: FastifyRequest): Promise<void> => {
    const { events, headers, params } = request
    const { topic } = params as { readonly topic: string }
    const read = events === null ? [requireEvent(attributesIn(headers))] : requireEvents(events)
    const hasKeys = read.some(({ partitionkey }) => partitionkey !== undefined)
    const isOrdered = hasKeys && (await messaging.metadata.messageTypeOf(topic)) === 'FIFO'
    const messages = read.map(event => messageOfEvent(event, { isOrdered }))
    if (events === null) request.body = withHeaders(messages[0] ?? {}, request.body ?? {})
    else request.body = events.isBatch ? { messages } : messages[0]
  }
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    if (request.events === null && !isBinaryEvent(request)) done()
    else replaceBody(request).then(() => done(), done)
  }
}

/** What stands in headers `RMQ-…` counts, too. */
function withHeaders(message: MessageInput, given: MessageInput): MessageInput {
  const keys = [...(message.keys ?? []), ...(given.keys ?? [])]
  return { ...message, ...given, keys, properties: { ...given.properties, ...message.properties } }
}

function requireEvents({ isBatch, given }: NonNullable<FastifyRequest['events']>): readonly CloudEvent[] {
  if (!isBatch) return [requireEvent(given)]
  if (!Array.isArray(given)) throw badRequest(`${EVENT_BATCH} is a list of events`)
  return given.map(requireEvent)
}

/** Throws InvalidRequestError. */
function requireEvent(given: unknown): CloudEvent {
  const { data, error } = cloudEventShape.safeParse(given)
  if (data !== undefined) return data
  throw badRequest(`it is no event of CloudEvents 1.0: ${z.prettifyError(error)}`)
}

function attributesIn(headers: IncomingHttpHeaders): Record<string, unknown> {
  const attributes: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(HEADER_PREFIX)) attributes[name.slice(HEADER_PREFIX.length)] = decoded(name, String(value))
  }
  const type = headers['content-type']
  return type === undefined ? attributes : { ...attributes, datacontenttype: type }
}

/** Headers have what is not ASCII as %-sequences of UTF-8. */
function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(value)
  } catch (error) {
    if (error instanceof URIError) throw badRequest(`header ${name}: % begins a byte of UTF-8, as %25`)
    throw error
  }
}

/** How the client wants messages: as a list of events, or as one, or as they are. */
export type WantedFormat = 'EVENTS' | 'EVENT' | 'MESSAGES'

export function wantedFormatOf({ headers: { accept = '' } }: Pick<FastifyRequest, 'headers'>): WantedFormat {
  if (accept.includes(EVENT_BATCH)) return 'EVENTS'
  return accept.includes(EVENT) ? 'EVENT' : 'MESSAGES'
}

/** Throws InvalidRequestError when several messages would have to be one event. */
export function requireFormat(format: WantedFormat, countMax: number): void {
  if (format !== 'EVENT' || countMax === 1) return
  throw badRequest(`${EVENT} is one event: ask for one message, or accept ${EVENT_BATCH}`)
}

interface Described<Shape> {
  readonly description: string
  readonly content: {
    readonly 'application/json': { readonly schema: Shape }
    readonly [EVENT]: { readonly schema: typeof cloudEventShape }
    readonly [EVENT_BATCH]: { readonly schema: z.ZodArray<typeof cloudEventShape> }
  }
}

/** Said of an answer that is of messages, or of events if the client accepts these. */
export function orEvents<Shape extends z.ZodType>(shape: Shape): Described<Shape> {
  return {
    description: 'Messages, or events',
    content: {
      'application/json': { schema: shape },
      [EVENT]: { schema: cloudEventShape },
      [EVENT_BATCH]: { schema: z.array(cloudEventShape) },
    },
  }
}

export const noEvent = z.null().describe('No event, when one was asked for')

/** Answers with events; one that is not there is 204. */
export function sendEvents(
  reply: FastifyReply,
  format: 'EVENTS' | 'EVENT',
  messages: readonly Received[],
): FastifyReply {
  const events = messages.map(eventOfMessage)
  if (format === 'EVENTS') return reply.type(EVENT_BATCH).send(JSON.stringify(events))
  const [event] = events
  return event === undefined ? reply.status(204).send() : reply.type(EVENT).send(JSON.stringify(event))
}
