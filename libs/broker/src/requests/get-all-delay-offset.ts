import { delayOffsetTableJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ScheduleMessageService } from '../schedule/schedule-message-service'

export interface GetAllDelayOffsetDeps {
  readonly schedule: Pick<ScheduleMessageService, 'content'>
}

/** GET_ALL_DELAY_OFFSET: what slaves copy. */
export function getAllDelayOffset({ schedule }: GetAllDelayOffsetDeps): RequestHandler {
  return request => request.reply(RemotingResponse.success(null, delayOffsetTableJson.encode(schedule.content())))
}
