import {
  assignmentRequestJson,
  checkClientRequestJson,
  heartbeatDataJson,
  lockBatchRequestJson,
  RequestCode,
} from '@rocketmq-ts/protocol'
import type { RemotingCommand } from '@rocketmq-ts/protocol'

/** Whom a request without the name of a broker is for. */
export interface Addressees {
  /** Of one broker of that name. */
  readonly brokerName?: string
  /** The brokers of these topics. */
  readonly topics: readonly string[]
  /** All brokers that the client has to do with; otherwise the first of them, or of those of the topics, will do. */
  readonly all: boolean
}

/** Told from its code and body; null: it has to name one. Throws PeerError for a body that cannot be read. */
export function addresseesOf({ code, body }: Pick<RemotingCommand, 'body' | 'code'>): Addressees | null {
  switch (code) {
    case RequestCode.HEART_BEAT: {
      const { consumerDataSet } = heartbeatDataJson.decode(body)
      const topics = consumerDataSet.flatMap(({ subscriptionDataSet }) => subscriptionDataSet.map(({ topic }) => topic))
      return { topics: [...new Set(topics)], all: true }
    }
    case RequestCode.UNREGISTER_CLIENT:
      return { topics: [], all: true }
    case RequestCode.GET_CONSUMER_LIST_BY_GROUP:
    case RequestCode.GET_CONSUMER_CONNECTION_LIST:
      return { topics: [], all: false }
    case RequestCode.CHECK_CLIENT_CONFIG: {
      const topic = checkClientRequestJson.decode(body).subscriptionData?.topic
      return { topics: topic === undefined ? [] : [topic], all: false }
    }
    case RequestCode.QUERY_ASSIGNMENT:
      return { topics: [assignmentRequestJson.decode(body).topic ?? ''], all: false }
    case RequestCode.LOCK_BATCH_MQ:
    case RequestCode.UNLOCK_BATCH_MQ: {
      const [queue] = lockBatchRequestJson.decode(body).mqSet // clients ask each broker for its own queues
      return queue === undefined ? null : { brokerName: queue.brokerName, topics: [], all: false }
    }
    default:
      return null
  }
}
