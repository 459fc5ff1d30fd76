import { RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { TimerMessageService } from '../timer/timer-message-service'

export interface GetTimerCheckPointDeps {
  readonly timer: Pick<TimerMessageService, 'checkpointBytes'>
}

/** GET_TIMER_CHECK_POINT: the 56 bytes of `timercheck` as they were written last, which slaves follow. */
export function getTimerCheckPoint({ timer }: GetTimerCheckPointDeps): RequestHandler {
  return request => request.reply(RemotingResponse.success(null, timer.checkpointBytes()))
}
