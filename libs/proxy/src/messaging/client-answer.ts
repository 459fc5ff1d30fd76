import { CommandFlag, encodeFrame, IncomingCommand, RemotingCommand, SerializeType } from '@rocketmq-ts/protocol'

/** What somebody behind this proxy answers a broker. */
export interface ClientAnswer {
  readonly code: number
  readonly remark?: string
  readonly body?: Buffer
}

/** As it would have come over a connection. */
export function clientAnswer({ code, remark, body }: ClientAnswer): IncomingCommand {
  const answer = RemotingCommand.request(code, {}, body ?? null)
  answer.flag = CommandFlag.RESPONSE
  answer.remark = remark ?? null
  return IncomingCommand.read(encodeFrame(answer, SerializeType.ROCKETMQ))
}
