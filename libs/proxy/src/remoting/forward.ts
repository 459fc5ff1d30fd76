import { CommandFlag, RemotingCommand, RemotingResponse } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ClientRelays } from './client-relays'

export interface Forwarding {
  /** The field of the request that names the broker. */
  readonly brokerField: string
  /** How long the broker may take. */
  readonly timeoutMs: (command: IncomingCommand) => number
  /** May this be handed on? Throws RefusedError. */
  readonly check?: (command: IncomingCommand) => Promise<void>
}

/** Hands a request on to the broker that it names, and that broker's answer back. */
export function forward(relays: Pick<ClientRelays, 'of'>, forwarding: Forwarding): RequestHandler {
  const { brokerField, timeoutMs, check } = forwarding
  const answer = answering(async ({ command, channel }) => {
    await check?.(command)
    const brokerName = command.extFields[brokerField] ?? null
    const response = await relays.of(channel).call(brokerName, outgoing(command), timeoutMs(command))
    const { code, remark, extFields, body } = response
    return new RemotingResponse({ code, remark, extFields, body })
  })
  return request => {
    request.retain() // it may wait for long
    answer(request)
  }
}

function outgoing(incoming: IncomingCommand): RemotingCommand {
  const { code, language, version, extFields, body, isOneway } = incoming
  const command = RemotingCommand.request(code, extFields, body)
  return Object.assign(command, { language, version, flag: isOneway ? CommandFlag.ONEWAY : 0 })
}
