import { readPutKvConfigHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'

/** PUT_KV_CONFIG. Rejects with MissingFieldError, KvConfigFullError, StorageError. */
export function putKvConfig({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'put'> }): RequestHandler {
  return answering(async request => {
    const { extFields } = request.command
    if (extFields['namespace'] === undefined || extFields['key'] === undefined) {
      return RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, 'namespace or key is null')
    }
    const { namespace, key, value } = readPutKvConfigHeader(request.command)
    await kvConfig.put(namespace, key, value)
    return RemotingResponse.success()
  })
}
