import { checkClientRequestJson, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'

export interface CheckClientConfigDeps {
  readonly config: Pick<BrokerConfig, 'enablePropertyFilter'>
}

/** CHECK_CLIENT_CONFIG: may a consumer filter in this way? Asked before its first pull unless it filters by tags. */
export function checkClientConfig({ config }: CheckClientConfigDeps): RequestHandler {
  return request => {
    const { body } = request.command
    const expressionType = body === null ? null : checkClientRequestJson.decode(body).subscriptionData?.expressionType
    if (expressionType === null || expressionType === undefined || isTagType(expressionType)) {
      request.reply(RemotingResponse.success())
    } else {
      request.reply(RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, refusalOf(expressionType, config)))
    }
  }
}

function isTagType(expressionType: string): boolean {
  return expressionType === '' || expressionType === 'TAG'
}

function refusalOf(expressionType: string, { enablePropertyFilter }: CheckClientConfigDeps['config']): string {
  return enablePropertyFilter
    ? `filtering by ${expressionType} is not served by this broker yet: filter by tags`
    : `The broker does not support consumer to filter message by ${expressionType}`
}
