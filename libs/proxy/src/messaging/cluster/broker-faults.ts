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
  private readonly notReached = new Set<string>()

  constructor(
    private readonly config: { readonly sendLatencyEnable: boolean; readonly startDetectorEnable: boolean },
    private readonly deps: BrokerFaultsDeps,
  ) {}

  isAvoided(brokerName: string): boolean {
    if (this.notReached.has(brokerName)) return true
    const untilMs = this.untilMs.get(brokerName)
    if (untilMs === undefined) return false
    if (untilMs > this.deps.clock.monotonicMs()) return true
    this.untilMs.delete(brokerName)
    return false
  }

  /** It answered a send. */
  noteAnswer(brokerName: string, latencyMs: number): void {
    this.notReached.delete(brokerName)
    const step = steps.find(each => latencyMs >= each.latencyMs)
    if (step !== undefined) this.avoid(brokerName, step.avoidedMs)
  }

  /** It did not answer. */
  noteFailure(brokerName: string): void {
    this.avoid(brokerName, AVOIDED_AFTER_FAILURE_MS)
    const { sendLatencyEnable, startDetectorEnable } = this.config
    if (sendLatencyEnable && startDetectorEnable) this.notReached.add(brokerName)
  }

  /** Brokers that are avoided until somebody has reached them. */
  unreachable(): readonly string[] {
    return [...this.notReached]
  }

  /** It is no broker of the cluster any more. */
  forget(brokerName: string): void {
    this.notReached.delete(brokerName)
    this.untilMs.delete(brokerName)
  }

  /** It answers again. */
  noteReachable(brokerName: string): void {
    if (!this.notReached.delete(brokerName)) return
    this.untilMs.delete(brokerName)
    this.deps.log.info({ brokerName }, 'a broker can be reached again')
  }

  private avoid(brokerName: string, avoidedMs: number): void {
    if (!this.config.sendLatencyEnable) return
    const untilMs = this.deps.clock.monotonicMs() + avoidedMs
    if (untilMs <= (this.untilMs.get(brokerName) ?? 0)) return
    if (!this.isAvoided(brokerName)) this.deps.log.warn({ brokerName, avoidedMs }, 'a broker is avoided for a while')
    this.untilMs.set(brokerName, untilMs)
  }
}
