import { RequestCode, ResponseCode, topicConfigTableJson } from '@rocketmq-ts/protocol'
import type { TopicConfigTable } from '@rocketmq-ts/protocol'
import type { TestClient } from '@rocketmq-ts/testing'

const GROUP = 'StoreReader'
const SYS_FLAG_SUBSCRIPTION = 4
/** Brokers give 64 at most. */
export const FOUND_COUNT_MAX = 64

/** Asks a broker for what is in its store, and keeps the bytes as they come. */
export class BrokerQuestions {
  constructor(
    private readonly client: TestClient,
    private readonly address: string,
  ) {}

  async topicConfigs(): Promise<TopicConfigTable['topicConfigTable']> {
    const { body } = await this.client.ask(this.address, RequestCode.GET_ALL_TOPIC_CONFIG)
    return topicConfigTableJson.decode(body).topicConfigTable
  }

  maxOffset(topic: string, queueId: number): Promise<number> {
    return this.client.maxOffset(this.address, topic, queueId)
  }

  /** Every record of a queue, one pull after the other. */
  async records(topic: string, queueId: number): Promise<readonly Buffer[]> {
    const records: Buffer[] = []
    for (let queueOffset = 0; ;) {
      const { code, body, extFields } = await this.client.ask(this.address, RequestCode.PULL_MESSAGE, {
        ...{ consumerGroup: GROUP, topic, queueId, queueOffset, maxMsgNums: 32, sysFlag: SYS_FLAG_SUBSCRIPTION },
        ...{ commitOffset: 0, suspendTimeoutMillis: 0, subscription: '*', subVersion: 1, expressionType: 'TAG' },
      })
      if (code !== ResponseCode.SUCCESS) return records
      records.push(...recordsOf(body))
      queueOffset = Number(extFields['nextBeginOffset'])
    }
  }

  /** The record that begins at a physical offset, or null. */
  async recordAt(topic: string, physicalOffset: number): Promise<Buffer | null> {
    const fields = { topic, offset: physicalOffset }
    const { code, body } = await this.client.ask(this.address, RequestCode.VIEW_MESSAGE_BY_ID, fields)
    return code === ResponseCode.SUCCESS ? body : null
  }

  /** The records that the index has under a key, each once. */
  async recordsByKey(topic: string, key: string): Promise<readonly Buffer[]> {
    const range = { beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER }
    const fields = { topic, key, maxNum: FOUND_COUNT_MAX, ...range }
    const { body } = await this.client.ask(this.address, RequestCode.QUERY_MESSAGE, fields)
    const records = new Map(recordsOf(body).map(record => [record.toString('latin1'), record]))
    return [...records.values()]
  }

  async offsetByTime(topic: string, queueId: number, timestamp: number, boundaryType: string): Promise<number> {
    const fields = { topic, queueId, timestamp, boundaryType }
    const { extFields } = await this.client.ask(this.address, RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, fields)
    return Number(extFields['offset'])
  }

  /** True if the broker knows the request at all. */
  async serves(code: number): Promise<boolean> {
    return (await this.client.ask(this.address, code)).code !== ResponseCode.REQUEST_CODE_NOT_SUPPORTED
  }
}

function recordsOf(body: Buffer | null): readonly Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const recordBytes = body.readInt32BE(at)
    records.push(body.subarray(at, at + recordBytes))
    at += recordBytes
  }
  return records
}
