import { TestPopper } from '@rocketmq-ts/testing'
import type { PoppedMessage, TestClient } from '@rocketmq-ts/testing'
import type { CaseResult } from '../report'
import { serverKind } from '../suite'
import type { Implementation, SuiteEnvironment } from '../suite'
import { Attempts } from './attempts'
import type { MovingBroker } from './moving-broker'

/** One implementation has the directory for a while, and is stopped then. */
export interface PopStay {
  readonly by: Implementation
  /** Of this stay's configuration. */
  readonly enablePopBufferMerge?: boolean
}

export interface PopJourneyDeps {
  readonly environment: SuiteEnvironment
  readonly client: TestClient
  readonly broker: MovingBroker
}

const TOPIC = 'PopMoves'
const GROUP = 'PopMover'
const MESSAGE_COUNT = 30
/** What is in consumers' hands when a broker stops is due when the next one has the directory. */
const INVISIBLE_MS = 12_000
const POLL_MS = 1_000
/** Pops in vain until nothing more is expected: what Java's timer still holds comes when Java has the directory again. */
const EMPTY_COUNT_MAX = 6
const LAST_EMPTY_COUNT_MAX = 45

/** Messages that are popped, changed and acknowledged while their directory goes from broker to broker. */
export class PopJourney {
  private readonly popper: TestPopper
  private readonly attempts: Attempts
  private readonly open = new Set<string>()
  private readonly acked = new Set<string>()

  constructor(private readonly deps: PopJourneyDeps) {
    this.attempts = new Attempts(deps.environment)
    this.popper = new TestPopper(deps.client, { broker: deps.broker.address, topic: TOPIC, group: GROUP })
  }

  /** Goes from stay to stay; ends early when a broker does not even start. */
  async run(stays: readonly PopStay[]): Promise<readonly CaseResult[]> {
    for (const [index, stay] of stays.entries()) {
      const title = titleOf(stays, index)
      if (!(await this.attempts.make(`${title}: it starts`, () => this.start(stay)))) break
      const isLast = index === stays.length - 1
      await this.attempts.make(`${title}: what was acknowledged does not come again`, () => this.gather(isLast))
      if (isLast) await this.attempts.make(`${title}: all that was not acknowledged has come`, () => this.missing())
      else await this.attempts.make(`${title}: it gives out messages`, () => this.work(`stay-${index + 1}`))
      await this.deps.broker.stop()
    }
    return this.attempts.results
  }

  private async start({ by, enablePopBufferMerge = false }: PopStay): Promise<readonly string[]> {
    const { broker, client, environment } = this.deps
    await broker.start(serverKind(by, environment), { enablePopBufferMerge })
    await client.createTopic(broker.address, TOPIC, 1)
    return []
  }

  /** Takes what comes, and acknowledges it. */
  private async gather(isLast: boolean): Promise<readonly string[]> {
    const problems: string[] = []
    const emptyCountMax = isLast ? LAST_EMPTY_COUNT_MAX : EMPTY_COUNT_MAX
    for (let emptyCount = 0; emptyCount < emptyCountMax && this.open.size > 0;) {
      const popped = await this.popper.pop({ invisibleMs: 60_000, pollMs: POLL_MS })
      emptyCount = popped.length === 0 ? emptyCount + 1 : 0
      for (const message of popped) {
        if (this.acked.has(message.body)) problems.push(`${message.body} comes again`)
        await this.acknowledge(message)
      }
    }
    const { length } = await this.popper.pop({ invisibleMs: 60_000, pollMs: POLL_MS })
    return length === 0 || this.open.size > 0 ? problems : [...problems, `${length} more than there can be`]
  }

  private missing(): Promise<readonly string[]> {
    return Promise.resolve([...this.open].map(body => `${body} has not come`))
  }

  /** Leaves a third acknowledged, a third with another time, a third as it was popped. */
  private async work(name: string): Promise<readonly string[]> {
    const { client, broker } = this.deps
    for (let number = 0; number < MESSAGE_COUNT; number += 1) {
      const body = `${name}-${number}`
      await client.send(broker.address, { topic: TOPIC, queueId: 0, body })
      this.open.add(body)
    }
    const popped = await this.popper.pop({ invisibleMs: INVISIBLE_MS, pollMs: POLL_MS })
    for (const [index, message] of popped.entries()) {
      if (index % 3 === 0) await this.acknowledge(message)
      if (index % 3 === 1) await this.popper.changeInvisibleTime(message.receipt, INVISIBLE_MS)
    }
    return popped.length >= MESSAGE_COUNT ? [] : [`${popped.length} messages were popped`]
  }

  private async acknowledge({ body, receipt }: PoppedMessage): Promise<void> {
    if (!(await this.popper.ack(receipt))) throw new Error(`${body}: its acknowledgement is refused`)
    this.open.delete(body)
    this.acked.add(body)
  }
}

function titleOf(stays: readonly PopStay[], index: number): string {
  const { by, enablePopBufferMerge } = stays[index] as PopStay
  const name = by === 'java' ? 'Java' : 'ours'
  return `${index + 1}. ${name}${enablePopBufferMerge === true ? ' with enablePopBufferMerge' : ''}`
}
