import type { Log } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'

export interface UpdateBrokerConfigDeps {
  readonly runtimeConfig: Pick<RuntimeConfig<BrokerConfig>, 'update'>
  readonly log: Log
}

/** UPDATE_BROKER_CONFIG: `key=value` lines, all or none. Rejects with ConfigBlackListError, ConfigValueError, StorageError. */
export function updateBrokerConfig({ runtimeConfig, log }: UpdateBrokerConfigDeps): RequestHandler {
  return answering(async request => {
    const { body } = request.command
    if (body !== null) await runtimeConfig.update(body.toString('utf8'))
    log.info({ remoteAddress: request.channel.remoteAddress }, 'config updated')
    return RemotingResponse.success()
  })
}
