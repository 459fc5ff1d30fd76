import { RefusedError, StorageError } from '@rocketmq-ts/base'
import type { Component } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { ResponseCode } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { NotKeptError } from '../table-file'
import { deadLetterTopicOf, isDeadLetterTopic, isRetryTopic } from '../topics/topic-names'
import { isSystemTopic } from '../topics/topic-validator'
import { redriveFilterOf } from './redrive-filter'
import { ENDED_REDRIVE_COUNT_MAX, RUNNING_REDRIVE_COUNT_MAX } from './redrive-limits'
import type { RedriveOrder } from './redrive-order'
import { redriveRecordsSchema } from './redrive-record'
import type { RedriveQueue, RedriveRecord } from './redrive-record'
import { RedriveRun } from './redrive-run'
import type { RedriveRunDeps } from './redrive-run'

/** The redrive cannot begin: there are no letters, or another one is at work. */
export class RedriveRefusedError extends RefusedError {
  readonly code = 'RMQ_REDRIVE_REFUSED'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

export interface DeadLetterRedrivesDeps extends Omit<RedriveRunDeps, 'save'> {
  readonly store: RedriveRunDeps['store'] & Pick<MessageStore, 'minOffset' | 'maxOffset' | 'maxPhysicalOffset'>
  readonly groups: Pick<SubscriptionGroupTable, 'findExisting'>
  readonly file: Pick<ConfigFile, 'load' | 'save' | 'path'>
}

/**
 * The redrives of this broker's dead letters: those at work, which go on after a restart where the disk says they were,
 * and those that ended.
 */
export class DeadLetterRedrives implements Component {
  private records: RedriveRecord[] = []
  private readonly runs = new Map<string, RedriveRun>()

  constructor(private readonly deps: DeadLetterRedrivesDeps) {}

  /** Before the store takes messages: what a crash cut off the log is seen by its length. Throws CorruptDataError. */
  load(): void {
    const content = this.deps.file.load(text => redriveRecordsSchema.parse(JSON.parse(text)))
    this.records = content?.redrives ?? []
    for (const record of this.running()) for (const queue of record.queues) this.stepBack(queue)
  }

  /** Goes on with what was at work when the broker stopped. */
  start(): Promise<void> {
    for (const record of this.running()) this.run(record)
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.runs.values()].map(run => run.stop()))
    this.runs.clear()
  }

  /** Oldest first; of one group or, with null, of all. */
  list(group: string | null): readonly RedriveRecord[] {
    return this.records.filter(({ order }) => group === null || order.group === group)
  }

  /** Resolves when the disk knows of it. Rejects with RedriveRefusedError, SelectorError, NotKeptError. */
  async begin(order: RedriveOrder): Promise<RedriveRecord> {
    redriveFilterOf(order)
    this.requireRoom(order)
    const startedMs = this.deps.clock.nowMs()
    const record: RedriveRecord = {
      id: this.nextId(startedMs),
      order,
      state: 'RUNNING',
      ...{ startedMs, changedMs: startedMs },
      queues: this.queuesFor(order),
      ...{ scannedCount: 0, matchedCount: 0, redrivenCount: 0, unroutableCount: 0 },
      failure: null,
      samples: [],
    }
    this.records.push(record)
    this.forgetOldest()
    try {
      await this.save()
    } catch (error) {
      this.records = this.records.filter(other => other !== record)
      throw error
    }
    this.deps.log.info({ redrive: record.id, order }, 'redrive of dead letters begins')
    this.run(record)
    return record
  }

  /** What was redriven stays so. Null if there is no such redrive. Rejects with NotKeptError. */
  async cancel(id: string): Promise<RedriveRecord | null> {
    const record = this.records.find(each => each.id === id)
    if (record === undefined) return null
    await this.runs.get(id)?.stop()
    this.runs.delete(id)
    if (record.state === 'RUNNING') {
      Object.assign(record, { state: 'CANCELLED', changedMs: this.deps.clock.nowMs() })
      this.deps.log.info({ redrive: id, group: record.order.group }, 'redrive of dead letters cancelled')
    }
    await this.save()
    return record
  }

  private run(record: RedriveRecord): void {
    const run = new RedriveRun(record, redriveFilterOf(record.order), { ...this.deps, save: () => this.save() })
    this.runs.set(record.id, run)
    run.start()
  }

  private requireRoom({ group, toTopic }: RedriveOrder): void {
    const running = this.running()
    const other = running.find(({ order }) => order.group === group)
    if (other !== undefined) throw new RedriveRefusedError(`redrive ${other.id} of group ${group} is at work`)
    if (running.length >= RUNNING_REDRIVE_COUNT_MAX) {
      throw new RedriveRefusedError(
        `${running.length} redrives are at work, the most at once: wait for one or cancel it`,
      )
    }
    if (this.deps.groups.findExisting(group) === null) throw new RedriveRefusedError(`there is no group ${group}`)
    if (toTopic === null) return
    if (isSystemTopic(toTopic) || isRetryTopic(toTopic) || isDeadLetterTopic(toTopic)) {
      throw new RedriveRefusedError(`${toTopic} is no topic of a user`)
    }
    if (this.deps.topics.find(toTopic) === null) throw new RedriveRefusedError(`there is no topic ${toTopic} here`)
  }

  private queuesFor({ group, newOnly }: RedriveOrder): RedriveQueue[] {
    const { store, topics } = this.deps
    const topic = deadLetterTopicOf(group)
    const queueCount = topics.find(topic)?.readQueueNums ?? 0
    if (queueCount === 0) throw new RedriveRefusedError(`group ${group} has no dead letters here`)
    const before = newOnly
      ? this.list(group).findLast(({ state, order }) => state === 'DONE' && !order.dryRun)
      : undefined
    return Array.from({ length: queueCount }, (_, queueId) => {
      const seen = before?.queues.find(queue => queue.queueId === queueId)?.endOffset ?? 0
      const endOffset = store.maxOffset(topic, queueId)
      const nextOffset = Math.min(endOffset, Math.max(seen, store.minOffset(topic, queueId)))
      return { queueId, nextOffset, endOffset, storedTo: 0, flushedOffset: nextOffset }
    })
  }

  /** A crash that took messages from the end of the log took what was redriven last: it is redriven again. */
  private stepBack(queue: RedriveQueue): void {
    if (this.deps.store.maxPhysicalOffset >= queue.storedTo) return
    queue.nextOffset = queue.flushedOffset
    queue.storedTo = 0
  }

  private running(): readonly RedriveRecord[] {
    return this.records.filter(({ state }) => state === 'RUNNING')
  }

  private nextId(nowMs: number): string {
    const last = Number(this.records.at(-1)?.id ?? 0)
    return String(Math.max(nowMs, last + 1))
  }

  private forgetOldest(): void {
    const ended = this.records.filter(({ state }) => state !== 'RUNNING')
    const tooOld = new Set(ended.slice(0, Math.max(0, ended.length - ENDED_REDRIVE_COUNT_MAX)))
    this.records = this.records.filter(record => !tooOld.has(record))
    for (const { id } of ended) this.runs.delete(id)
  }

  private async save(): Promise<void> {
    const { file } = this.deps
    try {
      await file.save(() => JSON.stringify({ redrives: this.records }))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      throw new NotKeptError(file.path, error)
    }
  }
}
