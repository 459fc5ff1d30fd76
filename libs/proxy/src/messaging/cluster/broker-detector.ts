import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import { BrokerNotFoundError } from '../refusals'
import type { BrokerFaults } from './broker-faults'

export interface BrokerDetectorConfig {
  readonly startDetectorEnable: boolean
  readonly detectInterval: number
  readonly detectTimeout: number
}

export interface BrokerDetectorDeps {
  readonly faults: Pick<BrokerFaults, 'forget' | 'noteReachable' | 'unreachable'>
  /** Rejects when the broker does not answer in time. */
  readonly ask: (brokerName: string, timeoutMs: number) => Promise<unknown>
  readonly clock: Pick<Clock, 'every'>
}

/** Asks brokers that could not be reached until they answer: only then are they used again. Source: client/latency/LatencyFaultToleranceImpl.java */
export class BrokerDetector implements Component {
  private timer: Timer | null = null
  private readonly asked = new Set<string>()

  constructor(
    private readonly config: BrokerDetectorConfig,
    private readonly deps: BrokerDetectorDeps,
  ) {}

  start(): Promise<void> {
    const { startDetectorEnable, detectInterval } = this.config
    if (startDetectorEnable) this.timer = this.deps.clock.every(detectInterval, () => this.askAll())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.timer?.cancel()
    return Promise.resolve()
  }

  private askAll(): void {
    for (const brokerName of this.deps.faults.unreachable()) if (!this.asked.has(brokerName)) void this.ask(brokerName)
  }

  private async ask(brokerName: string): Promise<void> {
    this.asked.add(brokerName)
    try {
      await this.deps.ask(brokerName, this.config.detectTimeout)
      this.deps.faults.noteReachable(brokerName)
    } catch (error) {
      if (error instanceof BrokerNotFoundError) this.deps.faults.forget(brokerName)
      else if (!(error instanceof RocketmqError)) throw error // it is asked again
    } finally {
      this.asked.delete(brokerName)
    }
  }
}
