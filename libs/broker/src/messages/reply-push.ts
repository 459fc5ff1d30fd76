import type { Clock, Log } from '@rocketmq-ts/base'
import type { ProducerTable } from '@rocketmq-ts/client-housekeeping'
import { encodeProperties, parseProperties, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { SendMessageHeader } from '@rocketmq-ts/protocol'

/** How long a client may take to say that it has the reply. */
const PUSH_TIMEOUT_MS = 10_000

export interface ReplyPushDeps {
  readonly producers: Pick<ProducerTable, 'findChannel'>
  readonly brokerAddress: () => string
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

export interface Reply {
  readonly header: SendMessageHeader
  readonly body: Buffer
  /** `ip:port` of who replies. */
  readonly bornAddress: string
}

/**
 * Hands a reply to the client that its property REPLY_TO_CLIENT names, and waits until that one has it. Null: it has;
 * else why not, in Java's words. Source: broker/processor/ReplyMessageProcessor.java
 */
export async function pushReply(
  reply: Reply,
  { producers, brokerAddress, clock, log }: ReplyPushDeps,
): Promise<string | null> {
  const properties = parseProperties(reply.header.properties)
  const clientId = properties.get('REPLY_TO_CLIENT')
  if (clientId === undefined) return 'reply message properties[REPLY_TO_CLIENT] is null'
  const channel = producers.findChannel(clientId)
  if (channel === null) return `push reply message fail, channel of <${clientId}> not found.`
  const nowMs = clock.nowMs()
  properties.set('PUSH_REPLY_TIME', String(nowMs))
  const fields = replyFields(reply, {
    storeHost: brokerAddress(),
    storeTimestamp: nowMs,
    properties: encodeProperties(properties).toString(),
  })
  const command = RemotingCommand.request(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, fields, reply.body)
  try {
    const { code, remark } = await channel.invoke(command, PUSH_TIMEOUT_MS)
    if (code === ResponseCode.SUCCESS) return null
    log.warn({ clientId, code, remark }, 'client does not take the reply')
  } catch (error) {
    log.warn({ clientId, err: error }, 'reply not pushed')
  }
  return `push reply message to ${clientId}fail.`
}

/** Source: remoting/protocol/header/ReplyMessageRequestHeader.java */
function replyFields(
  { header, bornAddress }: Reply,
  stored: { readonly storeHost: string; readonly storeTimestamp: number; readonly properties: string },
): Record<string, string> {
  const { producerGroup, topic, defaultTopic, defaultTopicQueueNums, queueId, sysFlag, bornTimestamp, flag } = header
  return {
    ...{ producerGroup, topic, defaultTopic },
    defaultTopicQueueNums: String(defaultTopicQueueNums),
    queueId: String(queueId),
    sysFlag: String(sysFlag),
    bornTimestamp: String(bornTimestamp),
    flag: String(flag),
    properties: stored.properties,
    reconsumeTimes: String(header.reconsumeTimes),
    unitMode: String(header.unitMode),
    bornHost: bornAddress,
    storeHost: stored.storeHost,
    storeTimestamp: String(stored.storeTimestamp),
  }
}
