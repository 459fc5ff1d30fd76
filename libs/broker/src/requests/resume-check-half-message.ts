import { readResumeCheckHalfMessageHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { TransactionalMessages } from '../transactions/transactional-messages'

export interface ResumeCheckHalfMessageDeps {
  readonly transactions: Pick<TransactionalMessages, 'resume'>
}

/** RESUME_CHECK_HALF_MESSAGE: an operator wants a transaction that was given up to be checked again. */
export function resumeCheckHalfMessage({ transactions }: ResumeCheckHalfMessageDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { msgId } = readResumeCheckHalfMessageHeader(command)
    await transactions.resume(msgId ?? '')
    return RemotingResponse.success()
  })
}
