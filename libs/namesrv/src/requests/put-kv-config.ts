import { readPutKvConfigHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'
import { replying } from './replying'

/** PUT_KV_CONFIG. Throws MissingFieldError, KvConfigFullError. */
export function putKvConfig({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'put'> }): RequestHandler {
  return replying(request => {
    const { extFields } = request.command
    if (extFields['namespace'] === undefined || extFields['key'] === undefined) {
      return RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, 'namespace or key is null')
    }
    const { namespace, key, value } = readPutKvConfigHeader(request.command)
    kvConfig.put(namespace, key, value)
    return RemotingResponse.success()
  })
}
