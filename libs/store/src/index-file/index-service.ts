import { StorageError, delay } from '@rocketmq-ts/base'
import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import type { MessageStoreConfig } from '../message-store-config'
import type { IndexFiles, IndexLoad } from './index-files'
import type { IndexQuery, IndexVisitor } from './index-file'
import type { IndexFollower } from './index-follower'

/** How long the event loop is held up at a stretch. */
const STRETCH_MS = 2
/** What a start indexes before the store serves; of more, the rest comes while it does. */
const START_BYTES_MAX = 64 * 1024 ** 2
/** Catching up rests so many times as long as it works: what is being sent and pulled comes first. */
const REST_SHARE = 3
const RETRY_PERIOD_MS = 10_000

/** The index is being made again. */
export class IndexUnavailableError extends StorageError {
  override readonly code = 'RMQ_INDEX_UNAVAILABLE'

  constructor() {
    super('messages cannot be found by key now: the index failed and is made again as soon as the disk works')
  }
}

export interface IndexServiceDeps {
  readonly clock: Clock
  readonly log: Log
  readonly files: IndexFiles
  readonly follower: IndexFollower
  /** False if the CommitLog has something else there than the beginning of a record. */
  readonly mayBeRecord: (physicalOffset: number) => Promise<boolean>
  /** Up to where the CommitLog is published. */
  readonly logEndOffset: () => number
}

type ServiceConfig = Pick<
  MessageStoreConfig,
  'messageIndexEnable' | 'indexFileWriteEnable' | 'flushIntervalConsumeQueue'
>

/**
 * Keeps the index in step with the CommitLog. Puts never wait for it and never fail with it: it follows what is published,
 * and when its disk fails it begins again from what is there.
 */
export class IndexService {
  private state: 'closed' | 'follows' | 'failed' = 'closed'
  private isStopping = false
  private isScheduled = false
  private catchingUp: Promise<void> | null = null
  private reopening: Promise<void> | null = null
  private timer: Timer | null = null
  private retry: Timer | null = null
  private readonly run = (): void => this.follow()

  constructor(
    private readonly config: ServiceConfig,
    private readonly deps: IndexServiceDeps,
  ) {}

  /**
   * Opens the index and brings it in step with the log, if that is not far. A disk that fails does not keep a store from
   * opening.
   */
  async open(how: IndexLoad): Promise<void> {
    try {
      await this.begin(how)
      if (this.deps.follower.behindBytes <= START_BYTES_MAX) await this.catchUp(0)
    } catch (error) {
      this.fail(error)
    }
  }

  start(): void {
    this.timer = this.deps.clock.every(this.config.flushIntervalConsumeQueue, () => {
      this.follow()
      if (this.state === 'follows') this.orFail(() => this.deps.files.writeOut())
    })
    this.wake()
  }

  /** Resolves to true if everything is on the disk as it should be, to false if the next start has to look after it. */
  async stop(): Promise<boolean> {
    this.isStopping = true
    this.timer?.cancel()
    this.retry?.cancel()
    await this.catchingUp
    await this.reopening
    if (this.state === 'follows') await this.close().catch((error: unknown) => this.fail(error))
    return this.state !== 'failed'
  }

  /** Records were published. */
  wake(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    this.deps.clock.endOfTurn(this.run)
  }

  /** Shows the records whose key has the hash, the newest first. Rejects with StorageError. */
  async select(query: IndexQuery, visitor: IndexVisitor): Promise<void> {
    this.follow()
    if (this.state === 'failed') throw new IndexUnavailableError()
    await this.deps.files.select(query, visitor)
  }

  /** Of the last record that is indexed; zeros if there is none. */
  get lastUpdate(): { readonly timestamp: number; readonly physicalOffset: number } {
    const header = this.deps.files.newest?.header
    return { timestamp: header?.endTimestamp ?? 0, physicalOffset: header?.endPhysicalOffset ?? 0 }
  }

  /** Removes the files that only point before `minPhysicalOffset`, where the CommitLog begins. The newest file stays. */
  deleteExpired(minPhysicalOffset: number): void {
    if (this.state === 'follows') this.orFail(() => this.deps.files.deleteExpired(minPhysicalOffset))
  }

  /** The disk failed: what is in memory is given up, and the index begins again from what the disk has, some time later. */
  fail(error: unknown): void {
    if (!(error instanceof StorageError)) throw error
    if (this.state === 'failed') return
    this.deps.log.error(
      { err: error },
      'the index failed: messages are stored and served, but not found by key until it is back',
    )
    this.state = 'failed'
    this.deps.files.abandon()
    this.retryLater()
  }

  private get isEnabled(): boolean {
    return this.config.messageIndexEnable && this.config.indexFileWriteEnable
  }

  private async begin(how: IndexLoad): Promise<void> {
    const { files, follower, mayBeRecord } = this.deps
    await files.load(how)
    let last = await files.lastRecord()
    while (last !== null && !(await mayBeRecord(last.physicalOffset))) {
      await files.removeNewest(how.logEndOffset)
      last = await files.lastRecord()
    }
    follower.beginAt(last)
    this.state = 'follows'
  }

  private async close(): Promise<void> {
    if (this.isEnabled) this.deps.follower.followInMemory(Infinity)
    await this.deps.files.close()
  }

  private retryLater(): void {
    if (this.isStopping) return
    this.retry = this.deps.clock.after(RETRY_PERIOD_MS, () => {
      this.reopening = this.reopen()
    })
  }

  private async reopen(): Promise<void> {
    const { log, logEndOffset } = this.deps
    try {
      await this.begin({ wasStopped: false, logEndOffset: logEndOffset() })
      log.info({}, 'the index is back')
      this.wake()
    } catch (err) {
      if (!(err instanceof StorageError)) throw err
      log.debug({ err }, 'the disk of the index still fails')
      this.retryLater()
    }
  }

  private follow(): void {
    this.isScheduled = false
    const { follower } = this.deps
    if (this.state !== 'follows' || !this.isEnabled || this.isStopping || this.catchingUp !== null) return
    const hasFailed = !this.orFail(() => follower.followInMemory(STRETCH_MS))
    if (hasFailed || follower.behindBytes === 0) return
    if (follower.isInMemory) this.wake()
    else this.catchUpLater()
  }

  private catchUpLater(): void {
    this.catchingUp = this.catchUp(REST_SHARE)
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.catchingUp = null
        this.wake()
      })
  }

  /** Indexes what the newest part of the log in memory does not have; rests `restShare` times as long as it works. */
  private async catchUp(restShare: number): Promise<void> {
    const { clock, follower, log } = this.deps
    const { behindBytes } = follower
    if (!this.mustCatchUp()) return
    log.info({ behindBytes }, 'the index catches up with the CommitLog')
    while (this.mustCatchUp()) {
      const startMs = clock.monotonicMs()
      await follower.followOnDisk()
      const restMs = (clock.monotonicMs() - startMs) * restShare
      if (restMs > 0) await delay(clock, restMs)
    }
    follower.rest()
    log.info({ behindBytes: follower.behindBytes }, 'the index has caught up')
  }

  private mustCatchUp(): boolean {
    const { follower } = this.deps
    return this.isEnabled && !this.isStopping && follower.behindBytes > 0 && !follower.isInMemory
  }

  /** False if the disk failed. */
  private orFail(action: () => void): boolean {
    try {
      action()
      return true
    } catch (error) {
      this.fail(error)
      return false
    }
  }
}
