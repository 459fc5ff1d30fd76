import { RefusedError } from '@rocketmq-ts/base'
import type { Component, Log } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { ResponseCode } from '@rocketmq-ts/protocol'

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
  readonly file: Pick<ConfigFile, 'load' | 'path' | 'save'>
  readonly log: Log
}

/** A table as text, and back. */
export interface KeptTable {
  encode(): string
  /** Adds what `text` holds, before anything was changed here. Throws if it cannot be decoded. */
  restore(text: string): void
}

/** Keeps a table in a file: read at the start, written after every change and at the stop. */
export class TableFile implements Component {
  private changeCount = 0
  /** Changes that the disk has for sure. */
  private savedCount = 0
  private readonly encode = (): string => this.table.encode()

  constructor(
    private readonly table: KeptTable,
    private readonly deps: TableFileDeps,
  ) {}

  /** Throws CorruptDataError. */
  start(): Promise<void> {
    this.deps.file.load(text => this.table.restore(text))
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.saveInBackground()
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
    const { file } = this.deps
    try {
      await file.save(this.encode)
    } catch (error) {
      throw new NotKeptError(file.path, error as Error)
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
