import { RemotingResponse } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { DeadLetterRedrives } from '../dead-letters/dead-letter-redrives'
import { readRedriveOrder } from '../dead-letters/redrive-order'

export interface StartDeadLetterRedriveDeps {
  readonly redrives: Pick<DeadLetterRedrives, 'begin'>
}

/**
 * START_DEAD_LETTER_REDRIVE: dead letters of a group become messages again; the body says which, where and how fast.
 * Answered with the record of the redrive once the disk has it. Rejects with RedriveOrderError, RedriveRefusedError,
 * SelectorError, NotKeptError.
 */
export function startDeadLetterRedrive({ redrives }: StartDeadLetterRedriveDeps): RequestHandler {
  return answering(async ({ command }) => {
    const record = await redrives.begin(readRedriveOrder(command.body))
    return RemotingResponse.success(null, Buffer.from(JSON.stringify(record)))
  })
}
