import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { HttpRoutes } from './http-rooms'

/** Makes OpenAPI of the schemas of routes that are added from here on. */
export async function describeApi(app: HttpRoutes): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'RocketMQ over HTTP',
        description: 'Send and receive messages of RocketMQ with anything that speaks HTTP.',
        version: '1',
      },
    },
    transform: jsonSchemaTransform,
  })
}
