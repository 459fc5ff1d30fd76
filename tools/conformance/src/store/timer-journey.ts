import { readdirSync } from 'node:fs'
import * as path from 'node:path'
import { ResponseCode } from '@rocketmq-ts/protocol'
import { systemClock } from '@rocketmq-ts/base'
import type { TestClient } from '@rocketmq-ts/testing'
import type { CaseResult } from '../report'
import { serverKind } from '../suite'
import type { Implementation, SuiteEnvironment } from '../suite'
import { Attempts } from './attempts'
import { eventually } from './eventually'
import type { MovingBroker } from './moving-broker'

/** One implementation has the directory for a while. */
export interface TimerStay {
  readonly by: Implementation
  readonly end: 'stop' | 'kill'
  /** Java's snapshots of its wheel are there afterwards, or are not; null where nobody asks. */
  readonly leavesSnapshots: boolean | null
}

export interface TimerJourneyDeps {
  readonly environment: SuiteEnvironment
  readonly client: TestClient
  readonly broker: MovingBroker
}

interface Timed {
  readonly dueMs: number
  /** In which stay it was sent. */
  readonly stay: number
}

const TOPIC = 'TimerMoves'
const MESSAGE_COUNT = 40
/** From the sending on: in the same stay, while nobody has the directory, in the next stay, and later. */
const DELAYS_MS = [1_500, 5_000, 14_000, 40_000]

/** Messages for later times, which become due in this stay or that while their directory goes from broker to broker. */
export class TimerJourney {
  private readonly attempts: Attempts
  private readonly sent = new Map<string, Timed>()
  /** The last stay that was killed; -1 for none. What was sent until then may come twice. */
  private killedStay = -1

  constructor(private readonly deps: TimerJourneyDeps) {
    this.attempts = new Attempts(deps.environment)
  }

  /** Goes from stay to stay; ends early when a broker does not even start. */
  async run(stays: readonly TimerStay[]): Promise<readonly CaseResult[]> {
    for (const [index, stay] of stays.entries()) {
      const title = `${index + 1}. ${stay.by === 'java' ? 'Java' : 'ours'}`
      if (!(await this.attempts.make(`${title}: it starts`, () => this.start(stay)))) break
      const isLast = index === stays.length - 1
      if (!isLast) await this.attempts.make(`${title}: it takes messages for later times`, () => this.send(index))
      await this.attempts.make(`${title}: what is due has come, and nothing before its time`, () => this.check(isLast))
      if (stay.end === 'kill') this.killedStay = index
      await (stay.end === 'kill' ? this.deps.broker.kill() : this.deps.broker.stop())
      const { leavesSnapshots } = stay
      if (leavesSnapshots === null) continue
      await this.attempts.make(
        `${title}: it leaves ${leavesSnapshots ? 'snapshots' : 'no snapshot'} of the wheel`,
        () => Promise.resolve(this.hasSnapshots() === leavesSnapshots ? [] : ['it is the other way round']),
      )
    }
    return this.attempts.results
  }

  private async start({ by }: TimerStay): Promise<readonly string[]> {
    const { broker, client, environment } = this.deps
    await broker.start(serverKind(by, environment))
    await client.createTopic(broker.address, TOPIC, 1)
    return []
  }

  private hasSnapshots(): boolean {
    return readdirSync(path.join(this.deps.broker.home, 'store')).some(name => /^timerwheel\.\d+$/.test(name))
  }

  private async send(stay: number): Promise<readonly string[]> {
    const { client, broker } = this.deps
    for (let number = 0; number < MESSAGE_COUNT; number += 1) {
      const body = `stay-${stay + 1}-${number}`
      const dueMs = systemClock.nowMs() + (DELAYS_MS[number % DELAYS_MS.length] as number)
      const properties = { UNIQ_KEY: body, TIMER_DELIVER_MS: String(dueMs) }
      const { code, remark } = await client.send(broker.address, { topic: TOPIC, queueId: 0, body, properties })
      if (code !== ResponseCode.SUCCESS) return [`${body} is refused: ${code} ${remark}`]
      this.sent.set(body, { dueMs, stay })
    }
    return []
  }

  /** Waits for what is due by now, or soon; in the last stay for all. */
  private async check(isLast: boolean): Promise<readonly string[]> {
    const untilMs = isLast ? Infinity : systemClock.nowMs() + (DELAYS_MS[0] as number)
    const due = [...this.sent].filter(([, { dueMs }]) => dueMs <= untilMs).map(([body]) => body)
    const hasCome = async (): Promise<boolean> => {
      const came = await this.cameTimes()
      return due.every(body => came.has(body))
    }
    // The last ones are due some time after the patience of one wait.
    if (!(await eventually(hasCome)) && isLast) await eventually(hasCome)
    const came = await this.cameTimes()
    const missing = due.filter(body => !came.has(body)).map(body => `${body} has not come`)
    return [...missing, ...[...came].flatMap(([body, times]) => this.problemsOf(body, times))]
  }

  private problemsOf(body: string, times: readonly number[]): readonly string[] {
    const timed = this.sent.get(body)
    if (timed === undefined) return [`${body} was never sent`]
    const early = times.filter(ms => ms < timed.dueMs).map(ms => `${body} comes ${timed.dueMs - ms} ms too early`)
    const comesTwice = times.length > 1 && timed.stay > this.killedStay
    return comesTwice ? [...early, `${body} comes ${times.length} times`] : early
  }

  /** When each message came, by the store. */
  private async cameTimes(): Promise<ReadonlyMap<string, readonly number[]>> {
    const { client, broker } = this.deps
    const came = new Map<string, readonly number[]>()
    for (const { body, storeTimestamp } of await client.pullAll(broker.address, TOPIC, 0)) {
      came.set(body.toString(), [...(came.get(body.toString()) ?? []), storeTimestamp])
    }
    return came
  }
}
