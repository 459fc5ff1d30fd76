import { readGetKvConfigHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { KvConfigTable } from '../kv-config/kv-config-table'
import { replying } from './replying'

/** GET_KV_CONFIG. Throws MissingFieldError. */
export function getKvConfig({ kvConfig }: { readonly kvConfig: Pick<KvConfigTable, 'find'> }): RequestHandler {
  return replying(request => {
    const { namespace, key } = readGetKvConfigHeader(request.command)
    const value = kvConfig.find(namespace, key)
    if (value !== null) return RemotingResponse.success({ value })
    const remark = `No config item, Namespace: ${namespace} Key: ${key}`
    return new RemotingResponse({ code: ResponseCode.QUERY_NOT_FOUND, remark, extFields: {} })
  })
}
