import { readDeleteKvConfigHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'

/** DELETE_KV_CONFIG. Throws MissingFieldError. */
export function deleteKvConfig({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'delete'> }): RequestHandler {
  return request => {
    const { namespace, key } = readDeleteKvConfigHeader(request.command)
    kvConfig.delete(namespace, key)
    request.reply(RemotingResponse.success())
  }
}
