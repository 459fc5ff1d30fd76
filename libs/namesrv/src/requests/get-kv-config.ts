import { readGetKvConfigHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'

/** GET_KV_CONFIG. Throws MissingFieldError. */
export function getKvConfig({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'find'> }): RequestHandler {
  return request => {
    const { namespace, key } = readGetKvConfigHeader(request.command)
    const value = kvConfig.find(namespace, key)
    if (value !== null) return request.reply(RemotingResponse.success({ value }))
    const remark = `No config item, Namespace: ${namespace} Key: ${key}`
    request.reply(new RemotingResponse({ code: ResponseCode.QUERY_NOT_FOUND, remark, extFields: {} }))
  }
}
