import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '@rocketmq-ts/config'
import { loggingConfigSchema, metricsConfigSchema } from '@rocketmq-ts/observability'
import { encodeProperties, parseProperties } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import { remotingConfigSchema } from '@rocketmq-ts/remoting'
import { createFileMessageStore, messageStoreConfigSchema } from '@rocketmq-ts/store'
import type { MessageStore, MessageToStore } from '@rocketmq-ts/store'
import { brokerConfigSchema } from '../../src/broker-config'
import { getMessages, messagesIn, putMessage } from '../../src/messages/store-calls'
import type { PutOutcome } from '../../src/messages/store-calls'
import { TimerMessageService } from '../../src/timer/timer-message-service'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'

export const TIMER = 'rmq_sys_wheel_timer'
const STORE_HOST = Buffer.from('7f0000010000a3b7', 'hex')
const PRODUCER_HOST = Buffer.from('7f0000010000d8e6', 'hex')
const PRECISION_MS = 1_000

export interface TimedWish {
  readonly topic?: string
  readonly properties?: Readonly<Record<string, string>>
}

/** One process after the other on one disk, each with a store and its timer; time is the test's. */
export class TimerRoom {
  /** Begins with a second, so that whole seconds are slots. */
  readonly clock = new FakeClock(1_700_000_000_000)
  readonly disk = new FaultyDisk()
  readonly said: string[] = []
  readonly config = {
    ...messageStoreConfigSchema.parse({ storePathRootDir: '/store' }),
    ...remotingConfigSchema.parse({}),
    ...loggingConfigSchema.parse({}),
    ...metricsConfigSchema.parse({}),
    ...brokerConfigSchema.parse({ brokerName: 'broker-a' }),
    ...{ mappedFileSizeCommitLog: 256 * 1024, mappedFileSizeConsumeQueue: 20 * 1000, messageIndexEnable: false },
    mappedFileSizeTimerLog: 4096,
  }
  store!: MessageStore
  timer!: TimerMessageService
  private sentCount = 0

  /** A process begins. */
  async start(): Promise<void> {
    const { clock, config } = this
    const log = { ...silentLog, error: (_values: unknown, text: string) => void this.said.push(text) }
    const deps = { clock, disk: this.disk.process(), log: { ...log, child: () => log } as typeof silentLog }
    this.store = createFileMessageStore(config, { ...deps, storeHost: STORE_HOST, delayMsOfLevel: () => 0 })
    const topics = new TopicTable(config, deps)
    for (const topicName of ['GA', 'GB']) topics.put(topicConfigOf({ topicName }))
    this.timer = new TimerMessageService(config, {
      ...{ ...deps, store: this.store, topics },
      statistics: { onPut: () => undefined },
      file: new ConfigFile('/store/config/timermetrics', deps),
    })
    await this.store.start()
    await this.timer.start()
    await this.settle()
  }

  async stop(): Promise<void> {
    await this.timer.stop()
    await this.store.stop()
  }

  async killAndStart(): Promise<void> {
    this.disk.kill()
    this.endRun()
    await this.settle()
    await this.start()
  }

  async stopAndStart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** The process is dead: what it waited for does not come. */
  endRun(): void {
    void this.timer.stop()
  }

  /** All that promises, turns and the disk do without the clock. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }

  /** Time passes, a step of the wheel at a time. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= PRECISION_MS) {
      this.clock.advance(Math.min(left, PRECISION_MS))
      await this.settle()
    }
  }

  /** A message that is to wait for `delayMs`, as the send path stores it. */
  async send(body: string, delayMs: number, { topic = 'GA', properties = {} }: TimedWish = {}): Promise<PutOutcome> {
    this.sentCount += 1
    const deliverMs = this.clock.nowMs() + delayMs
    const outMs = Math.ceil(deliverMs / PRECISION_MS) * PRECISION_MS - PRECISION_MS
    const put = await this.put(
      { topic: TIMER, body: Buffer.from(body) },
      {
        ...{ UNIQ_KEY: `KEY-${body}`, TAGS: 'TagA', TIMER_DELIVER_MS: String(deliverMs) },
        ...{ TIMER_OUT_MS: String(outMs), REAL_TOPIC: topic, REAL_QID: '1', ...properties },
      },
    )
    await this.settle()
    return put
  }

  /** Takes back a message that was sent with the same delay at the same time. */
  recall(body: string, delayMs: number, key = `KEY-${body}`): Promise<PutOutcome> {
    return this.send(`recall ${body}`, delayMs, { properties: { TIMER_DEL_UNIQKEY: key, UNIQ_KEY: `KEY-${body}` } })
  }

  put(
    message: Pick<MessageToStore, 'topic' | 'body'> & Partial<MessageToStore>,
    properties: Readonly<Record<string, string>>,
  ): Promise<PutOutcome> {
    return putMessage(this.store, {
      ...{ queueId: 0, flag: 7, sysFlag: 0, bornTimestamp: 5, bornHost: PRODUCER_HOST },
      ...{ reconsumeTimes: 2, preparedTransactionOffset: 0, tagsCode: 0, waitStoreMessageOk: true },
      properties: encodeProperties(Object.entries(properties)),
      ...message,
    })
  }

  async messages(topic = 'GA', queueId = 1): Promise<StoredMessage[]> {
    const messages: StoredMessage[] = []
    for (let queueOffset = 0; queueOffset < this.store.maxOffset(topic, queueId);) {
      const query = { topic, queueId, queueOffset, messageCountMax: 32, bytesMax: null, filter: null }
      const result = await getMessages(this.store, query)
      for (const message of messagesIn(result)) {
        const { body, properties } = message
        messages.push({ ...message, body: Buffer.from(body), properties: Buffer.from(properties) })
      }
      queueOffset = result.nextBeginOffset
      result.release()
    }
    return messages
  }

  async bodies(topic = 'GA'): Promise<string[]> {
    return (await this.messages(topic)).map(({ body }) => body.toString())
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.timer.metrics.content().timingCount].map(([topic, { count }]) => [topic, count]))
  }
}

export function propertiesOf({ properties }: Pick<StoredMessage, 'properties'>): Record<string, string> {
  return Object.fromEntries(parseProperties(properties))
}
