import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { consumerFilterTableJson } from '@rocketmq-ts/protocol'
import type { ConsumerFilterTable } from './consumer-filter-table'

const SAVE_INTERVAL_MS = 10_000

export interface ConsumerFilterFileDeps {
  readonly consumerFilters: Pick<ConsumerFilterTable, 'content' | 'restore' | 'revision'>
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly clock: Pick<Clock, 'every'>
  readonly log: Log
}

/**
 * Keeps the expressions in `consumerFilter.json`: read at the start, written every 10 s if any changed, and at the stop.
 * What a crash loses comes again with the next heartbeats.
 */
export class ConsumerFilterFile implements Component {
  private timer: Timer | null = null
  private savedRevision = 0
  private readonly encode = (): string =>
    consumerFilterTableJson.encode(this.deps.consumerFilters.content(), { pretty: true }).toString()

  constructor(private readonly deps: ConsumerFilterFileDeps) {}

  start(): Promise<void> {
    const { consumerFilters, file, clock } = this.deps
    const content = file.load(text => consumerFilterTableJson.decode(text))
    if (content) consumerFilters.restore(content)
    this.timer = clock.every(SAVE_INTERVAL_MS, () => void this.save())
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.timer?.cancel()
    await this.save()
  }

  private async save(): Promise<void> {
    const { consumerFilters, file, log } = this.deps
    const { revision } = consumerFilters // of what is encoded at the earliest: it may have changed again by then
    if (revision === this.savedRevision) return
    try {
      await file.save(this.encode)
      this.savedRevision = revision
    } catch (err) {
      // Consumers go on; after a restart each is refused until its first heartbeat, as always.
      log.error({ err }, 'consumer filters cannot be written')
    }
  }
}
