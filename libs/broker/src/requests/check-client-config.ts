import { checkClientRequestJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import type { SqlFilters } from '../filter/sql-filter'
import { isTagType } from '../filter/subscription-expression'
import { FilterNotSupportedError } from '../pulls/pull-refusals'

export interface CheckClientConfigDeps {
  readonly config: Pick<BrokerConfig, 'enablePropertyFilter'>
  readonly sqlFilters: Pick<SqlFilters, 'compiled'>
}

/**
 * CHECK_CLIENT_CONFIG: may a consumer filter in this way? Asked before its first pull unless it filters by tags; what is
 * refused here keeps it from starting. Source: broker/processor/ClientManageProcessor.java
 */
export function checkClientConfig({ config, sqlFilters }: CheckClientConfigDeps): RequestHandler {
  return request => {
    const { body } = request.command
    const subscription = body === null ? null : checkClientRequestJson.decode(body).subscriptionData
    if (subscription !== null && !isTagType(subscription.expressionType)) {
      if (!config.enablePropertyFilter) throw new FilterNotSupportedError(subscription.expressionType)
      sqlFilters.compiled(subscription)
    }
    request.reply(RemotingResponse.success())
  }
}
