import type { HttpRoutes } from '../http-rooms'
import { documentationPage } from '../documentation-page'

/** The API for machines, and for people. */
export function documentationRoutes(app: HttpRoutes): void {
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(app.swagger() as never),
  )
  app.get('/docs', { schema: { hide: true }, helmet: { contentSecurityPolicy: pagePolicy } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(documentationPage(app.swagger()) as never),
  )
}

const pagePolicy = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'style-src': ["'unsafe-inline'"], 'frame-ancestors': ["'none'"] },
}
