import type { RuntimeConfig } from '@rocketmq-ts/config'
import { RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'
import { replying } from './replying'

export interface GetNamesrvConfigDeps {
  readonly runtimeConfig: Pick<RuntimeConfig<NamesrvConfig>, 'toPropertiesText'>
}

/** GET_NAMESRV_CONFIG: every key, `key=value` a line. */
export function getNamesrvConfig({ runtimeConfig }: GetNamesrvConfigDeps): RequestHandler {
  return replying(() => RemotingResponse.success(null, Buffer.from(runtimeConfig.toPropertiesText())))
}
