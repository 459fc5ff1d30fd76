import { RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { z } from 'zod'
import type { DeadLetterRedrives } from '../dead-letters/dead-letter-redrives'
import { readJson } from '../dead-letters/redrive-order'

const questionSchema = z.strictObject({ group: z.string().nullable() })

export interface GetDeadLetterRedrivesDeps {
  readonly redrives: Pick<DeadLetterRedrives, 'list'>
}

/** GET_DEAD_LETTER_REDRIVES: how far those of a group, or with null of all groups, are. Throws RedriveOrderError. */
export function getDeadLetterRedrives({ redrives }: GetDeadLetterRedrivesDeps): RequestHandler {
  return request => {
    const { group } = readJson(request.command.body, questionSchema)
    const body = JSON.stringify({ redrives: redrives.list(group) })
    request.reply(RemotingResponse.success(null, Buffer.from(body)))
  }
}
