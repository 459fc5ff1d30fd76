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
import { keptGroups } from '../../src/subscription-groups/kept-groups'
import { subscriptionGroupFile } from '../../src/subscription-groups/subscription-group-file'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { TimerMetrics } from '../../src/timer/timer-metrics'
import { keptTopics } from '../../src/topics/kept-topics'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicFile } from '../../src/topics/topic-file'
import { TopicTable } from '../../src/topics/topic-table'
import { TransactionMetrics } from '../../src/transactions/transaction-metrics'

const FOLDER = '/store/config'
const POP_TIME = 1_700_000_000_000

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
