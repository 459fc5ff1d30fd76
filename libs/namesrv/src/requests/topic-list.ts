import { RemotingResponse, ResponseCode, writeFastJson } from '@rocketmq-ts/protocol'

/** Body of the codes that list topics. Source: remoting/protocol/body/TopicList.java */
export function topicListResponse(topicList: readonly string[], brokerAddr: string | null = null): RemotingResponse {
  return RemotingResponse.success(null, Buffer.from(writeFastJson({ brokerAddr, topicList })))
}

/** The list is switched off. */
export function disabledResponse(): RemotingResponse {
  return RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, 'disable')
}
