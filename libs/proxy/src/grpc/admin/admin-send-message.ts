import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { sendMessage } from '../methods/send-message'
import type { SendMessageDeps } from '../methods/send-message'
import type { AdminMethod } from './admin-method'

export interface AdminSendMessageDeps extends SendMessageDeps {
  /** For a message that comes without an id. */
  readonly nextId: () => string
}

/** AdminSendMessage: as any producer sends; a message without an id gets one. */
export function adminSendMessage(deps: AdminSendMessageDeps): AdminMethod<'AdminSendMessage'> {
  const send = sendMessage(deps)
  return async ({ topic, tag, key, body, userProperties, systemProperties }, context) => {
    const given: v2.SystemProperties.$Properties = systemProperties ?? {}
    const messageId = (given.messageId ?? '') === '' ? deps.nextId() : (given.messageId ?? '')
    const message: v2.Message.$Properties = {
      ...{ topic: topic ?? null, body, userProperties },
      systemProperties: {
        ...given,
        messageId,
        ...((tag ?? '') === '' ? {} : { tag: tag ?? '' }),
        ...((key ?? '') === '' ? {} : { keys: [key ?? ''] }),
      },
    }
    const { SendMessage } = messagingService
    // As it would have come over the network.
    const request = SendMessage.requestDeserialize(SendMessage.requestSerialize({ messages: [message] }))
    const { status, entries } = await send(request, context)
    return { status: entries?.[0]?.status ?? status ?? null, messageId }
  }
}
