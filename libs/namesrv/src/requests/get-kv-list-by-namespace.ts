import { kvTableJson, readGetKvListByNamespaceHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'
import { replying } from './replying'

/** GET_KVLIST_BY_NAMESPACE. Throws MissingFieldError. */
export function getKvListByNamespace({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'list'> }): RequestHandler {
  return replying(request => {
    const { namespace } = readGetKvListByNamespaceHeader(request.command)
    const table = kvConfig.list(namespace)
    if (table !== null) return RemotingResponse.success(null, kvTableJson.encode({ table }))
    const remark = `No config item, Namespace: ${namespace}`
    return RemotingResponse.refusal(ResponseCode.QUERY_NOT_FOUND, remark)
  })
}
