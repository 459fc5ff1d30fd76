import type { HttpRoutes } from '../http-rooms'
import { documentationPage } from '../documentation-page'
import { securityHeaders } from '../security-headers'

/** The API for machines, and for people. */
export function documentationRoutes(app: HttpRoutes): void {
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(app.swagger() as never),
  )
  const headers = securityHeaders(pagePolicy)
  app.get('/docs', { schema: { hide: true } }, (_request, reply) =>
    reply
      .headers(headers)
      .type('text/html; charset=utf-8')
      .send(documentationPage(app.swagger()) as never),
  )
}

const pagePolicy = { 'default-src': ["'none'"], 'style-src': ["'unsafe-inline'"], 'frame-ancestors': ["'none'"] }
