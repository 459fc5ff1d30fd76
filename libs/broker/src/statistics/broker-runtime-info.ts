import { MQ_VERSION, versionName } from '@rocketmq-ts/protocol'
import type { Clock, Disk } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { storePaths } from '@rocketmq-ts/store'
import type { MessageStore, StorePathsConfig, StoreStatistics } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { PopReviveService } from '../pop/pop-revive-service'
import type { TimerMessageService } from '../timer/timer-message-service'
import type { BrokerStatistics } from './broker-statistics'
import type { DailyTotals } from './daily-totals'
import type { StoreRates } from './store-rates'

/** Groups whose members subscribe to different things that are named; all are counted. */
const NAMED_GROUP_COUNT_MAX = 20

/** How far the delivery of one delay level is. */
export interface DelayProgress {
  readonly level: number
  readonly delayOffset: number
  readonly maxOffset: number
}

export interface BrokerRuntimeInfoDeps {
  readonly store: Pick<
    MessageStore,
    | 'statistics'
    | 'minPhysicalOffset'
    | 'maxPhysicalOffset'
    | 'flushedPhysicalOffset'
    | 'dispatchBehindBytes'
    | 'earliestCommitLogTimestamp'
    | 'commitLogDiskRatio'
    | 'commitLogDiskRatios'
    | 'consumeQueueDiskRatio'
  >
  readonly rates: Pick<StoreRates, 'putTps' | 'getFoundTps' | 'getMissTps' | 'getTotalTps' | 'getTransferredTps'>
  readonly totals: DailyTotals
  readonly statistics: Pick<BrokerStatistics, 'totals'>
  readonly delays: () => readonly DelayProgress[]
  readonly popRevive: Pick<PopReviveService, 'lag'>
  readonly consumers: Pick<ConsumerTable, 'inconsistentGroups'>
  readonly timer: Pick<TimerMessageService, 'state'>
  readonly disk: Pick<Disk, 'space'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly config: Pick<BrokerConfig, 'startAcceptSendRequestTimeStamp'> & StorePathsConfig
}

/**
 * What brokerStatus, clusterList and dashboards show. Tools parse many of these texts as numbers, so those of services
 * that run without a queue here, or not at all yet, are zeros. Source: broker/processor/AdminBrokerProcessor.java
 */
export async function brokerRuntimeInfo(deps: BrokerRuntimeInfoDeps): Promise<ReadonlyMap<string, string>> {
  const earliest = await deps.store.earliestCommitLogTimestamp()
  return new Map<string, string>([
    ...storeInfo(deps),
    ...deps.delays().map(delayInfo),
    ...reviveInfo(deps),
    ...subscriptionInfo(deps),
    ...totalsInfo(deps),
    ['brokerActive', 'true'],
    ['brokerVersionDesc', versionName(MQ_VERSION)],
    ['earliestMessageTimeStamp', String(earliest ?? -1)],
    ['startAcceptSendRequestTimeStamp', String(deps.config.startAcceptSendRequestTimeStamp)],
    ['commitLogDirCapacity', capacityText(deps)],
    ...queueInfo(),
    ...timerInfo(deps),
  ])
}

type Entry = readonly [string, string]

function storeInfo({ store, rates, clock }: BrokerRuntimeInfoDeps): readonly Entry[] {
  const { statistics } = store
  const averageBytes = statistics.putMessageCount === 0 ? 0 : statistics.putMessageBytes / statistics.putMessageCount
  return [
    ['bootTimestamp', String(statistics.bootTimestamp)],
    ['runtime', runtimeText(clock.nowMs() - statistics.bootTimestamp)],
    ['putMessageEntireTimeMax', String(statistics.putEntireTimeMaxMs)],
    ['putMessageTimesTotal', String(Math.max(1, statistics.putMessageCount))],
    ['putMessageFailedTimes', String(statistics.putFailedCount)],
    ['putMessageSizeTotal', String(statistics.putMessageBytes)],
    ['putMessageAverageSize', String(averageBytes)],
    ['putMessageDistributeTime', distributionText(statistics.putTimes)],
    ['putLatency99', statistics.putTimes.percentileMs(0.99).toFixed(2)],
    ['putLatency999', statistics.putTimes.percentileMs(0.999).toFixed(2)],
    ['dispatchMaxBuffer', '0'],
    ['getMessageEntireTimeMax', String(statistics.getEntireTimeMaxMs)],
    ['putTps', rates.putTps()],
    ['getFoundTps', rates.getFoundTps()],
    ['getMissTps', rates.getMissTps()],
    ['getTotalTps', rates.getTotalTps()],
    ['getTransferredTps', rates.getTransferredTps()],
    ['commitLogDiskRatio', String(store.commitLogDiskRatio())],
    ...[...store.commitLogDiskRatios()].map(ratioInfo),
    ['consumeQueueDiskRatio', String(store.consumeQueueDiskRatio())],
    ['commitLogMinOffset', String(store.minPhysicalOffset)],
    ['commitLogMaxOffset', String(store.maxPhysicalOffset)],
    ['dispatchBehindBytes', String(store.dispatchBehindBytes)],
    ['pageCacheLockTimeMills', '0'],
    ['remainTransientStoreBufferNumbs', '2147483647'],
    ['remainHowManyDataToFlush', byteCountText(store.maxPhysicalOffset - store.flushedPhysicalOffset)],
  ]
}

/** Beyond Java, which has them in its metrics only: whether what was popped and not acknowledged comes again in time. */
function reviveInfo({ popRevive }: BrokerRuntimeInfoDeps): readonly Entry[] {
  const { liveCount, behindMs, behindCount } = popRevive.lag()
  return [
    ['popCheckPointCount', String(liveCount)],
    ['popReviveBehindMillis', String(behindMs)],
    ['popReviveBehindMessages', String(behindCount)],
  ]
}

/** Beyond Java: groups that lose messages, as their members subscribe to different things; the log says to what. */
function subscriptionInfo({ consumers }: BrokerRuntimeInfoDeps): readonly Entry[] {
  const groups = consumers.inconsistentGroups()
  const named = groups.slice(0, NAMED_GROUP_COUNT_MAX)
  return [
    ['inconsistentSubscriptionGroupCount', String(groups.length)],
    ['inconsistentSubscriptionGroups', named.join(',')],
  ]
}

function ratioInfo([folder, ratio]: readonly [string, number]): Entry {
  return [`commitLogDiskRatio_${folder}`, String(ratio)]
}

/** Java's classes: what it calls them, and where they end in ms. */
const distributionClasses: readonly (readonly [string, number])[] = [
  ['<=0ms', 1],
  ['0~10ms', 10],
  ['10~50ms', 50],
  ['50~100ms', 100],
  ['100~200ms', 200],
  ['200~500ms', 500],
  ['500ms~1s', 1000],
  ['1~2s', 2000],
  ['2~3s', 3000],
  ['3~4s', 4000],
  ['4~5s', 5000],
  ['5~10s', 10_000],
  ['10s~', Infinity],
]

/** `[<=0ms]:3 [0~10ms]:2 …`. */
function distributionText(putTimes: StoreStatistics['putTimes']): string {
  let fromMs = 0
  const texts = distributionClasses.map(([name, toMs]) => {
    const text = `[${name}]:${putTimes.countBetween(fromMs, toMs)}`
    fromMs = toMs
    return text
  })
  return texts.join(' ')
}

function delayInfo({ level, delayOffset, maxOffset }: DelayProgress): Entry {
  return [`scheduleMessageOffset_${level}`, `${delayOffset},${maxOffset}`]
}

function totalsInfo({ totals, statistics }: BrokerRuntimeInfoDeps): readonly Entry[] {
  const { putCount, getCount } = statistics.totals
  return [
    ['msgPutTotalYesterdayMorning', String(totals.putYesterdayMorning)],
    ['msgPutTotalTodayMorning', String(totals.putTodayMorning)],
    ['msgPutTotalTodayNow', String(putCount)],
    ['msgGetTotalYesterdayMorning', String(totals.getYesterdayMorning)],
    ['msgGetTotalTodayMorning', String(totals.getTodayMorning)],
    ['msgGetTotalTodayNow', String(getCount)],
  ]
}

/** One thread serves every request as it comes: no queue, nobody waits in one. */
function queueInfo(): readonly Entry[] {
  const pools = ['send', 'pull', 'litePull', 'query', 'ack']
  return [
    ...pools.flatMap((pool): Entry[] => [
      [`${pool}ThreadPoolQueueSize`, '0'],
      [`${pool}ThreadPoolQueueCapacity`, '0'],
      [`${pool}ThreadPoolQueueHeadWaitTimeMills`, '0'],
    ]),
    ['EndTransactionQueueSize', '0'],
    ['EndTransactionThreadPoolQueueCapacity', '0'],
  ]
}

function timerInfo({ timer }: BrokerRuntimeInfoDeps): readonly Entry[] {
  const state = timer.state()
  return [
    ['timerReadBehind', String(Math.floor((state?.readBehindMs ?? 0) / 1000))],
    ['timerOffsetBehind', String(state?.offsetBehind ?? 0)],
    ['timerCongestNum', String(state?.congestCount ?? 0)],
    ['timerEnqueueTps', (state?.enqueueTps ?? 0).toFixed(1)],
    ['timerDequeueTps', (state?.dequeueTps ?? 0).toFixed(1)],
  ]
}

/** `[ 1 days, 2 hours, 3 minutes, 4 seconds ]`. */
function runtimeText(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000)
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds / 3600) % 24
  return `[ ${days} days, ${hours} hours, ${Math.floor(seconds / 60) % 60} minutes, ${seconds % 60} seconds ]`
}

function capacityText({ disk, config }: BrokerRuntimeInfoDeps): string {
  const { totalBytes, availableBytes } = disk.space(storePaths(config).root)
  return `Total : ${byteCountText(totalBytes)}, Free : ${byteCountText(availableBytes)}.`
}

/** `512 B`, `1.5 KiB`, `2.0 GiB`. Source: common/MixAll.java */
function byteCountText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const power = Math.min(6, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(1)} ${' KMGTPE'.charAt(power)}iB`
}
