import { silentLog } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import {
  encodeProperties,
  javaStringHashCode,
  readProperty,
  readStoredMessage,
  RequestCode,
} from '@rocketmq-ts/protocol'
import type { RemotingCommand, StoredMessage } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import { brokerConfigSchema } from '../../src/broker-config'
import type { BrokerConfig } from '../../src/broker-config'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { ConsumerOrderTable } from '../../src/consumer-order/consumer-order-table'
import { createPop } from '../../src/pop/create-pop'
import { ackMessage } from '../../src/requests/ack-message'
import { batchAckMessage } from '../../src/requests/batch-ack-message'
import { changeMessageInvisibleTime } from '../../src/requests/change-message-invisible-time'
import { notification } from '../../src/requests/notification'
import { peekMessage } from '../../src/requests/peek-message'
import { pollingInfo } from '../../src/requests/polling-info'
import { popMessage } from '../../src/requests/pop-message'
import { SqlFilters } from '../../src/filter/sql-filter'
import { BrokerStatistics } from '../../src/statistics/broker-statistics'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import type { AskedRequest } from './ask'
import { noLiteTopics, send } from './ask'
import { MemoryMessageStore } from './memory-message-store'

export const REVIVE_TOPIC = 'rmq_sys_REVIVE_LOG_DefaultCluster'
export const RETRY_TOPIC = '%RETRY%GG_GPOP'
const STORE_HOST = Buffer.from('7f0000010000a3b7', 'hex')

/** A message in a consumer's hands. */
export interface PoppedByTest {
  readonly body: string
  readonly reconsumeTimes: number
  /** What the consumer acknowledges it with. */
  readonly handle: Readonly<Record<string, string>>
  readonly message: StoredMessage
}

interface PutByTest {
  readonly queueId?: number
  readonly topic?: string
  readonly properties?: Readonly<Record<string, string>>
}

type Given = Partial<Record<keyof BrokerConfig, string>>

/** Pop consumption as group GG of topic GPOP (2 queues) with a store in memory and a clock to turn. */
export class Popping {
  readonly clock = new FakeClock()
  readonly store = new MemoryMessageStore(STORE_HOST, this.clock)
  readonly config: BrokerConfig
  readonly topics: TopicTable
  offsets: ConsumerOffsetTable
  orders: ConsumerOrderTable
  readonly groups: SubscriptionGroupTable
  private flushed: ReturnType<typeof snapshotOf>
  private rooms: ReturnType<Popping['build']>

  constructor(
    given: Given = {},
    private readonly log: Log = silentLog,
  ) {
    this.config = brokerConfigSchema.parse({ brokerName: 'broker-a', brokerIP1: '127.0.0.1', ...given })
    const { clock, config } = this
    this.topics = new TopicTable(config, { clock, log: silentLog })
    this.topics.put(topicConfigOf({ topicName: 'GPOP', readQueueNums: 2, writeQueueNums: 2 }))
    this.groups = new SubscriptionGroupTable(config, { clock, log: silentLog })
    this.offsets = new ConsumerOffsetTable(config, { clock, log: silentLog })
    this.orders = new ConsumerOrderTable(this)
    this.flushed = snapshotOf(this)
    this.rooms = this.build()
  }

  async start(): Promise<this> {
    await this.rooms.popLongPolling.start()
    await this.rooms.notifications.start()
    await this.rooms.popRevive.start()
    await this.rooms.popBufferMerge.start()
    await settled()
    return this
  }

  async stop(): Promise<void> {
    await this.rooms.popLongPolling.stop()
    await this.rooms.notifications.stop()
    await this.rooms.popBufferMerge.stop()
    await this.rooms.popRevive.stop()
    this.orders.stop()
  }

  close(channel: Channel): void {
    this.rooms.popLongPolling.onClose(channel)
    this.rooms.notifications.onClose(channel)
  }

  /** As the broker does every few seconds: what a crash after it finds again. */
  flushOffsets(): void {
    this.flushed = snapshotOf(this)
  }

  /** Gone is what only memory had. What was stored stays, and the offsets as they were flushed. */
  async crash(): Promise<void> {
    this.rooms.isCrashed.value = true
    const { clock, config } = this
    this.offsets = new ConsumerOffsetTable(config, { clock, log: silentLog })
    this.offsets.restore(this.flushed.offsets)
    this.orders.stop()
    this.orders = new ConsumerOrderTable(this)
    this.orders.restore(this.flushed.orders)
    this.rooms = this.build()
    await this.start()
  }

  put(body: string, { queueId = 0, topic = 'GPOP', properties = {} }: PutByTest = {}): void {
    const { clock } = this
    this.store.put(
      {
        ...{ topic, queueId, flag: 3, sysFlag: 0, bornTimestamp: clock.nowMs(), bornHost: STORE_HOST },
        ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, body: Buffer.from(body), waitStoreMessageOk: true },
        properties: encodeProperties(Object.entries(properties)),
        tagsCode: properties['TAGS'] === undefined ? 0 : javaStringHashCode(properties['TAGS']),
      },
      { onPut: () => undefined },
    )
  }

  ask(fields: Readonly<Record<string, string>> = {}, channel?: Channel): AskedRequest {
    const extFields = {
      ...{ consumerGroup: 'GG', topic: 'GPOP', queueId: '-1', maxMsgNums: '32', invisibleTime: '10000', pollTime: '0' },
      ...{ bornTime: String(this.clock.nowMs()), initMode: '0', expType: 'TAG', exp: '*', order: 'false' },
      ...fields,
    }
    const asked = { code: RequestCode.POP_MESSAGE, extFields }
    return send(this.rooms.pop, channel ? { ...asked, channel } : asked)
  }

  askToBeNotified(fields: Readonly<Record<string, string>> = {}): AskedRequest {
    const extFields = { pollTime: '0', bornTime: String(this.clock.nowMs()), ...fields }
    return this.askToLook('notification', extFields)
  }

  /** As a group that takes nothing. */
  askToLook(
    kind: 'notification' | 'pollingInfo' | 'peek',
    fields: Readonly<Record<string, string>> = {},
  ): AskedRequest {
    const extFields = { consumerGroup: 'GG', topic: 'GPOP', queueId: '-1', maxMsgNums: '32', ...fields }
    const code = {
      notification: RequestCode.NOTIFICATION,
      pollingInfo: RequestCode.POLLING_INFO,
      peek: RequestCode.PEEK_MESSAGE,
    }
    return send(this.rooms[kind], { code: code[kind], extFields })
  }

  async pop(fields: Readonly<Record<string, string>> = {}): Promise<readonly PoppedByTest[]> {
    const request = this.ask(fields)
    await settled()
    return poppedIn(request.answer(), this.config.brokerName)
  }

  ack({ handle }: Pick<PoppedByTest, 'handle'>): Promise<RemotingCommand> {
    return answerTo(
      send(this.rooms.ack, { code: RequestCode.ACK_MESSAGE, extFields: { consumerGroup: 'GG', ...handle } }),
    )
  }

  batchAck(body: string | null): Promise<RemotingCommand> {
    return answerTo(send(this.rooms.batchAck, { code: RequestCode.BATCH_ACK_MESSAGE, body }))
  }

  /** The answer, and what the consumer holds then. */
  async changeInvisibleTime(
    { handle }: Pick<PoppedByTest, 'handle'>,
    invisibleTime: number,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly answer: RemotingCommand; readonly handle: Readonly<Record<string, string>> }> {
    const extFields = { consumerGroup: 'GG', ...handle, invisibleTime: String(invisibleTime), ...fields }
    const code = RequestCode.CHANGE_MESSAGE_INVISIBLETIME
    const answer = await answerTo(send(this.rooms.change, { code, extFields }))
    const { popTime, invisibleTime: time, reviveQid } = answer.extFields ?? {}
    const { offset = '', queueId = '', extraInfo = '' } = handle
    const flag = extraInfo.split(' ')[4] ?? ''
    const next = `${offset} ${popTime} ${time} ${reviveQid} ${flag} broker-a ${queueId} ${offset}`
    return { answer, handle: { ...handle, extraInfo: next } }
  }

  lag(): ReturnType<ReturnType<Popping['build']>['popRevive']['lag']> {
    return this.rooms.popRevive.lag()
  }

  /** Goes on in small steps, so that what is due in between is done in between. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      this.clock.advance(Math.min(left, 500))
      await settled()
    }
  }

  private build() {
    const { clock, config, topics, groups, offsets, orders } = this
    const { log } = this
    const isCrashed = { value: false }
    const store = crashable(this.store, isCrashed)
    const statistics = new BrokerStatistics(config.brokerClusterName, { clock })
    const topicFile = { isSaved: () => true, saved: () => Promise.resolve() }
    const consumers = new ConsumerTable({ clock, log })
    const client = { invoke: () => Promise.reject(new Error('no NameServer')) }
    const deps = {
      clock,
      log,
      topics,
      groups,
      offsets,
      orders,
      store,
      statistics,
      sqlFilters: new SqlFilters({ selectorCountMax: 10 }),
      topicFile,
      consumers,
      client,
      storeHost: STORE_HOST,
    }
    const pop = createPop(config, deps)
    const handlers = { ...deps, ...pop, config, liteAcknowledgements: noLiteTopics }
    return {
      ...pop,
      isCrashed,
      pop: popMessage(handlers),
      notification: notification(handlers),
      pollingInfo: pollingInfo(handlers),
      peek: peekMessage(handlers),
      ack: ackMessage(handlers),
      batchAck: batchAckMessage(handlers),
      change: changeMessageInvisibleTime(handlers),
    }
  }
}

/** A process that was killed writes nothing more, whatever was still to be done in it. */
function crashable(store: MemoryMessageStore, isCrashed: { value: boolean }): MemoryMessageStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]): unknown =>
        isCrashed.value && name !== 'maxOffset' ? undefined : Reflect.apply(member, target, given)
    },
  })
}

function snapshotOf({ offsets, orders }: Pick<Popping, 'offsets' | 'orders'>) {
  return structuredClone({ offsets: offsets.content(), orders: orders.content() })
}

/** All promises that can go on have gone on. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

async function answerTo(request: AskedRequest): Promise<RemotingCommand> {
  await settled()
  return request.answer()
}

/** What a Java client makes of an answer to a pop. */
export function poppedIn(answer: RemotingCommand, brokerName = 'broker-a'): readonly PoppedByTest[] {
  const { extFields, body } = answer
  const starts = new Map(
    (extFields?.['startOffsetInfo'] ?? '').split(';').map(entry => {
      const [flag = '', queueId = '', start = ''] = entry.split(' ')
      return [`${flag}@${queueId}`, start]
    }),
  )
  const popped: PoppedByTest[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const message = readStoredMessage(body, at)
    at += message.recordBytes
    const { popTime = '', invisibleTime = '', reviveQid = '' } = extFields ?? {}
    const start = starts.get(`0@${message.queueId}`) ?? ''
    const receipt = `${start} ${popTime} ${invisibleTime} ${reviveQid} 0 ${brokerName} ${message.queueId} ${message.queueOffset}`
    const extraInfo = readProperty(message.properties, 'POP_CK') ?? receipt
    const topic = { 0: 'GPOP', 1: RETRY_TOPIC, 2: '%RETRY%GG+GPOP' }[extraInfo.split(' ')[4] ?? ''] ?? ''
    const handle = { topic, queueId: String(message.queueId), offset: String(message.queueOffset), extraInfo }
    popped.push({ body: message.body.toString(), reconsumeTimes: message.reconsumeTimes, handle, message })
  }
  return popped
}
