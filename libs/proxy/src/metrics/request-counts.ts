import { counter, gauge } from '@rocketmq-ts/observability'
import type { MetricSource } from '@rocketmq-ts/observability'

/** Requests by what they asked for and how they were answered: a number each, added to and nothing else. */
export class RequestCounts {
  /** By `METHOD CLASS`. */
  private readonly counts = new Map<string, number>()

  /** `method`: one of those that are served, never what a client made up: there must not be more and more of them. */
  count(method: string, statusClass: string): void {
    const key = `${method} ${statusClass}`
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
  }

  entries(): readonly { readonly method: string; readonly statusClass: string; readonly count: number }[] {
    return [...this.counts].map(([key, count]) => {
      const blankAt = key.lastIndexOf(' ')
      return { method: key.slice(0, blankAt), statusClass: key.slice(blankAt + 1), count }
    })
  }
}

/** What a proxy knows of itself, by plain functions: nothing is counted twice. */
export interface ProxyGauges {
  readonly httpRequests: RequestCounts
  readonly grpcRequests: RequestCounts
  readonly httpInProgress: () => number
  readonly streams: () => number
  readonly waits: () => number
  readonly renewedMessages: () => number
}

const up = gauge('rocketmq_proxy_up', 'The proxy is there')
const http = counter('rocketmq_proxy_http_requests_total', 'HTTP requests, by route and class of status; not in Java')
const grpc = counter('rocketmq_proxy_grpc_requests_total', 'gRPC calls, by method and class of code; not in Java')
const inProgress = gauge('rocketmq_proxy_http_requests_in_progress', 'HTTP requests that are not answered; not in Java')
const streams = gauge('rocketmq_proxy_http_streams', 'Streams over HTTP that are open; not in Java')
const waits = gauge('rocketmq_proxy_http_waits', 'Waits for messages at brokers, of HTTP clients; not in Java')
const renewed = gauge('rocketmq_proxy_receipt_handles_renewed', 'Messages that are kept hidden; not in Java')

/** Source: proxy/metrics/ProxyMetricsManager.java */
export function proxyMetrics(gauges: ProxyGauges): MetricSource {
  return {
    metrics: [up, http, grpc, inProgress, streams, waits, renewed],
    read(observe) {
      observe(up, 1)
      observe(inProgress, gauges.httpInProgress())
      observe(streams, gauges.streams())
      observe(waits, gauges.waits())
      observe(renewed, gauges.renewedMessages())
      for (const { method: route, statusClass, count } of gauges.httpRequests.entries()) {
        observe(http, count, { route, status: statusClass })
      }
      for (const { method, statusClass, count } of gauges.grpcRequests.entries()) {
        observe(grpc, count, { method, status: statusClass })
      }
    },
  }
}
