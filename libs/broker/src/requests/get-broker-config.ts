import type { RuntimeConfig } from '@rocketmq-ts/config'
import { dataVersionJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'

export interface GetBrokerConfigDeps {
  readonly runtimeConfig: Pick<RuntimeConfig<BrokerConfig>, 'toPropertiesText' | 'version'>
}

/** GET_BROKER_CONFIG: every key, `key=value` a line; its version in the header. */
export function getBrokerConfig({ runtimeConfig }: GetBrokerConfigDeps): RequestHandler {
  return request => {
    const version = dataVersionJson.encode(runtimeConfig.version).toString()
    request.reply(RemotingResponse.success({ version }, Buffer.from(runtimeConfig.toPropertiesText())))
  }
}
