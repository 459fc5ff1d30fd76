import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import {
  encodeProperties,
  liteSubscriptionCtlJson,
  readProperty,
  readStoredMessage,
  RequestCode,
} from '@rocketmq-ts/protocol'
import type { LiteOffsetOption, LiteSubscriptionAction, RemotingCommand } from '@rocketmq-ts/protocol'
import type { Channel, RequestHandler } from '@rocketmq-ts/remoting'
import { createFileMessageStore, messageStoreConfigSchema } from '@rocketmq-ts/store'
import type { MessageStore } from '@rocketmq-ts/store'
import { brokerConfigSchema } from '../../src/broker-config'
import type { BrokerConfig } from '../../src/broker-config'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { ConsumerOrderTable } from '../../src/consumer-order/consumer-order-table'
import { SqlFilters } from '../../src/filter/sql-filter'
import { createLite } from '../../src/lite/create-lite'
import type { LiteRooms } from '../../src/lite/create-lite'
import type { BrokerServiceConfig } from '../../src/load-broker-config'
import { putMessage } from '../../src/messages/store-calls'
import { createPop } from '../../src/pop/create-pop'
import { ackMessage } from '../../src/requests/ack-message'
import { changeMessageInvisibleTime } from '../../src/requests/change-message-invisible-time'
import { getBrokerLiteInfo } from '../../src/requests/get-broker-lite-info'
import { getLiteClientInfo } from '../../src/requests/get-lite-client-info'
import { getLiteGroupInfo } from '../../src/requests/get-lite-group-info'
import { getLiteTopicInfo } from '../../src/requests/get-lite-topic-info'
import { getParentTopicInfo } from '../../src/requests/get-parent-topic-info'
import { liteSubscriptionCtl } from '../../src/requests/lite-subscription-ctl'
import { popLiteMessage } from '../../src/requests/pop-lite-message'
import { searchOffsetByTimestamp } from '../../src/requests/search-offset-by-timestamp'
import { triggerLiteDispatch } from '../../src/requests/trigger-lite-dispatch'
import { BrokerStatistics } from '../../src/statistics/broker-statistics'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { ask, channelOf, send } from './ask'
import type { AskedRequest } from './ask'

const STORE_HOST = Buffer.from('7f0000010000a3b7', 'hex')

/** As a consumer has it. */
export interface LiteMessage {
  readonly body: string
  readonly liteTopic: string
  readonly offset: number
  readonly attempts: number
  readonly extraInfo: string
}

export interface Subscribing {
  readonly clientId?: string
  readonly group?: string
  readonly liteTopics?: readonly string[]
  readonly offsetOption?: LiteOffsetOption
  readonly channel?: Channel
}

export interface Popping {
  readonly clientId?: string
  readonly group?: string
  readonly messageCountMax?: number
  readonly invisibleMs?: number
  readonly pollMs?: number
  readonly attemptId?: string
}

/** A broker with parent topic P and group G that is bound to it; time is the test's. */
export class LiteRoom {
  readonly clock = new FakeClock()
  readonly config: BrokerServiceConfig
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly offsets: ConsumerOffsetTable
  readonly store: MessageStore
  readonly lite: LiteRooms
  /** The broker of each writable queue of P. */
  brokers: readonly string[] = ['broker-a']
  private readonly handlers: Readonly<Record<'ctl' | 'pop' | 'ack' | 'change', RequestHandler>>
  private readonly adminHandlers: Readonly<Record<number, RequestHandler>>

  constructor(given: Partial<Record<keyof BrokerConfig, string>> = {}) {
    this.config = {
      ...messageStoreConfigSchema.parse({ storePathRootDir: '/store', enableLmq: 'true', enableMultiDispatch: 'true' }),
      ...brokerConfigSchema.parse({ brokerName: 'broker-a', brokerIP1: '127.0.0.1', ...given }),
      ...{ mappedFileSizeCommitLog: 256 * 1024, mappedFileSizeConsumeQueue: 20 * 1000, messageIndexEnable: false },
    } as BrokerServiceConfig
    const { clock, config } = this
    const disk = new FaultyDisk().process()
    const deps = { clock, disk, log: silentLog }
    this.topics = new TopicTable(config, deps)
    this.groups = new SubscriptionGroupTable(config, deps)
    this.offsets = new ConsumerOffsetTable(config, deps)
    this.store = createFileMessageStore(config, { ...deps, storeHost: STORE_HOST, delayMsOfLevel: () => 0 })
    const { topics, groups, offsets, store } = this
    topics.put(topicConfigOf({ topicName: 'P', attributes: new Map([['message.type', 'LITE']]) }))
    this.bind('G')
    const rooms = {
      ...{ ...deps, topics, groups, offsets, store, storeHost: STORE_HOST },
      orders: new ConsumerOrderTable({ clock, topics, groups, offsets }),
      consumers: new ConsumerTable(deps),
      sqlFilters: new SqlFilters({ selectorCountMax: 10 }),
      statistics: new BrokerStatistics(config.brokerClusterName, deps),
      topicFile: { isSaved: () => true, saved: () => Promise.resolve() },
      client: { invoke: () => Promise.reject(new Error('no NameServer')) },
    }
    const pops = createPop(config, rooms)
    const topicRoutes = { writableBrokersOf: () => Promise.resolve(this.brokers) }
    this.lite = createLite(config, { ...rooms, ...pops, topicRoutes })
    const handled = { ...rooms, ...pops, ...this.lite, config }
    this.handlers = {
      ...{ ctl: liteSubscriptionCtl(handled), pop: popLiteMessage(handled) },
      ...{ ack: ackMessage(handled), change: changeMessageInvisibleTime(handled) },
    }
    this.adminHandlers = {
      [RequestCode.GET_BROKER_LITE_INFO]: getBrokerLiteInfo(handled),
      [RequestCode.GET_PARENT_TOPIC_INFO]: getParentTopicInfo(handled),
      [RequestCode.GET_LITE_TOPIC_INFO]: getLiteTopicInfo(handled),
      [RequestCode.GET_LITE_CLIENT_INFO]: getLiteClientInfo(handled),
      [RequestCode.GET_LITE_GROUP_INFO]: getLiteGroupInfo(handled),
      [RequestCode.TRIGGER_LITE_DISPATCH]: triggerLiteDispatch(handled),
      [RequestCode.SEARCH_OFFSET_BY_TIMESTAMP]: searchOffsetByTimestamp(handled),
    }
  }

  async start(): Promise<void> {
    await this.store.start()
    for (const each of this.components) await each.start()
  }

  async stop(): Promise<void> {
    for (const each of this.components) await each.stop()
    await this.store.stop()
  }

  private get components() {
    const { litePolling, liteDispatcher, liteHousekeeping, liteLifecycle } = this.lite
    return [litePolling, liteDispatcher, liteHousekeeping, liteLifecycle]
  }

  /** A group of lite topics, with these attributes besides. */
  bind(group: string, attributes: Readonly<Record<string, string>> = {}): void {
    const found = this.groups.find(group)
    if (found === null) throw new Error(`no group ${group}`)
    this.groups.put({ ...found, attributes: new Map([['lite.bind.topic', 'P'], ...Object.entries(attributes)]) })
  }

  async send(liteTopic: string, ...bodies: readonly string[]): Promise<void> {
    for (const body of bodies) {
      await putMessage(this.store, {
        ...{ topic: 'P', queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: this.clock.nowMs(), bornHost: STORE_HOST },
        ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, tagsCode: 0, waitStoreMessageOk: true },
        body: Buffer.from(body),
        properties: encodeProperties([
          ['__LITE_TOPIC', liteTopic],
          ['INNER_MULTI_DISPATCH', `%LMQ%$P$${liteTopic}`],
        ]),
      })
    }
    await this.settle()
  }

  async subscribe(action: LiteSubscriptionAction, given: Subscribing = {}): Promise<RemotingCommand> {
    const { clientId = 'c1', group = 'G', liteTopics = [], offsetOption = null, channel = channelOf(1) } = given
    const subscription = { clientId, group, topic: 'P', liteTopicSet: liteTopics, action, offsetOption, version: 0 }
    const body = liteSubscriptionCtlJson.encode({ subscriptionSet: [subscription] })
    return ask(this.handlers.ctl, { code: RequestCode.LITE_SUBSCRIPTION_CTL, body, channel })
  }

  /** A pop that may wait. */
  async popping(given: Popping = {}): Promise<AskedRequest> {
    const { clientId = 'c1', group = 'G', messageCountMax = 32, invisibleMs = 30_000, pollMs = 0, attemptId } = given
    const request = send(this.handlers.pop, {
      code: RequestCode.POP_LITE_MESSAGE,
      extFields: {
        ...{ clientId, consumerGroup: group, topic: 'P', maxMsgNum: String(messageCountMax) },
        ...{ invisibleTime: String(invisibleMs), pollTime: String(pollMs), bornTime: String(this.clock.nowMs()) },
        ...(attemptId === undefined ? {} : { attemptId }),
      },
    })
    await this.settle()
    return request
  }

  async pop(given: Popping = {}): Promise<readonly LiteMessage[]> {
    return messagesIn((await this.popping(given)).answer())
  }

  async bodies(given: Popping = {}): Promise<readonly string[]> {
    return (await this.pop(given)).map(({ body }) => body)
  }

  async ack(message: LiteMessage, given: Readonly<Record<string, string>> = {}): Promise<RemotingCommand> {
    const answer = await ask(this.handlers.ack, {
      code: RequestCode.ACK_MESSAGE,
      extFields: { ...receiptOf(message), ...given },
    })
    await this.settle()
    return answer
  }

  async change(message: LiteMessage, invisibleMs: number, suspend = false): Promise<RemotingCommand> {
    const extFields = { ...receiptOf(message), invisibleTime: String(invisibleMs), suspend: String(suspend) }
    return ask(this.handlers.change, { code: RequestCode.CHANGE_MESSAGE_INVISIBLETIME, extFields })
  }

  /** As an administrator asks. */
  async askAdmin(code: number, extFields: Readonly<Record<string, string>> = {}): Promise<RemotingCommand> {
    const handler = this.adminHandlers[code]
    if (handler === undefined) throw new Error(`no handler of ${code}`)
    const request = send(handler, { code, extFields })
    await this.settle()
    return request.answer()
  }

  /** Goes on in steps, so that what is due in between is done in between. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      this.clock.advance(Math.min(left, 1000))
      await this.settle()
    }
  }

  /** All that promises, turns and the disk do without the clock. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }
}

function receiptOf({ liteTopic, offset, extraInfo }: LiteMessage): Readonly<Record<string, string>> {
  return { consumerGroup: 'G', topic: 'P', queueId: '0', extraInfo, offset: String(offset), liteTopic }
}

/** What Java's client makes of an answer. Throws unless it says that messages were found. */
export function messagesIn({ code, remark, extFields, body }: RemotingCommand): readonly LiteMessage[] {
  if (code !== 0) return []
  if (remark !== 'FOUND' || body === null) throw new Error(`nothing was FOUND: ${remark}`)
  const { popTime, invisibleTime, reviveQid, orderCountInfo = '' } = extFields ?? {}
  const counts = orderCountInfo.split(';').map(Number)
  const messages: LiteMessage[] = []
  for (let at = 0; at < body.length;) {
    const { body: text, properties, recordBytes } = readStoredMessage(body, at)
    const offset = Number(readProperty(properties, 'INNER_MULTI_QUEUE_OFFSET'))
    messages.push({
      ...{ body: text.toString(), liteTopic: readProperty(properties, '__LITE_TOPIC') ?? '', offset },
      attempts: counts[messages.length] ?? -1,
      extraInfo: [0, popTime, invisibleTime, reviveQid, 0, 'broker-a', 0, offset].join(' '),
    })
    at += recordBytes
  }
  if (counts.length !== messages.length) throw new Error(`${counts.length} counts of ${messages.length} messages`)
  return messages
}
