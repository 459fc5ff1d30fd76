import { messageRequestModeTableJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageRequestModeTable } from '../assignments/message-request-mode-table'

export interface GetAllMessageRequestModeDeps {
  readonly requestModes: Pick<MessageRequestModeTable, 'content'>
}

/** GET_ALL_MESSAGE_REQUEST_MODE, by which slaves keep theirs. Source: broker/processor/AdminBrokerProcessor.java */
export function getAllMessageRequestMode({ requestModes }: GetAllMessageRequestModeDeps): RequestHandler {
  return request => {
    request.reply(RemotingResponse.success(null, messageRequestModeTableJson.encode(requestModes.content())))
  }
}
