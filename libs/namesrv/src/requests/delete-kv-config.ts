import { readDeleteKvConfigHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'
import { replying } from './replying'

/** DELETE_KV_CONFIG. Throws MissingFieldError. */
export function deleteKvConfig({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'delete'> }): RequestHandler {
  return replying(request => {
    const { namespace, key } = readDeleteKvConfigHeader(request.command)
    kvConfig.delete(namespace, key)
    return RemotingResponse.success()
  })
}
