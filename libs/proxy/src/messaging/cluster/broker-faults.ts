import type { Clock, Log } from '@rocketmq-ts/base'

/** So slow an answer to a send, and so long the broker is avoided. Source: client/latency/MQFaultStrategy.java */
const steps = [
  { latencyMs: 15_000, avoidedMs: 30_000 },
  { latencyMs: 5000, avoidedMs: 10_000 },
  { latencyMs: 3000, avoidedMs: 6000 },
  { latencyMs: 1800, avoidedMs: 5000 },
  { latencyMs: 550, avoidedMs: 2000 },
] as const
/** As if it had taken ten seconds to answer. */
const AVOIDED_AFTER_FAILURE_MS = 10_000

export interface BrokerFaultsDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly log: Log
}

/** Which brokers to avoid for a while: those that were slow, and those that could not be reached. */
export class BrokerFaults {
  private readonly untilMs = new Map<string, number>()

  constructor(
    private readonly config: { readonly sendLatencyEnable: boolean },
    private readonly deps: BrokerFaultsDeps,
  ) {}

  isAvoided(brokerName: string): boolean {
    const untilMs = this.untilMs.get(brokerName)
    if (untilMs === undefined) return false
    if (untilMs > this.deps.clock.monotonicMs()) return true
    this.untilMs.delete(brokerName)
    return false
  }

  /** It answered a send. */
  noteAnswer(brokerName: string, latencyMs: number): void {
    const step = steps.find(each => latencyMs >= each.latencyMs)
    if (step !== undefined) this.avoid(brokerName, step.avoidedMs)
  }

  /** It did not answer. */
  noteFailure(brokerName: string): void {
    this.avoid(brokerName, AVOIDED_AFTER_FAILURE_MS)
  }

  private avoid(brokerName: string, avoidedMs: number): void {
    if (!this.config.sendLatencyEnable) return
    const untilMs = this.deps.clock.monotonicMs() + avoidedMs
    if (untilMs <= (this.untilMs.get(brokerName) ?? 0)) return
    if (!this.isAvoided(brokerName)) this.deps.log.warn({ brokerName, avoidedMs }, 'a broker is avoided for a while')
    this.untilMs.set(brokerName, untilMs)
  }
}
