import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { HttpRoutes } from './http-rooms'
import { NAMESPACE_CHARS_MAX, NAMESPACE_HEADER, NAMESPACE_PATTERN } from './namespaces/accept-namespaces'

const namespaceHeader = {
  type: 'object',
  properties: {
    [NAMESPACE_HEADER]: {
      ...{ type: 'string', pattern: NAMESPACE_PATTERN, minLength: 1, maxLength: NAMESPACE_CHARS_MAX },
      description: 'that the topics and groups of the request are of',
    },
  },
} as const

/** Makes OpenAPI of the schemas of routes that are added from here on. */
export async function describeApi(app: HttpRoutes): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'RocketMQ over HTTP',
        description:
          'Send and receive messages of RocketMQ with anything that speaks HTTP. Every path /v1/… is also there as ' +
          `/v1/ns/{namespace}/…, which says the same as the header ${NAMESPACE_HEADER}.`,
        version: '1',
      },
    },
    transform(route) {
      const { schema, url } = jsonSchemaTransform(route)
      return { schema: url.startsWith('/v1/') ? { ...schema, headers: namespaceHeader } : schema, url }
    },
  })
}
