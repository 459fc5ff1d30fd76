import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { consumerOffsetTableJson } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from './consumer-offset-table'

export interface ConsumerOffsetFileDeps {
  readonly offsets: ConsumerOffsetTable
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly clock: Pick<Clock, 'every'>
  readonly log: Log
}

/**
 * Keeps the offsets in `consumerOffset.json`: read at the start, written every `flushConsumerOffsetInterval` if any
 * changed, and at the stop. What a crash loses of them is consumed again.
 */
export class ConsumerOffsetFile implements Component {
  private timer: Timer | null = null
  private savedRevision = -1
  private readonly encode = (): string =>
    consumerOffsetTableJson.encode(this.deps.offsets.content(), { pretty: true }).toString()

  constructor(
    private readonly config: Pick<BrokerConfig, 'flushConsumerOffsetInterval'>,
    private readonly deps: ConsumerOffsetFileDeps,
  ) {}

  start(): Promise<void> {
    const { offsets, file, clock } = this.deps
    const content = file.load(text => consumerOffsetTableJson.decode(text))
    if (content) offsets.restore(content)
    this.timer = clock.every(this.config.flushConsumerOffsetInterval, () => void this.save())
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.timer?.cancel()
    await this.save()
  }

  private async save(): Promise<void> {
    const { offsets, file, log } = this.deps
    const { revision } = offsets // of what is encoded at the earliest: it may have changed again by then
    if (revision === this.savedRevision) return
    try {
      await file.save(this.encode)
      this.savedRevision = revision
    } catch (err) {
      // Consumers go on; after a crash they would consume again what they have consumed since the last save.
      log.error({ err }, 'consumer offsets cannot be written')
    }
  }
}
