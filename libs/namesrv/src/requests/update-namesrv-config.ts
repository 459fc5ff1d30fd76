import type { Log } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'

export interface UpdateNamesrvConfigDeps {
  readonly runtimeConfig: Pick<RuntimeConfig<NamesrvConfig>, 'update'>
  readonly log: Log
}

/** UPDATE_NAMESRV_CONFIG: `key=value` lines, all or none. Rejects with ConfigBlackListError, ConfigValueError, StorageError. */
export function updateNamesrvConfig({ runtimeConfig, log }: UpdateNamesrvConfigDeps): RequestHandler {
  return answering(async request => {
    const { body } = request.command
    if (body !== null) await runtimeConfig.update(body.toString('utf8'))
    log.info({ remoteAddress: request.channel.remoteAddress }, 'config updated')
    return RemotingResponse.success()
  })
}
