import { RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'

export interface DeleteExpiredCommitLogDeps {
  readonly store: Pick<MessageStore, 'deleteExpiredCommitLog'>
}

/** DELETE_EXPIRED_COMMITLOG: what is old enough goes in the rounds of cleaning that follow; the answer does not wait. */
export function deleteExpiredCommitLog({ store }: DeleteExpiredCommitLogDeps): RequestHandler {
  return request => {
    store.deleteExpiredCommitLog()
    request.reply(RemotingResponse.success())
  }
}
