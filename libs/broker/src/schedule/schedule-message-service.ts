import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { delayOffsetTableJson } from '@rocketmq-ts/protocol'
import type { DataVersion, DelayOffsetTable } from '@rocketmq-ts/protocol'
import type { MessageArrival, MessageStore } from '@rocketmq-ts/store'
import { firstDataVersion, nextDataVersion } from '../data-version'
import { PropertyScan } from '../messages/property-scan'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { SystemTopic } from '../topics/topic-names'
import { DelayLevelQueue } from './delay-level-queue'
import type { DelayLevels } from './delay-levels'

export interface ScheduleMessageServiceConfig {
  /** Ms between writes of delayOffset.json. */
  readonly flushDelayOffsetInterval: number
  /** Deliveries per step of its version. */
  readonly delayOffsetUpdateVersionStep: number
}

export interface ScheduleMessageServiceDeps {
  readonly store: Pick<MessageStore, 'get' | 'put' | 'onArrival' | 'minOffset' | 'maxOffset' | 'queueIds'>
  readonly delayLevels: DelayLevels
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly clock: Pick<Clock, 'nowMs' | 'after' | 'every' | 'endOfTurn'>
  readonly log: Log
}

/**
 * Delivers the messages of the schedule topic when they are due: one queue for each delay level, whose progress is kept
 * in `delayOffset.json`. What a crash loses of it is delivered again. Source: broker/schedule/ScheduleMessageService.java
 */
export class ScheduleMessageService implements Component {
  private queues: readonly DelayLevelQueue[] = []
  private version: DataVersion
  private deliveredCount = 0
  private savedOffsets = ''
  private timer: Timer | null = null
  private isFollowing = false

  constructor(
    private readonly config: ScheduleMessageServiceConfig,
    private readonly deps: ScheduleMessageServiceDeps,
  ) {
    this.version = firstDataVersion(deps.clock.nowMs())
  }

  /** Goes on where the file says, as far as the queues have that. Throws CorruptDataError. */
  start(): Promise<void> {
    const { file, store, clock } = this.deps
    const content = file.load(text => delayOffsetTableJson.decode(text))
    if (content) this.version = content.dataVersion
    if (!this.isFollowing) store.onArrival(this.onArrival)
    this.isFollowing = true
    this.queues = this.makeQueues()
    this.queues.forEach((queue, queueId) => queue.start(this.startOffset(queueId, content)))
    this.timer = clock.every(this.config.flushDelayOffsetInterval, () => void this.save())
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    if (this.timer === null) return
    this.timer.cancel()
    this.timer = null
    await Promise.all(this.queues.map(queue => queue.stop()))
    await this.save()
  }

  /** What delayOffset.json holds: levels that nothing was sent to are not in it. */
  content(): DelayOffsetTable {
    const offsets = this.queues.map(({ offset }, queueId) => [queueId + 1, offset] as const)
    return { dataVersion: this.version, offsetTable: new Map(offsets.filter(([, offset]) => offset > 0)) }
  }

  /**
   * One for each level, and for each that an earlier `messageDelayLevel` had: what waits there comes with the delay of
   * the highest level, where Java leaves it.
   */
  private makeQueues(): DelayLevelQueue[] {
    const { delayLevels, log, store } = this.deps
    const { levelMax } = delayLevels
    const usedCount = Math.max(0, ...store.queueIds(SystemTopic.SCHEDULE)) + 1
    if (usedCount > levelMax) log.info({ levelMax, usedCount }, 'messageDelayLevel has fewer levels than it had')
    const queueDeps = { ...this.deps, scan: new PropertyScan(), onDelivered: this.onDelivered }
    return Array.from(
      { length: Math.max(levelMax, usedCount) },
      (_, queueId) => new DelayLevelQueue({ queueId, delayMs: delayLevels.delayMs(queueId + 1) }, queueDeps),
    )
  }

  private startOffset(queueId: number, content: DelayOffsetTable | null): number {
    const { store } = this.deps
    const offset = content?.offsetTable.get(queueId + 1) ?? 0
    const minOffset = store.minOffset(SystemTopic.SCHEDULE, queueId)
    const maxOffset = store.maxOffset(SystemTopic.SCHEDULE, queueId)
    const corrected = Math.max(minOffset, Math.min(offset, maxOffset))
    if (content !== null && corrected !== offset) {
      this.deps.log.warn({ queueId, offset, minOffset, maxOffset }, 'progress of a delay level is not in its queue')
    }
    return corrected
  }

  private readonly onArrival = (arrival: MessageArrival): void => {
    if (arrival.topic === SystemTopic.SCHEDULE) this.queues[arrival.queueId]?.arrived(arrival)
  }

  private readonly onDelivered = (topic: string, storedBytes: number): void => {
    this.deps.statistics.onPut(topic, 1, storedBytes)
    this.deliveredCount += 1
    if (this.deliveredCount % this.config.delayOffsetUpdateVersionStep !== 0) return
    this.version = nextDataVersion(this.version, this.deps.clock.nowMs())
  }

  private async save(): Promise<void> {
    const offsets = this.queues.map(({ offset }) => offset).join()
    if (offsets === this.savedOffsets) return
    try {
      await this.deps.file.save(() => delayOffsetTableJson.encode(this.content(), { pretty: true }).toString())
      this.savedOffsets = offsets
    } catch (error) {
      // What is delivered after the last save would be delivered twice; that is no reason to deliver nothing.
      this.deps.log.error({ err: error }, 'progress of delayed messages cannot be saved')
    }
  }
}
