import { readQueryMessageHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { QueryMessageHeader } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageQuery, MessageStore, MessageStoreConfig } from '@rocketmq-ts/store'

const NOT_FOUND = 'can not find message, maybe time range not correct'

export interface QueryMessageDeps {
  readonly config: Pick<MessageStoreConfig, 'defaultQueryMaxNum'>
  readonly store: Pick<MessageStore, 'queryMessages'>
}

/**
 * QUERY_MESSAGE: messages by one of their keys, their unique key, or their tags. `lastKey` pages through Java's RocksDB
 * index only. Source: broker/processor/QueryMessageProcessor.java
 */
export function queryMessage({ config, store }: QueryMessageDeps): RequestHandler {
  return answering(async ({ command }) => {
    const query = queryOf(readQueryMessageHeader(command), config.defaultQueryMaxNum)
    const { records, indexLastUpdatePhysicalOffset, indexLastUpdateTimestamp } = await store.queryMessages(query)
    const extFields = {
      indexLastUpdatePhyoffset: String(indexLastUpdatePhysicalOffset),
      indexLastUpdateTimestamp: String(indexLastUpdateTimestamp),
    }
    if (records.length > 0) return new RemotingResponse({ code: ResponseCode.SUCCESS, extFields, bodyParts: records })
    return new RemotingResponse({ code: ResponseCode.QUERY_NOT_FOUND, remark: NOT_FOUND, extFields })
  })
}

/** Whoever asks for a unique key gets as many as the broker is set to give, whatever the request says. */
function queryOf(header: QueryMessageHeader, uniqueCountMax: number): MessageQuery {
  const { topic, key, beginTimestamp, endTimestamp } = header
  const isUniqueKey = header._UNIQUE_KEY_QUERY
  return {
    topic,
    key,
    keyType: header.indexType === 'T' && !isUniqueKey ? 'TAG' : 'KEY',
    countMax: isUniqueKey ? uniqueCountMax : header.maxNum,
    beginTimestamp,
    endTimestamp,
  }
}
