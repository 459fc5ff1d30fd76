import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import type { MessageStore, MessageToStore } from '@rocketmq-ts/store'
import { isImpossible, isStored } from '../messages/put-status'
import { putMessage } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { SampledCounter } from '../statistics/sampled-counter'
import type { TimerRun } from './timer-run'

export interface TimerPutsDeps {
  readonly store: Pick<MessageStore, 'put'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/** Hands messages back to the store. */
export class TimerPuts {
  /** Messages handed on. */
  readonly rate: SampledCounter

  constructor(private readonly deps: TimerPutsDeps) {
    this.rate = new SampledCounter(deps.clock.nowMs())
  }

  /**
   * Puts all messages. What the store does not take is put again until it does; a message that it will never take is
   * dropped, and said. False if the run ended before all were there.
   */
  async putAll(run: TimerRun, messages: readonly MessageToStore[]): Promise<boolean> {
    let waiting = messages
    const done = await run.retry('timed messages wait longer', async () => {
      const failures = await Promise.all(waiting.map(message => this.put(message)))
      waiting = waiting.filter((_, index) => failures[index] !== null)
      const failure = failures.find(reason => reason !== null) ?? null
      if (failure !== null) throw new StorageError(`a timed message was not stored: ${failure}`)
      return true
    })
    return done === true
  }

  /** Why the store did not take the message, and may do so later; null if nothing is left to do. */
  private async put(message: MessageToStore): Promise<string | null> {
    const { status, reason, storedBytes } = await putMessage(this.deps.store, message)
    if (isStored(status)) {
      this.rate.add(1, 1)
      this.deps.statistics.onPut(message.topic, 1, storedBytes)
      return null
    }
    const { topic, addedProperties, ...withoutStamps } = message
    if (status === 'PROPERTIES_SIZE_EXCEEDED' && addedProperties !== undefined) {
      return this.put({ topic, ...withoutStamps })
    }
    if (!isImpossible(status)) return reason ?? status
    this.deps.log.error({ topic, status, reason }, 'a timed message is dropped: the store will never take it')
    return null
  }
}
