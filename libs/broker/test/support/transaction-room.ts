import type { Disk } from '@rocketmq-ts/base'
import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '@rocketmq-ts/config'
import {
  encodeProperties,
  MessageSysFlag,
  parseProperties,
  readStoredMessage,
  RequestCode,
} from '@rocketmq-ts/protocol'
import type { EndTransactionHeader, RemotingCommand, StoredMessage } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import { createFileMessageStore, createTableKeeper, messageStoreConfigSchema } from '@rocketmq-ts/store'
import type { MessageStore, MessageToStore } from '@rocketmq-ts/store'
import { brokerConfigSchema } from '../../src/broker-config'
import { ConsumerOffsetFile } from '../../src/consumer-offsets/consumer-offset-file'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { keptOffsets } from '../../src/consumer-offsets/kept-offsets'
import { getMessages, messagesIn, putMessage } from '../../src/messages/store-calls'
import type { PutOutcome } from '../../src/messages/store-calls'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { TransactionMetrics } from '../../src/transactions/transaction-metrics'
import { TransactionalMessages } from '../../src/transactions/transactional-messages'
import { channelOf } from './ask'

export const HALF = 'RMQ_SYS_TRANS_HALF_TOPIC'
export const OP = 'RMQ_SYS_TRANS_OP_HALF_TOPIC'
export const GIVEN_UP = 'TRANS_CHECK_MAX_TIME_TOPIC'
const STORE_HOST = Buffer.from('7f0000010000a3b7', 'hex')
const PRODUCER_HOST = Buffer.from('7f0000010000d8e6', 'hex')

/** What a producer names when it ends a transaction. */
export interface Half {
  readonly queueOffset: number
  readonly physicalOffset: number
}

/** A question that the broker put to a producer. */
export interface Question extends Half {
  readonly group: string
  readonly extFields: Readonly<Record<string, string>>
  readonly message: StoredMessage
}

export interface HalfWish {
  readonly queueId?: number
  readonly group?: string
  readonly properties?: Readonly<Record<string, string>>
  readonly bornTimestamp?: number
  readonly flag?: number
  readonly topic?: string
}

/** One process after the other on one disk, each with a store and the transactions in it; time is the test's. */
export class TransactionRoom {
  readonly clock = new FakeClock()
  readonly disk = new FaultyDisk()
  readonly questions: Question[] = []
  /** Groups with a producer that can be asked. */
  readonly onlineGroups = new Set(['PG'])
  readonly config = {
    ...messageStoreConfigSchema.parse({ storePathRootDir: '/store' }),
    ...brokerConfigSchema.parse({ brokerName: 'broker-a' }),
    ...{ mappedFileSizeCommitLog: 256 * 1024, mappedFileSizeConsumeQueue: 20 * 1000, messageIndexEnable: true },
    ...{ maxHashSlotNum: 1000, maxIndexNum: 4000 },
  }
  store!: MessageStore
  transactions!: TransactionalMessages
  metrics!: TransactionMetrics
  offsets!: ConsumerOffsetTable
  private offsetFile!: ConsumerOffsetFile
  private sentCount = 0

  /** A process begins. `beforeTransactions` is what clients do that come early. */
  async start(beforeTransactions = () => Promise.resolve()): Promise<void> {
    const { clock, config } = this
    const disk: Disk = this.disk.process()
    const deps = { clock, disk, log: silentLog }
    this.store = createFileMessageStore(config, { ...deps, storeHost: STORE_HOST, delayMsOfLevel: () => 0 })
    this.offsets = new ConsumerOffsetTable(config, deps)
    const keeper = createTableKeeper('json', '/store/config', keptOffsets(this.offsets), deps)
    this.offsetFile = new ConsumerOffsetFile(config, { ...deps, offsets: this.offsets, keeper })
    const topics = new TopicTable(config, deps)
    for (const topicName of ['GA', 'GB']) topics.put(topicConfigOf({ topicName }))
    this.metrics = new TransactionMetrics(config, {
      ...{ ...deps, store: this.store, topics },
      file: new ConfigFile('/store/config/transactionMetrics', deps),
    })
    this.transactions = new TransactionalMessages({
      ...{ ...deps, config, topics, store: this.store, offsets: this.offsets, metrics: this.metrics },
      producers: { nextAvailableChannel: group => (this.onlineGroups.has(group) ? this.channelOf(group) : null) },
      topicFile: { isSaved: () => true, saved: () => Promise.resolve() },
      statistics: { onPut: () => undefined },
      storeHost: STORE_HOST,
    })
    await this.store.start()
    await this.offsetFile.start()
    await this.metrics.start()
    await beforeTransactions()
    await this.transactions.start()
    await this.settle()
  }

  /** It ends well. */
  async stop(): Promise<void> {
    const stopped = this.transactions
      .stop()
      .then(() => this.metrics.stop())
      .then(() => this.offsetFile.stop())
    await stopped
    await this.store.stop()
  }

  /** It is killed, and the next one begins. */
  async killAndStart(): Promise<void> {
    this.disk.kill()
    await this.settle()
    await this.start()
  }

  async stopAndStart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** All that promises, turns and the disk do without the clock. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.settle()
  }

  /** The time of a round of checks passes, and it is over. */
  async checkRound(): Promise<void> {
    await this.advance(this.config.transactionCheckInterval)
  }

  /** A half message, as the send path stores it. */
  async half(body: string, wish: HalfWish = {}): Promise<Half> {
    this.sentCount += 1
    const uniqueKey = `KEY${this.sentCount}`
    const { topic = 'GA' } = wish
    const properties = {
      ...{ UNIQ_KEY: uniqueKey, TRAN_MSG: 'true', PGROUP: wish.group ?? 'PG' },
      ...wish.properties,
      ...{ __transactionId__: uniqueKey, REAL_TOPIC: topic, REAL_QID: String(wish.queueId ?? 0) },
    }
    const { flag = 0, bornTimestamp = this.clock.nowMs() } = wish
    const put = await this.put({ topic: HALF, body: Buffer.from(body), flag, bornTimestamp }, properties)
    this.metrics.add(topic, 1)
    return put
  }

  put(
    message: Pick<MessageToStore, 'topic' | 'body'> & Partial<MessageToStore>,
    properties: Readonly<Record<string, string>>,
  ): Promise<PutOutcome> {
    return putMessage(this.store, {
      ...{ queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: this.clock.nowMs(), bornHost: PRODUCER_HOST },
      ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, tagsCode: 0, waitStoreMessageOk: true },
      properties: encodeProperties(Object.entries(properties)),
      ...message,
    })
  }

  /** Null, or the error that it is refused with. */
  async end(how: 'commit' | 'rollback', half: Half, more: Partial<EndTransactionHeader> = {}): Promise<Error | null> {
    const commitOrRollback = how === 'commit' ? MessageSysFlag.TRANSACTION_COMMIT : MessageSysFlag.TRANSACTION_ROLLBACK
    const named = { tranStateTableOffset: half.queueOffset, commitLogOffset: half.physicalOffset, commitOrRollback }
    const header = {
      ...{ topic: 'GA', producerGroup: 'PG', msgId: '', transactionId: '' },
      fromTransactionCheck: false,
    }
    const ending = this.transactions.end({ ...header, ...named, ...more }).then(
      () => null,
      (error: unknown) => error as Error,
    )
    await this.settle()
    return await ending
  }

  commit(half: Half, more: Partial<EndTransactionHeader> = {}): Promise<Error | null> {
    return this.end('commit', half, more)
  }

  rollBack(half: Half, more: Partial<EndTransactionHeader> = {}): Promise<Error | null> {
    return this.end('rollback', half, more)
  }

  async messages(topic: string, queueId = 0): Promise<StoredMessage[]> {
    const messages: StoredMessage[] = []
    for (let queueOffset = 0; queueOffset < this.store.maxOffset(topic, queueId);) {
      const query = { topic, queueId, queueOffset, messageCountMax: 32, bytesMax: null, filter: null }
      const result = await getMessages(this.store, query)
      messages.push(...[...messagesIn(result)].map(ownedCopy))
      queueOffset = result.nextBeginOffset
      result.release()
    }
    return messages
  }

  async bodies(topic = 'GA', queueId = 0): Promise<string[]> {
    return (await this.messages(topic, queueId)).map(({ body }) => body.toString())
  }

  /** How many transactions the metrics count as open. */
  openCount(topic = 'GA'): number {
    return this.metrics.content().transactionCount.get(topic)?.count ?? 0
  }

  /** Bodies of the questions. */
  get asked(): string[] {
    return this.questions.map(({ message }) => message.body.toString())
  }

  lastQuestion(): Question {
    return this.questions.at(-1) as Question
  }

  private channelOf(group: string): Channel {
    return { ...channelOf(1), sendOneway: command => this.onQuestion(group, command) }
  }

  private onQuestion(group: string, command: RemotingCommand): boolean {
    expect(command.code).toBe(RequestCode.CHECK_TRANSACTION_STATE)
    const extFields = command.extFields as Record<string, string>
    this.questions.push({
      group,
      extFields,
      queueOffset: Number(extFields['tranStateTableOffset']),
      physicalOffset: Number(extFields['commitLogOffset']),
      message: ownedCopy(readStoredMessage(command.body as Buffer, 0)),
    })
    return true
  }
}

export function propertiesOf({ properties }: Pick<StoredMessage, 'properties'>): Record<string, string> {
  return Object.fromEntries(parseProperties(properties))
}

function ownedCopy(message: StoredMessage): StoredMessage {
  const { body, properties, bornHost, storeHost } = message
  return {
    ...message,
    ...{ body: Buffer.from(body), properties: Buffer.from(properties) },
    ...{ bornHost: Buffer.from(bornHost), storeHost: Buffer.from(storeHost) },
  }
}
