import { RemotingResponse, timerMetricsJson } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { TimerMessageService } from '../timer/timer-message-service'

export interface GetTimerMetricsDeps {
  readonly timer: Pick<TimerMessageService, 'metrics'>
}

/** GET_TIMER_METRICS: how many timed messages of each topic wait. */
export function getTimerMetrics({ timer }: GetTimerMetricsDeps): RequestHandler {
  return request => request.reply(RemotingResponse.success(null, timerMetricsJson.encode(timer.metrics.content())))
}
