import {
  RequestCode,
  ResponseCode,
  defaultSubscriptionGroupConfig,
  subscriptionGroupConfigJson,
} from '@rocketmq-ts/protocol'
import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import type { TestClient } from '@rocketmq-ts/testing'

const PREFIX = 'Moved'
const NUMBERS = [0, 1, 2, 3, 4] as const
const ATTRIBUTES = ['', '+message.type=FIFO', '+message.type=DELAY', '+queue.type=BatchCQ', ''] as const
/** It is there from the first round on, and altered in each. */
export const EVERGREEN_TOPIC = `${PREFIX}Always`
const EVERGREEN_GROUP = `${PREFIX}GroupAlways`

export const isOfTest = (name: string): boolean => name.startsWith(PREFIX)

/** Makes, alters and deletes topics, groups and offsets, as an operator and consumers would. */
export class TableChanges {
  constructor(
    private readonly client: TestClient,
    private readonly address: string,
  ) {}

  /** All of it is told to be done. */
  async make(round: number): Promise<void> {
    await this.client.createTopic(this.address, EVERGREEN_TOPIC, round + 1)
    await this.putGroup({ ...defaultSubscriptionGroupConfig(EVERGREEN_GROUP), retryMaxTimes: round })
    for (const number of NUMBERS) await this.makeOne(round, number)
    await this.commit({ group: EVERGREEN_GROUP, topic: EVERGREEN_TOPIC, queueId: 0, offset: round * 10 })
    await this.done(RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, {
      ...{ group: groupOf(round, 1), topic: topicOf(round, 1), readable: false },
    })
    if (round > 1) await this.remove(round - 1)
  }

  private async makeOne(round: number, number: (typeof NUMBERS)[number]): Promise<void> {
    const topic = topicOf(round, number)
    const group = groupOf(round, number)
    await this.client.createTopic(this.address, topic, number + 1, ATTRIBUTES[number])
    await this.putGroup({ ...defaultSubscriptionGroupConfig(group), ...groupSettings(round, number) })
    for (let queueId = 0; queueId <= number; queueId += 1) {
      await this.commit({ group, topic, queueId, offset: round * 100 + queueId })
    }
  }

  /** A topic and a group of the round, with what was committed. */
  private async remove(round: number): Promise<void> {
    await this.done(RequestCode.DELETE_TOPIC_IN_BROKER, { topic: topicOf(round, 0) })
    await this.done(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: groupOf(round, 0), cleanOffset: true })
  }

  private async putGroup(config: SubscriptionGroupConfig): Promise<void> {
    const body = subscriptionGroupConfigJson.encode(config)
    await this.done(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, body)
  }

  private async commit(offset: Parameters<TestClient['commitOffset']>[1]): Promise<void> {
    await this.client.commitOffset(this.address, offset)
  }

  private async done(code: number, fields: Parameters<TestClient['ask']>[2], body?: Buffer): Promise<void> {
    const answer = await this.client.ask(this.address, code, fields, body)
    if (answer.code !== ResponseCode.SUCCESS) throw new Error(`request ${code}: ${answer.code} ${answer.remark}`)
  }
}

function topicOf(round: number, number: number): string {
  return `${PREFIX}-${round}-${number}`
}

function groupOf(round: number, number: number): string {
  return `${PREFIX}Group-${round}-${number}`
}

/** Each group has something else that is not the default. */
function groupSettings(round: number, number: number): Partial<SubscriptionGroupConfig> {
  const exponentialRetryPolicy = { initial: 1000 + round, max: 60_000, multiplier: 3 }
  const settings: readonly Partial<SubscriptionGroupConfig>[] = [
    { retryMaxTimes: round, retryQueueNums: 2 },
    { consumeMessageOrderly: true, consumeBroadcastEnable: false },
    { groupRetryPolicy: { type: 'EXPONENTIAL', exponentialRetryPolicy, customizedRetryPolicy: null } },
    { consumeEnable: false, consumeTimeoutMinute: 7 + round },
    { consumeFromMinEnable: false, brokerId: 1, whichBrokerWhenConsumeSlowly: 3 },
  ]
  return settings[number] ?? {}
}
