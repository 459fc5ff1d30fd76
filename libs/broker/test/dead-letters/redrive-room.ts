import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { encodeProperties, parseProperties } from '@rocketmq-ts/protocol'
import type { MessageToStore, PutListener, PutMessageStatus } from '@rocketmq-ts/store'
import { brokerConfigSchema } from '../../src/broker-config'
import { DeadLetterRedrives } from '../../src/dead-letters/dead-letter-redrives'
import type { DeadLetterRedrivesDeps } from '../../src/dead-letters/dead-letter-redrives'
import { redriveOrderSchema } from '../../src/dead-letters/redrive-order'
import type { RedriveOrder } from '../../src/dead-letters/redrive-order'
import { BrokerStatistics } from '../../src/statistics/broker-statistics'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { MemoryMessageStore } from '../support/memory-message-store'

const BYTES_PER_PUT = 100

interface Put {
  readonly message: MessageToStore
  readonly endOffset: number
}

/** GroupA with its dead letters, and what was redriven. It lives through crashes: `restart` is a new process. */
export class RedriveRoom {
  readonly clock = new FakeClock()
  /** What the disk has. */
  savedText: string | null = null
  saveFailure: Error | null = null
  /** What the next puts get instead of being stored. */
  readonly refusals: PutMessageStatus[] = []
  flushedPhysicalOffset = Number.MAX_SAFE_INTEGER
  redrives: DeadLetterRedrives
  readonly topics: TopicTable
  private puts: Put[] = []
  private readonly config = brokerConfigSchema.parse({ brokerName: 'broker-a' })
  private readonly letters: MemoryMessageStore
  private readonly groups: SubscriptionGroupTable

  /** Without a `file` the disk is `savedText`. */
  constructor(private readonly file: DeadLetterRedrivesDeps['file'] | null = null) {
    const deps = { clock: this.clock, log: silentLog }
    this.letters = new MemoryMessageStore(Buffer.from('7f0000010000a3b7', 'hex'), this.clock)
    this.topics = new TopicTable(this.config, deps)
    this.groups = new SubscriptionGroupTable(this.config, deps)
    this.groups.find('GroupA')
    for (const topicName of ['Orders', '%RETRY%GroupA', '%DLQ%GroupA']) {
      this.topics.put(topicConfigOf({ topicName, readQueueNums: 1, writeQueueNums: 1 }))
    }
    this.redrives = this.restart()
  }

  /** A process that knows what the disk has. Not started. */
  restart(): DeadLetterRedrives {
    const { clock } = this
    this.redrives = new DeadLetterRedrives({
      ...{ clock, log: silentLog, topics: this.topics, groups: this.groups },
      topicFile: { saved: () => Promise.resolve() },
      statistics: new BrokerStatistics('DefaultCluster', { clock }),
      store: this.store(),
      file: this.file ?? this.savedFile(),
    })
    this.redrives.load()
    return this.redrives
  }

  /** A power loss: the log ends where it was flushed to. */
  loseUnflushed(): void {
    this.puts = this.puts.filter(({ endOffset }) => endOffset <= this.flushedPhysicalOffset)
  }

  /** Lays `count` letters there, `body-0` and so on, with these properties. */
  layDown(count: number, properties: Readonly<Record<string, string>> = {}): void {
    const from = this.letters.maxOffset('%DLQ%GroupA', 0)
    for (let index = from; index < from + count; index += 1) {
      const all = {
        RETRY_TOPIC: 'Orders',
        UNIQ_KEY: `ID${index}`,
        DELAY: '0',
        REAL_TOPIC: '%RETRY%GroupA',
        ...properties,
      }
      this.letters.put(
        {
          ...{ topic: '%DLQ%GroupA', queueId: 0, flag: 7, sysFlag: 1, bornTimestamp: 5, reconsumeTimes: 17 },
          bornHost: Buffer.from('7f0000010000d8e6', 'hex'),
          preparedTransactionOffset: 0,
          body: Buffer.from(`body-${index}`),
          properties: encodeProperties(Object.entries(all)),
          tagsCode: 0,
          waitStoreMessageOk: true,
        },
        { onPut: () => undefined },
      )
    }
  }

  order(given: Partial<RedriveOrder> = {}): RedriveOrder {
    return redriveOrderSchema.parse({ group: 'GroupA', rate: 10_000, ...given })
  }

  redriven(): readonly MessageToStore[] {
    return this.puts.map(({ message }) => message)
  }

  bodies(): readonly string[] {
    return this.redriven().map(({ body }) => body.toString())
  }

  properties(): readonly ReadonlyMap<string, string>[] {
    return this.redriven().map(({ properties }) => parseProperties(properties))
  }

  /** Lets the clock go on, and what is asynchronous end, some times. */
  async pass(steps: number, stepMs = 10): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      this.clock.advance(stepMs)
      await new Promise(setImmediate)
    }
  }

  /** Until no redrive is at work. */
  async finish(): Promise<void> {
    for (let step = 0; step < 10_000 && this.isAtWork(); step += 1) await this.pass(1, 100)
    expect(this.isAtWork()).toBe(false)
  }

  private savedFile(): DeadLetterRedrivesDeps['file'] {
    return {
      path: 'deadLetterRedrives.json',
      load: decode => (this.savedText === null ? null : decode(this.savedText)),
      save: encode => {
        if (this.saveFailure !== null) return Promise.reject(this.saveFailure)
        this.savedText = encode()
        return Promise.resolve()
      },
    }
  }

  private isAtWork(): boolean {
    return this.redrives.list(null).some(({ state }) => state === 'RUNNING')
  }

  private store(): DeadLetterRedrivesDeps['store'] {
    const room = this // eslint-disable-line @typescript-eslint/no-this-alias -- for its getters
    return {
      get: (query, listener) => this.letters.get(query, listener),
      put: (message, listener) => this.put(message, listener),
      minOffset: () => 0,
      maxOffset: (topic, queueId) => this.letters.maxOffset(topic, queueId),
      get maxPhysicalOffset() {
        return room.endOffset
      },
      get flushedPhysicalOffset() {
        return Math.min(room.flushedPhysicalOffset, room.endOffset)
      },
    }
  }

  get endOffset(): number {
    return this.puts.at(-1)?.endOffset ?? 0
  }

  private put(message: MessageToStore, listener: PutListener): void {
    const status = this.refusals.shift() ?? 'PUT_OK'
    const physicalOffset = this.endOffset
    if (status === 'PUT_OK') this.puts.push({ message, endOffset: physicalOffset + BYTES_PER_PUT })
    listener.onPut({
      ...{
        status,
        reason: status === 'PUT_OK' ? null : 'the disk is full',
        physicalOffset,
        storedBytes: BYTES_PER_PUT,
      },
      ...{ queueOffset: 0, storeTimestamp: 0, messageCount: 1, physicalOffsets: [] },
    })
  }
}
