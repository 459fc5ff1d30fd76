import { RemotingResponse } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import { z } from 'zod'
import { RedriveRefusedError, type DeadLetterRedrives } from '../dead-letters/dead-letter-redrives'
import { readJson } from '../dead-letters/redrive-order'

const questionSchema = z.strictObject({ id: z.string() })

export interface CancelDeadLetterRedriveDeps {
  readonly redrives: Pick<DeadLetterRedrives, 'cancel'>
}

/**
 * CANCEL_DEAD_LETTER_REDRIVE: a redrive goes no further; what it redrove stays redriven. Answered with its record.
 * Rejects with RedriveOrderError, RedriveRefusedError, NotKeptError.
 */
export function cancelDeadLetterRedrive({ redrives }: CancelDeadLetterRedriveDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { id } = readJson(command.body, questionSchema)
    const record = await redrives.cancel(id)
    if (record === null) throw new RedriveRefusedError(`there is no redrive ${id}`)
    return RemotingResponse.success(null, Buffer.from(JSON.stringify(record)))
  })
}
