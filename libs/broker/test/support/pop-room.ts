import type { Disk } from '@rocketmq-ts/base'
import { silentLog, StorageError } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { encodeProperties, RequestCode } from '@rocketmq-ts/protocol'
import type { RemotingCommand } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { createFileMessageStore, createTableKeeper, messageStoreConfigSchema } from '@rocketmq-ts/store'
import type { MessageStore } from '@rocketmq-ts/store'
import { brokerConfigSchema } from '../../src/broker-config'
import type { BrokerConfig } from '../../src/broker-config'
import { ConsumerOrderTable } from '../../src/consumer-order/consumer-order-table'
import { ConsumerOffsetFile } from '../../src/consumer-offsets/consumer-offset-file'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { keptOffsets } from '../../src/consumer-offsets/kept-offsets'
import { isStored } from '../../src/messages/put-status'
import { putMessage } from '../../src/messages/store-calls'
import { createPop } from '../../src/pop/create-pop'
import type { PopRooms } from '../../src/pop/create-pop'
import { ackMessage } from '../../src/requests/ack-message'
import { changeMessageInvisibleTime } from '../../src/requests/change-message-invisible-time'
import { popMessage } from '../../src/requests/pop-message'
import { SqlFilters } from '../../src/filter/sql-filter'
import { BrokerStatistics } from '../../src/statistics/broker-statistics'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { AskedRequest, noLiteTopics } from './ask'
import { poppedIn } from './popping'
import type { PoppedByTest } from './popping'

const STORE_HOST = Buffer.from('7f0000010000a3b7', 'hex')

type Handle = PoppedByTest['handle']

/**
 * One process after the other on one disk, each with a store and pop consumption in it, as group GG of topic GPOP (2
 * queues). Consumers stay; time is the test's.
 */
export class PopRoom {
  readonly clock = new FakeClock()
  readonly disk = new FaultyDisk()
  readonly config: ReturnType<typeof messageStoreConfigSchema.parse> & BrokerConfig
  /** Saved as soon as they change, as the broker has it for topics that messages come again in. */
  private readonly topics: TopicTable
  private store!: MessageStore
  private pops!: PopRooms
  private offsetFile!: ConsumerOffsetFile
  private handlers!: Readonly<Record<'pop' | 'ack' | 'change', RequestHandler>>

  constructor(given: Partial<Record<keyof BrokerConfig, string>> = {}) {
    this.config = {
      ...messageStoreConfigSchema.parse({ storePathRootDir: '/store', flushDiskType: 'SYNC_FLUSH' }),
      ...brokerConfigSchema.parse({ brokerName: 'broker-a', brokerIP1: '127.0.0.1', ...given }),
      ...{ mappedFileSizeCommitLog: 256 * 1024, mappedFileSizeConsumeQueue: 20 * 1000, messageIndexEnable: false },
    }
    this.topics = new TopicTable(this.config, { clock: this.clock, log: silentLog })
    this.topics.put(topicConfigOf({ topicName: 'GPOP', readQueueNums: 2, writeQueueNums: 2 }))
  }

  /** A process begins. */
  async start(): Promise<void> {
    const { clock, config, topics } = this
    const disk: Disk = this.disk.process()
    const log = silentLog
    const deps = { clock, disk, log }
    const store = createFileMessageStore(config, { ...deps, storeHost: STORE_HOST, delayMsOfLevel: () => 0 })
    const offsets = new ConsumerOffsetTable(config, deps)
    const keeper = createTableKeeper('json', '/store/config', keptOffsets(offsets), deps)
    const groups = new SubscriptionGroupTable(config, deps)
    const rooms = {
      ...{ clock, log, topics, groups, offsets, store, storeHost: STORE_HOST },
      orders: new ConsumerOrderTable({ clock, topics, groups, offsets }),
      consumers: new ConsumerTable(deps),
      sqlFilters: new SqlFilters({ selectorCountMax: 10 }),
      statistics: new BrokerStatistics(config.brokerClusterName, deps),
      topicFile: { isSaved: () => true, saved: () => Promise.resolve() },
      client: { invoke: () => Promise.reject(new Error('no NameServer')) },
    }
    this.store = store
    this.offsetFile = new ConsumerOffsetFile(config, { ...deps, offsets, keeper })
    this.pops = createPop(config, rooms)
    const handled = { ...rooms, ...this.pops, config, liteAcknowledgements: noLiteTopics }
    this.handlers = {
      ...{ pop: popMessage(handled), ack: ackMessage(handled), change: changeMessageInvisibleTime(handled) },
    }
    await store.start()
    await this.offsetFile.start()
    await this.pops.popLongPolling.start()
    await this.pops.popRevive.start()
    await this.pops.popBufferMerge.start()
    await this.settle()
  }

  /** It ends well. */
  async stop(): Promise<void> {
    await this.pops.popLongPolling.stop()
    await this.pops.popBufferMerge.stop()
    await this.pops.popRevive.stop()
    await this.offsetFile.stop()
    await this.store.stop()
  }

  /** It is killed, if it is not dead yet, and the next one begins. */
  async killAndStart(): Promise<void> {
    this.disk.kill()
    this.disk.fault = () => null
    await this.settle()
    await this.start()
  }

  /** As that, and of what was not synced only the pages are left that survive. */
  async losePowerAndStart(survives: () => boolean): Promise<void> {
    this.disk.losePower(survives)
    await this.settle()
    await this.start()
  }

  /** All that promises, turns and the disk do without the clock. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }

  /** Goes on in steps, so that what is due in between is done in between. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      this.clock.advance(Math.min(left, 1000))
      await this.settle()
    }
  }

  /** True when the producer was told that it is stored. */
  async put(body: string, queueId: number): Promise<boolean> {
    const stored = putMessage(this.store, {
      ...{ topic: 'GPOP', queueId, flag: 0, sysFlag: 0, bornTimestamp: this.clock.nowMs(), bornHost: STORE_HOST },
      ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, tagsCode: 0, waitStoreMessageOk: true },
      ...{ body: Buffer.from(body), properties: encodeProperties([]) },
    })
    const answer = { isStored: false }
    void stored.then(({ status }) => (answer.isStored = isStored(status)))
    await this.settle()
    return answer.isStored
  }

  /** What the consumer was given; nothing, when it had no answer. */
  async pop(messageCountMax: number, invisibleMs: number): Promise<readonly PoppedByTest[]> {
    const answer = await this.ask(this.handlers.pop, RequestCode.POP_MESSAGE, {
      ...{ topic: 'GPOP', queueId: '-1', maxMsgNums: String(messageCountMax), invisibleTime: String(invisibleMs) },
      ...{ pollTime: '0', bornTime: '0', initMode: '0', expType: 'TAG', exp: '*', order: 'false' },
    })
    return answer === null ? [] : poppedIn(answer)
  }

  /** True when the consumer was told that it is done with. */
  async ack(handle: Handle): Promise<boolean> {
    const answer = await this.ask(this.handlers.ack, RequestCode.ACK_MESSAGE, handle)
    return answer?.code === 0
  }

  /** What the consumer holds then; null when it was not told. */
  async change(handle: Handle, invisibleMs: number): Promise<Handle | null> {
    const code = RequestCode.CHANGE_MESSAGE_INVISIBLETIME
    const answer = await this.ask(this.handlers.change, code, { ...handle, invisibleTime: String(invisibleMs) })
    if (answer?.code !== 0) return null
    const { popTime = '', invisibleTime = '', reviveQid = '' } = answer.extFields ?? {}
    const { offset = '', queueId = '', extraInfo = '' } = handle
    const retryFlag = extraInfo.split(' ')[4] ?? ''
    const receipt = [offset, popTime, invisibleTime, reviveQid, retryFlag, 'broker-a', queueId, offset]
    return { ...handle, extraInfo: receipt.join(' ') }
  }

  /** Null when no answer came: its process is dead. */
  private async ask(
    handler: RequestHandler,
    code: number,
    fields: Readonly<Record<string, string>>,
  ): Promise<RemotingCommand | null> {
    const request = new AskedRequest({ code, extFields: { consumerGroup: 'GG', ...fields } })
    const refuse = request.fail.bind(request)
    // The disk of a dead process gives nothing: its consumers hear nothing.
    request.fail = error => {
      if (!(error instanceof StorageError)) refuse(error)
    }
    handler(request)
    await this.settle()
    return request.answerCount === 0 ? null : request.answer()
  }
}
