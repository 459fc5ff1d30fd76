import { metricsHandler } from '@rocketmq-ts/observability'
import { MQ_VERSION, versionName } from '@rocketmq-ts/protocol'
import { z } from 'zod'
import { proxyMetrics } from '../../metrics/request-counts'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { failures } from '../shapes/problem'

/** For those who watch it: how much it does, and which version it is. */
export function metricsRoutes(app: HttpRoutes, { config, gauges, log }: HttpRooms): void {
  const { proxyClusterName, proxyName, proxyMode } = config
  const labels = { node_type: 'proxy', cluster: proxyClusterName, node_id: proxyName }
  const what = { sources: [proxyMetrics(gauges)], labels: { ...labels, proxy_mode: proxyMode.toLowerCase() } }
  let handler: ReturnType<typeof metricsHandler> | null = null
  app.get('/metrics', { schema: { hide: true }, exposeHeadRoute: false }, async (request, reply) => {
    handler ??= metricsHandler(what, log)
    const answer = await handler
    for (const [name, value = ''] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value)
    reply.hijack()
    answer(request.raw, reply.raw)
    return reply
  })
  const versionShape = z.object({ rocketmq: z.string().describe('the version whose protocols are spoken') })
  app.route({
    method: 'GET',
    url: '/version',
    schema: { tags: ['operations'], summary: 'Which version it is', response: { 200: versionShape, ...failures } },
    handler: () => ({ rocketmq: versionName(MQ_VERSION).slice(1).replaceAll('_', '.') }),
  })
}
