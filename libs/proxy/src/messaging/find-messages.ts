import { RemotingCommand, RequestCode, ResponseCode, toExtFields } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { MessageProperty } from './message-to-send'
import type { Metadata } from './metadata'
import { readStoredMessages } from './popped-messages'
import type { PulledMessage } from './popped-messages'
import { requireSuccess } from './refusals'

export interface MessageQuestion {
  readonly topic: string
  /** `id`: the whole id of one message; `key`: one of the keys of several. */
  readonly by: 'id' | 'key'
  readonly value: string
  readonly countMax: number
  /** When they were stored, in ms; at any time if not given. */
  readonly from?: number
  readonly until?: number
}

export interface FoundMessage extends PulledMessage {
  readonly brokerName: string
}

export interface FindMessagesDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  readonly metadata: Pick<Metadata, 'requireRoute'>
}

const TIMEOUT_MS = 10_000
const ANY_TIME = Number.MAX_SAFE_INTEGER

/** Messages of a topic by id or key, on all its brokers; the newest first. Throws TopicNotFoundError, BrokerRefusedError. */
export function findMessages({ brokers, metadata }: FindMessagesDeps) {
  return async ({ topic, by, value, countMax, from, until }: MessageQuestion): Promise<readonly FoundMessage[]> => {
    const route = await metadata.requireRoute(topic)
    const fields = toExtFields({
      ...{ topic, key: value, maxNum: countMax, beginTimestamp: from ?? 0, endTimestamp: until ?? ANY_TIME },
      _UNIQUE_KEY_QUERY: by === 'id',
    })
    const found = await Promise.all(
      route.brokerDatas.map(async ({ brokerName }) => {
        const command = RemotingCommand.request(RequestCode.QUERY_MESSAGE, fields)
        const response = await brokers.invoke(brokerName, command, TIMEOUT_MS)
        if (response.code === ResponseCode.QUERY_NOT_FOUND) return []
        return readStoredMessages(requireSuccess(response)).map(message => ({ ...message, brokerName }))
      }),
    )
    // The index knows hashes of keys: others may be among what it finds.
    return found
      .flat()
      .filter(({ parsedProperties }) => keysOf(parsedProperties, by).includes(value))
      .sort((one, other) => other.storeTimestamp - one.storeTimestamp)
      .slice(0, countMax)
  }
}

function keysOf(properties: ReadonlyMap<string, string>, by: MessageQuestion['by']): readonly string[] {
  if (by === 'id') return [properties.get(MessageProperty.UNIQUE_ID) ?? '']
  return properties.get(MessageProperty.KEYS)?.split(' ') ?? []
}
