import type { FastifyRequest } from 'fastify'
import type { HttpRoutes } from '../http-rooms'
import { badRequest } from '../problems'
import { withNamespace } from './resource-names'

declare module 'fastify' {
  interface FastifyRequest {
    /** That the names of the request are of; blank: they are as brokers know them. */
    namespace: string
  }
}

export const NAMESPACE_HEADER = 'RMQ-Namespace'
/** The name of a group, which has 120 characters at most, has to begin with it and a separator. */
export const NAMESPACE_CHARS_MAX = 118
export const NAMESPACE_PATTERN = '^[|a-zA-Z0-9_-]+$'

const LEGAL = new RegExp(NAMESPACE_PATTERN)
const PREFIXED = /^\/v1\/ns\/([^/?]*)(\/.*)$/
/** In which topics and groups are named: of a message, `group` is something else. */
export const namingFields = {
  params: ['topic', 'group'],
  query: ['topic'],
  body: ['topic', 'toTopic', 'liteTopicsOf'],
} as const

/** `/v1/ns/{namespace}/topics` is `/v1/topics`, for whoever cannot set a header. */
export function withoutPrefix(url: string): string {
  if (!url.startsWith('/v1/ns/')) return url // nearly all
  const [, , rest] = PREFIXED.exec(url) ?? []
  return rest === undefined ? url : `/v1${rest}`
}

type Asked = Pick<FastifyRequest, 'namespace' | 'originalUrl' | 'url'>

/** What the caller reaches `path` by: with its namespace, if that stands in the path of its request. */
export function hrefOf({ namespace, originalUrl, url }: Asked, path: string): string {
  return originalUrl === url ? path : `/v1/ns/${encodeURIComponent(namespace)}${path.slice('/v1'.length)}`
}

/**
 * Of a request in a namespace all names are what brokers call them, from here on: nothing behind this knows of namespaces,
 * but for answers, which name things as the caller does.
 */
export function acceptNamespaces(app: HttpRoutes): void {
  app.decorateRequest('namespace', '')
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.headers['rmq-namespace'] === undefined && request.originalUrl === request.url) {
      done()
      return
    }
    try {
      if (request.url.startsWith('/v1/')) enterNamespace(request)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

/** Throws InvalidRequestError. */
function enterNamespace(request: FastifyRequest): void {
  request.namespace = requireNamespace(request)
  wrapNames(request.params, namingFields.params, request)
  wrapNames(request.query, namingFields.query, request)
  wrapNames(request.body, namingFields.body, request)
}

/** Throws InvalidRequestError. */
function requireNamespace({ headers, originalUrl }: FastifyRequest): string {
  const [, inPath] = PREFIXED.exec(originalUrl) ?? []
  const named = [headers['rmq-namespace'], inPath === undefined ? undefined : decoded(inPath)]
  const [namespace = '', other = namespace] = named.flat().filter(name => name !== undefined)
  for (const name of [namespace, other]) requireLegal(name)
  if (namespace === other) return namespace
  throw badRequest(
    `the namespace is ${namespace} in the header ${NAMESPACE_HEADER}, and ${other} in the path: name one`,
  )
}

function requireLegal(name: string): void {
  if (name === '') throw badRequest('the namespace is empty: name one, or leave it out')
  if (name.length > NAMESPACE_CHARS_MAX) {
    throw badRequest(`the namespace is longer than ${NAMESPACE_CHARS_MAX} characters`)
  }
  if (LEGAL.test(name)) return
  throw badRequest(`the namespace ${JSON.stringify(name)} contains illegal characters, allowing only ${LEGAL.source}`)
}

/** As it stands there if it is no encoding of anything: then it has a % in it, which is not allowed either. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    if (error instanceof URIError) return part
    throw error
  }
}

function wrapNames(named: unknown, fields: readonly string[], { namespace }: FastifyRequest): void {
  if (typeof named !== 'object' || named === null) return
  const names = named as Record<string, unknown>
  for (const field of fields) {
    const name = names[field]
    if (typeof name === 'string') names[field] = withNamespace(namespace, name)
  }
}
