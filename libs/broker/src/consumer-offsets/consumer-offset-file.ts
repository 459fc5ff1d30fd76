import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { TableKeeper } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from './consumer-offset-table'

export interface ConsumerOffsetFileDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'revision'>
  readonly keeper: TableKeeper
  readonly clock: Pick<Clock, 'every'>
  readonly log: Log
}

/**
 * Has the offsets kept: read at the start, saved every `flushConsumerOffsetInterval` if any changed, and at the stop.
 * What a crash loses of them is consumed again.
 */
export class ConsumerOffsetFile implements Component {
  private timer: Timer | null = null
  private savedRevision = -1

  constructor(
    private readonly config: Pick<BrokerConfig, 'flushConsumerOffsetInterval'>,
    private readonly deps: ConsumerOffsetFileDeps,
  ) {}

  /** Rejects with CorruptDataError, StorageError. */
  async start(): Promise<void> {
    const { keeper, clock } = this.deps
    await keeper.load()
    this.timer = clock.every(this.config.flushConsumerOffsetInterval, () => void this.save())
  }

  async stop(): Promise<void> {
    this.timer?.cancel()
    await this.save()
    try {
      await this.deps.keeper.close()
    } catch (err) {
      this.deps.log.error({ err }, 'consumer offsets cannot be closed')
    }
  }

  private async save(): Promise<void> {
    const { offsets, keeper, log } = this.deps
    const { revision } = offsets // of what is saved at the earliest: it may have changed again by then
    if (revision === this.savedRevision) return
    try {
      await keeper.save()
      this.savedRevision = revision
    } catch (err) {
      // Consumers go on; after a crash they would consume again what they have consumed since the last save.
      log.error({ err }, 'consumer offsets cannot be written')
    }
  }
}
