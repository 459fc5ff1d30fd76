import { kvTableJson, readGetKvListByNamespaceHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'

/** GET_KVLIST_BY_NAMESPACE. Throws MissingFieldError. */
export function getKvListByNamespace({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'list'> }): RequestHandler {
  return request => {
    const { namespace } = readGetKvListByNamespaceHeader(request.command)
    const table = kvConfig.list(namespace)
    if (table !== null) return request.reply(RemotingResponse.success(null, kvTableJson.encode({ table })))
    const remark = `No config item, Namespace: ${namespace}`
    request.reply(RemotingResponse.refusal(ResponseCode.QUERY_NOT_FOUND, remark))
  }
}
