import { RemotingResponse, ResponseCode, topicListJson } from '@rocketmq-ts/protocol'

/** The answer of the codes that list topics. */
export function topicListResponse(topicList: readonly string[], brokerAddr: string | null = null): RemotingResponse {
  return RemotingResponse.success(null, topicListJson.encode({ brokerAddr, topicList }))
}

/** The list is switched off. */
export function disabledResponse(): RemotingResponse {
  return RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, 'disable')
}
