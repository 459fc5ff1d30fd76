import type { Log } from '@rocketmq-ts/base'
import type { ClientChannelInfo, ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import {
  consumerStatusJson,
  MqVersion,
  readGetConsumerStatusHeader,
  RemotingCommand,
  RemotingResponse,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { ConsumerStatus, GetConsumerStatusHeader } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import { NoConsumerOnlineError, requireVersion } from '../consumer-calls/consumer-refusals'

/** How long an administrator waits for what consumers say. */
const CALL_TIMEOUT_MS = 5_000

export interface InvokeBrokerToGetConsumerStatusDeps {
  readonly consumers: Pick<ConsumerTable, 'find'>
  readonly log: Log
}

/**
 * INVOKE_BROKER_TO_GET_CONSUMER_STATUS: how far the members of a group have come in a topic, in their own words; whoever
 * does not answer is left out. Rejects with MissingFieldError, NoConsumerOnlineError, ClientTooOldError.
 */
export function invokeBrokerToGetConsumerStatus({
  consumers,
  log,
}: InvokeBrokerToGetConsumerStatusDeps): RequestHandler {
  return answering(async ({ command }) => {
    const header = readGetConsumerStatusHeader(command)
    const { group, clientAddr } = header
    const members = consumers.find(group)?.members() ?? []
    if (members.length === 0) throw new NoConsumerOnlineError(group)
    requireVersion(members, MqVersion.V3_0_7_SNAPSHOT)
    const isAnyone = clientAddr === null || clientAddr.trim() === ''
    const asked = isAnyone ? members : members.filter(({ clientId }) => clientId === clientAddr).slice(0, 1)
    const answers = await Promise.all(asked.map(member => statusOf(member, header, log)))
    const consumerTable = new Map(answers.filter(answer => answer !== null))
    return RemotingResponse.success(null, consumerStatusJson.encode({ consumerTable, messageQueueTable: new Map() }))
  })
}

type Status = readonly [clientId: string, offsets: ConsumerStatus['messageQueueTable']]

async function statusOf(
  { channel, clientId }: ClientChannelInfo,
  { group, topic }: GetConsumerStatusHeader,
  log: Log,
): Promise<Status | null> {
  const command = RemotingCommand.request(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, { group, topic })
  try {
    const { code, body } = await channel.invoke(command, CALL_TIMEOUT_MS)
    if (code !== ResponseCode.SUCCESS || body === null) return null
    return [clientId, consumerStatusJson.decode(body).messageQueueTable]
  } catch (error) {
    log.warn({ group, topic, clientId, err: error }, 'consumer does not say how far it is')
    return null
  }
}
