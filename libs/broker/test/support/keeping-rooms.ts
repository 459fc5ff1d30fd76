import * as path from 'node:path'
import { silentLog } from '@rocketmq-ts/base'
import type { Component, Disk } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '@rocketmq-ts/config'
import { defaultSubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { createTableKeeper } from '@rocketmq-ts/store'
import type { KeptTable, TableKeeper } from '@rocketmq-ts/store'
import { messageRequestModeFile, MessageRequestModeTable } from '../../src/assignments/message-request-mode-table'
import { brokerConfigSchema } from '../../src/broker-config'
import { ConsumerOffsetFile } from '../../src/consumer-offsets/consumer-offset-file'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { keptOffsets } from '../../src/consumer-offsets/kept-offsets'
import { ConsumerOrderFile } from '../../src/consumer-order/consumer-order-file'
import { ConsumerOrderTable } from '../../src/consumer-order/consumer-order-table'
import { ConsumerFilterFile } from '../../src/filter/consumer-filter-file'
import { ConsumerFilterTable } from '../../src/filter/consumer-filter-table'
import { SqlFilters } from '../../src/filter/sql-filter'
import { parseDelayLevels } from '../../src/schedule/delay-levels'
import { ScheduleMessageService } from '../../src/schedule/schedule-message-service'
import { keptGroups } from '../../src/subscription-groups/kept-groups'
import { subscriptionGroupFile } from '../../src/subscription-groups/subscription-group-file'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { NotKeptError } from '../../src/table-file'
import { TimerMetrics } from '../../src/timer/timer-metrics'
import { keptTopics } from '../../src/topics/kept-topics'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicFile } from '../../src/topics/topic-file'
import { TopicTable } from '../../src/topics/topic-table'
import { TransactionMetrics } from '../../src/transactions/transaction-metrics'
import { RedriveRoom } from '../dead-letters/redrive-room'
import { MemoryMessageStore } from './memory-message-store'

const FOLDER = '/store/config'
const POP_TIME = 1_700_000_000_000
const SECOND_MS = 1000
const DELAY_MS = 20 * SECOND_MS
/** Messages of one delay level, a second apart; more than a test lets become due. */
const DELAYED_COUNT = 8

/** What a process of the broker keeps in a file: read by `start`, written by `stop`. */
export interface KeepingRoom {
  readonly component: Component
  /** What is kept holds this number from now on. */
  readonly put: (number: number) => void
  /** What is kept, in whole. */
  readonly content: () => unknown
}

type CreateRoom = (disk: Disk) => KeepingRoom

/** Every file of tables and counts, by its name. */
export const keepingRooms: Readonly<Record<string, CreateRoom>> = {
  'topics.json': disk => {
    const topics = new TopicTable(brokerConfigSchema.parse({}), deps)
    const component = new TopicFile({ topics, log, keeper: keeperOn(disk, keptTopics(topics)) })
    const put = (number: number): void => {
      topics.put(topicConfigOf({ topicName: 'TopicA', readQueueNums: number, writeQueueNums: number }))
    }
    return { component, put, content: () => topics.content() }
  },
  'subscriptionGroup.json': disk => {
    const groups = new SubscriptionGroupTable(brokerConfigSchema.parse({}), deps)
    const component = subscriptionGroupFile({ groups, log, keeper: keeperOn(disk, keptGroups(groups)) })
    const group = defaultSubscriptionGroupConfig('GroupA')
    const put = (number: number): void => {
      groups.update({ ...group, retryMaxTimes: number }, group)
    }
    return { component, put, content: () => groups.content() }
  },
  'consumerOffset.json': disk => {
    const config = brokerConfigSchema.parse({})
    const offsets = new ConsumerOffsetTable(config, deps)
    const component = new ConsumerOffsetFile(config, { ...deps, offsets, keeper: keeperOn(disk, keptOffsets(offsets)) })
    const put = (offset: number): void => offsets.commit({ group: 'GroupA', topic: 'TopicA', queueId: 0, offset })
    return { component, put, content: () => offsets.query('GroupA', 'TopicA', 0) }
  },
  'consumerOrderInfo.json': disk => {
    const offsets = new ConsumerOffsetTable(brokerConfigSchema.parse({}), deps)
    const orders = new ConsumerOrderTable({ ...deps, offsets, topics, groups })
    const component = new ConsumerOrderFile({ ...deps, orders, file: fileOn(disk, 'consumerOrderInfo.json') })
    const put = (number: number): void => {
      const batch = {
        attemptId: null,
        popTime: POP_TIME + number,
        invisibleTime: 60_000,
        offsets: [number, number + 1],
      }
      orders.popped({ topic: 'TopicA', group: 'GroupA', queueId: 0 }, batch)
    }
    return { component, put, content: () => orders.content() }
  },
  'consumerFilter.json': disk => {
    const limits = { filterDataCountMax: 10 }
    const sqlFilters = new SqlFilters({ selectorCountMax: 10 })
    const filters = new ConsumerFilterTable(brokerConfigSchema.parse({}), { ...deps, limits, sqlFilters })
    const file = fileOn(disk, 'consumerFilter.json')
    const component = new ConsumerFilterFile({ ...deps, consumerFilters: filters, file })
    const put = (number: number): void => {
      const subscription = { topic: 'TopicA', subString: `a > ${number}`, subVersion: number, expressionType: 'SQL92' }
      filters.register('GroupA', [{ ...subscription, tagsSet: [], codeSet: [], classFilterMode: false }])
    }
    return { component, put, content: () => filters.find('GroupA', 'TopicA')?.expression ?? null }
  },
  'messageRequestMode.json': disk => {
    const requestModes = new MessageRequestModeTable()
    const component = messageRequestModeFile({ requestModes, log, file: fileOn(disk, 'messageRequestMode.json') })
    const put = (popShareQueueNum: number): void => {
      requestModes.set('TopicA', 'GroupA', { consumerGroup: 'GroupA', topic: 'TopicA', mode: 'POP', popShareQueueNum })
    }
    return { component, put, content: () => requestModes.content() }
  },
  transactionMetrics: disk => {
    const file = fileOn(disk, 'transactionMetrics')
    const metrics = new TransactionMetrics(brokerConfigSchema.parse({}), { ...deps, store: emptyStore, topics, file })
    return { component: metrics, put: () => metrics.add('TopicA', 1), content: () => metrics.content() }
  },
  timermetrics: disk => {
    const metrics = new TimerMetrics({ ...deps, topics, file: fileOn(disk, 'timermetrics') })
    const start = (): Promise<void> => {
      metrics.load()
      return Promise.resolve()
    }
    const component = { start, stop: () => metrics.save() }
    return { component, put: number => metrics.add('TopicA', number), content: () => metrics.content() }
  },
  'delayOffset.json': disk => {
    const clock = new FakeClock(POP_TIME)
    const delayed = storeWithDelayed(clock)
    const service = new ScheduleMessageService(
      { flushDelayOffsetInterval: 3600 * SECOND_MS, delayOffsetUpdateVersionStep: 1 },
      {
        ...{ clock, log, store: delayed, delayLevels: parseDelayLevels('20s'), statistics: { onPut: () => undefined } },
        file: fileOn(disk, 'delayOffset.json'),
      },
    )
    let dueCount = 0
    const settled = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    }
    const stop = async (): Promise<void> => {
      await settled()
      clock.advance(POP_TIME + DELAY_MS + dueCount * SECOND_MS - 1 - clock.nowMs())
      await settled()
      await service.stop()
    }
    const put = (count: number): void => void (dueCount = count)
    return { component: { start: () => service.start(), stop }, put, content: () => service.content().offsetTable }
  },
  /** The first put begins a redrive, the next one, of a later process, cancels it. */
  'deadLetterRedrives.json': disk => {
    const room = new RedriveRoom(fileOn(disk, 'deadLetterRedrives.json'))
    room.layDown(1)
    let request: Promise<unknown> = Promise.resolve()
    const put = (): void => {
      const [redrive] = room.redrives.list(null)
      const asked = redrive === undefined ? room.redrives.begin(room.order()) : room.redrives.cancel(redrive.id)
      request = asked.catch((error: unknown) => expect(error).toBeInstanceOf(NotKeptError))
    }
    const stop = async (): Promise<void> => {
      await request
      await room.redrives.stop()
    }
    return { component: { start: () => room.redrives.start(), stop }, put, content: () => room.redrives.list(null) }
  },
}

const log = silentLog
const deps = { clock: new FakeClock(POP_TIME), log }
const topics = { find: (topicName: string) => topicConfigOf({ topicName, readQueueNums: 4 }) }
const emptyStore = { maxOffset: () => 0 }
const groups = { find: (name: string) => defaultSubscriptionGroupConfig(name) }

function keeperOn(disk: Disk, table: KeptTable): TableKeeper {
  return createTableKeeper('json', FOLDER, table, { ...deps, disk })
}

function fileOn(disk: Disk, name: string): ConfigFile {
  return new ConfigFile(path.join(FOLDER, name), { disk, log })
}

/** What waits for its delay; the clock goes on. */
function storeWithDelayed(clock: FakeClock): MemoryMessageStore {
  const store = new MemoryMessageStore(Buffer.from('7f0000010000a3b7', 'hex'), clock)
  for (let count = 1; count <= DELAYED_COUNT; count += 1) {
    const message = {
      ...{ topic: 'SCHEDULE_TOPIC_XXXX', queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: 5, reconsumeTimes: 0 },
      ...{ preparedTransactionOffset: 0, tagsCode: DELAY_MS, waitStoreMessageOk: true, body: Buffer.from('b') },
      bornHost: Buffer.from('7f0000010000d8e6', 'hex'),
      properties: Buffer.from('DELAY\x011\x02REAL_TOPIC\x01TopicA\x02REAL_QID\x010\x02'),
    }
    store.put(message, { onPut: () => undefined })
    clock.advance(SECOND_MS)
  }
  return store
}
