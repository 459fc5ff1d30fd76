import { readDeleteKvConfigHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'

/** DELETE_KV_CONFIG. Rejects with MissingFieldError, StorageError. */
export function deleteKvConfig({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'delete'> }): RequestHandler {
  return answering(async request => {
    const { namespace, key } = readDeleteKvConfigHeader(request.command)
    await kvConfig.delete(namespace, key)
    return RemotingResponse.success()
  })
}
