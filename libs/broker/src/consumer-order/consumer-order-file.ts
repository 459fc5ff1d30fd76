import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { orderInfoTableJson } from '@rocketmq-ts/protocol'
import type { ConsumerOrderTable } from './consumer-order-table'

const SAVE_INTERVAL_MS = 10_000

export interface ConsumerOrderFileDeps {
  readonly orders: Pick<ConsumerOrderTable, 'content' | 'forgetUnused' | 'restore' | 'revision' | 'stop'>
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly clock: Pick<Clock, 'every'>
  readonly log: Log
}

/**
 * Keeps in `consumerOrderInfo.json` what groups have in their hands that pop in order: read at the start, written every
 * 10 s if anything changed, and at the stop. Of what a crash loses, messages are popped again from the committed offset on.
 */
export class ConsumerOrderFile implements Component {
  private timer: Timer | null = null
  private savedRevision = 0
  private readonly encode = (): string =>
    orderInfoTableJson.encode(this.deps.orders.content(), { pretty: true }).toString()

  constructor(private readonly deps: ConsumerOrderFileDeps) {}

  /** After the offsets, by which it is judged what is acknowledged. */
  start(): Promise<void> {
    const { orders, file, clock } = this.deps
    const content = file.load(text => orderInfoTableJson.decode(text))
    if (content) orders.restore(content)
    this.timer = clock.every(SAVE_INTERVAL_MS, () => void this.save())
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.timer?.cancel()
    this.deps.orders.stop()
    await this.save()
  }

  private async save(): Promise<void> {
    const { orders, file, log } = this.deps
    orders.forgetUnused()
    const { revision } = orders // of what is encoded at the earliest: it may have changed again by then
    if (revision === this.savedRevision) return
    try {
      await file.save(this.encode)
      this.savedRevision = revision
    } catch (err) {
      log.error({ err }, 'what is popped in order cannot be written')
    }
  }
}
