import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { EndTransactionHeader } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { PutOutcome } from '../messages/store-calls'
import { HalfChecks } from './half-checks'
import type { HalfChecksDeps } from './half-checks'
import { OpBatchService } from './op-batch-service'
import type { OpBatchConfig, OpBatchServiceDeps } from './op-batch-service'
import { recoverTransactions } from './recover-transactions'
import { ResumeCheck } from './resume-check'
import { TransactionCheckService } from './transaction-check-service'
import { TransactionEnds } from './transaction-ends'
import type { TransactionMetrics } from './transaction-metrics'
import { TransactionProgress } from './transaction-progress'
import type { TransactionProgressDeps } from './transaction-progress'
import { TransactionsBusyError } from './transaction-refusals'
import { TransactionTable } from './transaction-table'

const RETRY_MS = 1_000

type Store = Pick<
  MessageStore,
  | 'flushedPhysicalOffset'
  | 'get'
  | 'maxOffset'
  | 'maxPhysicalOffset'
  | 'minOffset'
  | 'offsetByTime'
  | 'put'
  | 'queryMessages'
  | 'readRecord'
>

export interface TransactionalMessagesDeps
  extends Omit<HalfChecksDeps, 'table'>, Omit<OpBatchServiceDeps, 'clock'>, Pick<TransactionProgressDeps, 'offsets'> {
  readonly config: HalfChecksDeps['config'] & OpBatchConfig & Pick<BrokerConfig, 'transactionCheckInterval'>
  readonly store: Store
  readonly metrics: TransactionMetrics
  readonly clock: Clock
  readonly log: Log
}

/**
 * Transactional messages: what producers send waits on the half topic until they commit it or roll it back, or until
 * they were asked in vain too often. Who ends a transaction waits until the start has found out which are open.
 * Source: broker/transaction/queue/TransactionalMessageServiceImpl.java
 */
export class TransactionalMessages implements Component {
  private readonly table = new TransactionTable()
  private readonly ops: OpBatchService
  private readonly ends: TransactionEnds
  private readonly resumption: ResumeCheck
  private readonly progress: TransactionProgress
  private readonly checks: TransactionCheckService
  private begin: () => void = () => undefined
  /** The newest attempt to recover. */
  private recovery: Promise<void>
  private timer: Timer | null = null
  private isStopped = false

  constructor(private readonly deps: TransactionalMessagesDeps) {
    const { table } = this
    this.ops = new OpBatchService(deps.config, deps)
    const { ops } = this
    this.ends = new TransactionEnds({ ...deps, table, ops })
    this.resumption = new ResumeCheck({ ...deps, table })
    this.progress = new TransactionProgress({ ...deps, ops })
    const { progress } = this
    this.checks = new TransactionCheckService({
      ...deps,
      table,
      progress,
      halfChecks: new HalfChecks({ ...deps, table }),
    })
    this.recovery = new Promise<void>(resolve => (this.begin = resolve)).then(() => this.recover())
  }

  /** Finds out in the background what is open, and then checks. */
  start(): Promise<void> {
    this.begin()
    this.follow()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.timer?.cancel()
    this.begin()
    await this.recovery.catch(() => undefined) // It is in the log.
    await this.checks.stop()
    await this.table.allSettled()
    await this.ops.stop()
    this.progress.stop()
  }

  /** As TransactionEnds has it; TransactionsBusyError while it is not known what is open. */
  async end(header: EndTransactionHeader): Promise<PutOutcome | null> {
    await this.requireRecovered()
    return await this.ends.end(header)
  }

  /** As ResumeCheck has it; TransactionsBusyError while it is not known what is open. */
  async resume(messageId: string): Promise<void> {
    await this.requireRecovered()
    await this.resumption.resume(messageId)
  }

  private async requireRecovered(): Promise<void> {
    if (this.isStopped) throw new TransactionsBusyError('the broker is stopping: ask again when it is back')
    try {
      await this.recovery
    } catch {
      throw new TransactionsBusyError('it is not known yet which transactions are open, the disk failed: try again')
    }
  }

  private async recover(): Promise<void> {
    if (this.isStopped) return
    await recoverTransactions(this.progress.committed(), { ...this.deps, table: this.table, ops: this.ops })
  }

  private follow(): void {
    this.recovery.then(
      () => {
        if (!this.isStopped) void this.checks.start()
      },
      (error: unknown) => {
        if (!(error instanceof StorageError)) throw error
        this.deps.log.error({ err: error }, 'transactions cannot be recovered, it is tried again')
        this.timer = this.deps.clock.after(RETRY_MS, () => {
          this.recovery = this.recover()
          this.follow()
        })
      },
    )
  }
}
