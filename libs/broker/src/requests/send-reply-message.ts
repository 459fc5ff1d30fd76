import { RefusedError } from '@rocketmq-ts/base'
import {
  encodeMessageId,
  MessageSysFlag,
  readProperty,
  readSendMessageHeader,
  RemotingResponse,
  ResponseCode,
  tagsCodeOf,
} from '@rocketmq-ts/protocol'
import type { ExtFields, SendMessageHeader } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore, MessageToStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { isStored } from '../messages/put-status'
import { EmptyBodyError } from '../messages/refusals'
import { pushReply } from '../messages/reply-push'
import type { Reply, ReplyPushDeps } from '../messages/reply-push'
import { requireSendable } from '../messages/send-checks'
import type { SendChecksDeps } from '../messages/send-checks'
import { putMessage } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { TopicFile } from '../topics/topic-file'

export interface SendReplyMessageDeps extends SendChecksDeps, ReplyPushDeps {
  readonly config: SendChecksDeps['config'] & Pick<BrokerConfig, 'storeReplyMessageEnable' | 'regionId' | 'traceOn'>
  readonly store: Pick<MessageStore, 'put'>
  readonly topicFile: Pick<TopicFile, 'isSaved' | 'saved'>
  /** Of this broker as message ids name it: address bytes, then the port as int32. */
  readonly storeHost: Buffer
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
}

/**
 * SEND_REPLY_MESSAGE and SEND_REPLY_MESSAGE_V2: who was asked answers who asked. The reply is pushed over the
 * connection that the requester produces on, then kept, whether it arrived or not; its code says whether it arrived.
 * Source: broker/processor/ReplyMessageProcessor.java
 */
export function sendReplyMessage(deps: SendReplyMessageDeps): RequestHandler {
  return answering(async request => {
    // The requester may take seconds to take it.
    request.retain()
    const header = readSendMessageHeader(request.command)
    const { body } = request.command
    if (body === null) throw new EmptyBodyError()
    const origin = { TRACE_ON: String(deps.config.traceOn), MSG_REGION: deps.config.regionId }
    try {
      const reply = { header, body, bornAddress: request.channel.remoteAddress }
      return await handleReply(reply, request, origin, deps)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      return new RemotingResponse({ code: error.responseCode, remark: error.message, extFields: origin })
    }
  })
}

async function handleReply(
  reply: Reply,
  { channel }: RemotingRequest,
  origin: ExtFields,
  deps: SendReplyMessageDeps,
): Promise<RemotingResponse> {
  const { header } = reply
  const topic = requireSendable(header, channel.remoteAddress, deps)
  if (!deps.topicFile.isSaved(topic.topicName)) await deps.topicFile.saved()
  const queueId = header.queueId < 0 ? 0 : header.queueId
  const failure = await pushReply(reply, deps)
  // Clients fail on a reply's answer without these.
  const pushed = failure === null ? { msgId: '0', queueId: String(queueId), queueOffset: '0' } : null
  const stored = deps.config.storeReplyMessageEnable ? await store(reply, queueId, channel.remoteHost, deps) : null
  return new RemotingResponse({
    code: failure === null ? ResponseCode.SUCCESS : ResponseCode.SYSTEM_ERROR,
    remark: failure,
    extFields: { ...pushed, ...stored, ...origin },
  })
}

/** Where the reply lies, or null: that it was not stored is no reason to push it again. */
async function store(
  { header, body }: Reply,
  queueId: number,
  bornHost: Buffer,
  deps: SendReplyMessageDeps,
): Promise<ExtFields | null> {
  const { status, reason, physicalOffset, queueOffset, storedBytes } = await putMessage(
    deps.store,
    replyToStore({ header, body, queueId, bornHost }),
  )
  if (!isStored(status)) {
    deps.log.warn({ topic: header.topic, status, reason }, 'reply not stored')
    return null
  }
  deps.statistics.onPut(header.topic, 1, storedBytes)
  const msgId = encodeMessageId(deps.storeHost, physicalOffset)
  return { msgId, queueId: String(queueId), queueOffset: String(queueOffset) }
}

/** As it came. Java forgets that its body is compressed, and then nobody can read it. */
function replyToStore(reply: {
  readonly header: SendMessageHeader
  readonly body: Buffer
  readonly queueId: number
  readonly bornHost: Buffer
}): MessageToStore {
  const { header, body, queueId, bornHost } = reply
  const { topic, flag, bornTimestamp, reconsumeTimes, properties } = header
  const compression = MessageSysFlag.COMPRESSED | MessageSysFlag.COMPRESSION_MASK
  return {
    ...{ topic, queueId, flag, bornTimestamp, bornHost, reconsumeTimes, properties, body },
    sysFlag: header.sysFlag & compression,
    preparedTransactionOffset: 0,
    tagsCode: tagsCodeOf(readProperty(properties, 'TAGS')),
    waitStoreMessageOk: true,
  }
}
