import { RefusedError } from '@rocketmq-ts/base'
import type { Component, Log } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import type { TableKeeper } from '@rocketmq-ts/store'

/** What was changed is in force, but the disk does not have it. */
export class NotKeptError extends RefusedError {
  readonly code = 'RMQ_NOT_KEPT'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(path: string, cause: Error) {
    super(
      `not kept, a restart would forget it: ${cause.message}. Mend what keeps ${path} from being written, ask again`,
      {
        cause,
      },
    )
  }
}

export interface TableFileDeps {
  readonly keeper: TableKeeper
  readonly log: Log
}

/** Has a table kept: read at the start, saved after every change and at the stop. */
export class TableFile implements Component {
  private changeCount = 0
  /** Changes that the disk has for sure. */
  private savedCount = 0

  constructor(private readonly deps: TableFileDeps) {}

  /** Rejects with CorruptDataError, StorageError. */
  async start(): Promise<void> {
    await this.deps.keeper.load()
  }

  async stop(): Promise<void> {
    await this.saveInBackground()
    await this.close()
  }

  /** Never rejects. Nothing is saved: for a start that failed. */
  async close(): Promise<void> {
    try {
      await this.deps.keeper.close()
    } catch (err) {
      this.deps.log.error({ err }, 'table cannot be closed')
    }
  }

  /** To be called after every change: begins to save. */
  changed(): void {
    this.changeCount += 1
    void this.saveInBackground()
  }

  /** Resolves when the disk has every change made so far; after a failure it tries again. Rejects with NotKeptError. */
  async saved(): Promise<void> {
    if (this.savedCount < this.changeCount) await this.save()
  }

  private async save(): Promise<void> {
    const { changeCount } = this
    const { keeper } = this.deps
    try {
      await keeper.save()
    } catch (error) {
      throw new NotKeptError(keeper.path, error as Error)
    }
    this.savedCount = Math.max(this.savedCount, changeCount)
  }

  /** Never rejects: what fails is logged, and no reason to stop serving, or not to stop. */
  private async saveInBackground(): Promise<void> {
    try {
      await this.save()
    } catch (err) {
      this.deps.log.error({ err }, 'table cannot be written')
    }
  }
}
