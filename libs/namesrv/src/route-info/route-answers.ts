import { RemotingResponse, topicRouteDataJson } from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import type { RouteChangeListener } from './route-tables'

/** `standard` is JSON for everybody, `legacy` has numbers as names without quotes, as clients before 4.9.4 know it. */
export type RouteDialect = 'standard' | 'legacy'

/** Bodies kept; at the limit all are forgotten and made again as they are asked for. */
export const ROUTE_ANSWER_BYTES_MAX = 64 * 1024 * 1024

/** Answers to GET_ROUTEINFO_BY_TOPIC, each encoded once and kept until what it shows changes. */
export class RouteAnswers implements RouteChangeListener {
  private readonly answers = {
    standard: new Map<string, RemotingResponse>(),
    legacy: new Map<string, RemotingResponse>(),
  }
  private keptBytes = 0

  constructor(
    private readonly findRoute: (topic: string) => TopicRouteData | null,
    private readonly keptBytesMax = ROUTE_ANSWER_BYTES_MAX,
  ) {}

  /** Null if there is no route for the topic. The answer may be sent any number of times. */
  find(topic: string, dialect: RouteDialect): RemotingResponse | null {
    return this.answers[dialect].get(topic) ?? this.encode(topic, dialect)
  }

  onTopicChange(topic: string): void {
    for (const answers of Object.values(this.answers)) {
      this.keptBytes -= answers.get(topic)?.bodyBytes ?? 0
      answers.delete(topic)
    }
  }

  onBrokerChange(): void {
    this.forgetAll()
  }

  forgetAll(): void {
    for (const answers of Object.values(this.answers)) answers.clear()
    this.keptBytes = 0
  }

  private encode(topic: string, dialect: RouteDialect): RemotingResponse | null {
    const route = this.findRoute(topic)
    if (route === null) return null
    const answer = routeAnswer(route, dialect)
    if (this.keptBytes + answer.bodyBytes > this.keptBytesMax) this.forgetAll()
    this.keptBytes += answer.bodyBytes
    this.answers[dialect].set(topic, answer)
    return answer
  }
}

export function routeAnswer(route: TopicRouteData, dialect: RouteDialect): RemotingResponse {
  return RemotingResponse.success(null, topicRouteDataJson.encode(route, { standard: dialect === 'standard' }))
}
