import { Random, queueProblems, sendUntilCut } from '@rocketmq-ts/testing'
import type { AcknowledgedMessage, TestClient } from '@rocketmq-ts/testing'
import type { CaseResult } from '../report'
import { serverKind } from '../suite'
import type { Implementation, SuiteEnvironment } from '../suite'
import { Attempts } from './attempts'
import { BrokerQuestions } from './broker-questions'
import { CommittedOffsets } from './committed-offsets'
import { eventually } from './eventually'
import { JavaStoreLog } from './java-store-log'
import type { MovingBroker } from './moving-broker'
import { differences, recordCount, takeSnapshot, wrongById, wrongByTime } from './store-snapshot'
import type { StoreSnapshot } from './store-snapshot'
import { WRITER_TOPICS, WRITER_TOPIC_ATTRIBUTES } from './store-writer'
import type { RecordKind, StoreWriter } from './store-writer'
import { wrongByKey } from './wrong-by-key'

/** One implementation has the directory for a while. */
export interface Stay {
  readonly by: Implementation
  readonly end: 'stops' | 'is killed'
  /** Which engine keeps the queues; Java's own has no other name here. */
  readonly storeType?: 'kv'
  /** It does not start, and leaves everything as it is. */
  readonly isRefused?: boolean
}

export interface JourneyDeps {
  readonly environment: SuiteEnvironment
  readonly client: TestClient
  readonly broker: MovingBroker
  readonly writer: StoreWriter
}

const KINDS: readonly RecordKind[] = [
  ...(['tags and keys', 'batches', 'inner batches', 'compressed', 'large', 'sent back', 'transactions'] as const),
]
/** Those that ours has taken are what the suite `timer-store` is about. */
const JAVA_KINDS: readonly RecordKind[] = ['timed']
const DELAY_TOPIC = 'StoreDelay'
const LOAD_TOPIC = 'StoreLoad'
const LOAD_QUEUE_COUNT = 3
const IPV6_TOPIC = 'StoreIpv6'
/** Acknowledgements under load after which a broker is killed. */
const KILL_AT_COUNT = 600

/** The way of one data directory from broker to broker, and what must be true at each stop. */
export class StoreJourney {
  private readonly attempts: Attempts
  private readonly questions: BrokerQuestions
  private readonly storeLog: JavaStoreLog
  private readonly offsets: CommittedOffsets
  private readonly random = new Random(1)
  private readonly acknowledged: AcknowledgedMessage[] = []
  private readonly delayedBodies: string[] = []
  private snapshot: StoreSnapshot = new Map()
  private mayForgetKeys = false

  constructor(private readonly deps: JourneyDeps) {
    const { client, broker, environment } = deps
    this.attempts = new Attempts(environment)
    this.questions = new BrokerQuestions(client, broker.address)
    this.storeLog = new JavaStoreLog(broker.home)
    this.offsets = new CommittedOffsets(client, broker)
  }

  /** Goes from stay to stay; ends early when a broker does not even start. */
  async run(stays: readonly Stay[]): Promise<readonly CaseResult[]> {
    for (const [index, stay] of stays.entries()) {
      if (stay.isRefused === true) {
        await this.attempts.make(`${titleOf(stays, index)}: it does not start`, () => this.expectRefusal(stay))
        continue
      }
      const isOpen = await this.attempts.make(`${titleOf(stays, index)}: it starts`, () => this.open(stay))
      if (!isOpen) break
      // After a crash Java drops the newest index file, and indexes again only what its queues may lack.
      if (this.isJava(stay) && stays[index - 1]?.end === 'is killed') this.mayForgetKeys = true
      if (index > 0) await this.checkWhatIsLeft(titleOf(stays, index))
      const round = `round-${index + 1}`
      if (!(await this.attempts.make(`${titleOf(stays, index)}: it goes on writing`, () => this.write(round, stay))))
        break
      await this.attempts.make(`${titleOf(stays, index)}: it ${stay.end}`, () => this.end(round, stay))
      const complaints = this.isJava(stay) ? this.storeLog.newComplaints() : []
      if (this.isJava(stay) && index > 0) {
        await this.attempts.make(`${titleOf(stays, index)}: its store has nothing to complain of`, () =>
          Promise.resolve(complaints),
        )
      }
    }
    return this.attempts.results
  }

  private async checkWhatIsLeft(title: string): Promise<void> {
    const { snapshot, questions, mayForgetKeys } = this
    await this.attempts.make(`${title}: every record by pull, byte for byte`, async () =>
      differences(snapshot, await takeSnapshot(questions)),
    )
    await this.attempts.make(`${title}: every record by id`, () => wrongById(snapshot, questions))
    await this.attempts.make(`${title}: records by key`, () => wrongByKey(snapshot, questions, { mayForgetKeys }))
    await this.attempts.make(`${title}: records by time`, () => wrongByTime(snapshot, questions))
    await this.attempts.make(`${title}: what was acknowledged under load, once`, () => this.checkLoad())
    await this.attempts.make(`${title}: committed offsets`, () => this.offsets.check())
    await this.attempts.make(`${title}: delayed messages are delivered`, () => this.checkDelayed())
  }

  private async open({ by, storeType }: Stay): Promise<readonly string[]> {
    await this.deps.broker.start(serverKind(by, this.deps.environment), { storeType: storeType ?? 'default' })
    return []
  }

  private async expectRefusal(stay: Stay): Promise<readonly string[]> {
    const isOpen = await this.open(stay).then(
      () => true,
      () => false,
    )
    if (isOpen) await this.deps.broker.stop()
    this.storeLog.newComplaints()
    return isOpen ? ['it started'] : []
  }

  /** Leaves `snapshot` as what the next one must serve. */
  private async write(round: string, stay: Stay): Promise<readonly string[]> {
    const { client, broker, writer } = this.deps
    const topics = { ...WRITER_TOPICS, [LOAD_TOPIC]: LOAD_QUEUE_COUNT, [IPV6_TOPIC]: 1 }
    const isNew = this.snapshot.size === 0
    for (const [topic, queueCount] of Object.entries(topics)) {
      await client.createTopic(broker.address, topic, queueCount, isNew ? WRITER_TOPIC_ATTRIBUTES[topic] : '')
    }
    await writer.write(round, [...KINDS, ...(this.isJava(stay) ? JAVA_KINDS : []), 'delayed'])
    for (let number = 0; number < 20; number += 1) {
      await client.send(broker.addressV6, { topic: IPV6_TOPIC, queueId: 0, body: `${round}-${number}` })
    }
    await this.offsets.commit(this.acknowledged.length + 1)
    this.snapshot = await takeSnapshot(this.questions)
    return recordCount(this.snapshot) > 0 ? [] : ['nothing was stored']
  }

  private async end(round: string, { end }: Stay): Promise<readonly string[]> {
    await this.sendDelayed(round)
    if (end === 'is killed') await this.sendUntilKilled(round)
    else await this.deps.broker.stop()
    return []
  }

  /** A message that is due when the next one has the directory. */
  private async sendDelayed(round: string): Promise<void> {
    const { client, broker } = this.deps
    const body = `${round}-delayed`
    await client.send(broker.address, { topic: DELAY_TOPIC, queueId: 0, body, properties: { DELAY: '2' } })
    this.delayedBodies.push(body)
  }

  private async sendUntilKilled(round: string): Promise<void> {
    const { broker } = this.deps
    const killAt = this.acknowledged.length + KILL_AT_COUNT
    const onAcknowledged = (message: AcknowledgedMessage): void => {
      this.acknowledged.push(message)
      if (this.acknowledged.length === killAt) void broker.kill()
    }
    const senders = (['JSON', 'ROCKETMQ'] as const).map(headerFormat =>
      sendUntilCut({
        ...{ name: `${round}-${headerFormat}`, headerFormat, broker: broker.address, topic: LOAD_TOPIC },
        ...{ queueCount: LOAD_QUEUE_COUNT, random: this.random, onAcknowledged },
      }),
    )
    await Promise.all(senders)
    await broker.kill() // it is dying already: waits for the end
  }

  private async checkLoad(): Promise<readonly string[]> {
    const { client, broker } = this.deps
    const problems: string[] = []
    for (let queueId = 0; queueId < LOAD_QUEUE_COUNT; queueId += 1) {
      const stored = await client.pullAll(broker.address, LOAD_TOPIC, queueId)
      const ofQueue = this.acknowledged.filter(message => message.queueId === queueId)
      problems.push(...queueProblems(stored, ofQueue))
    }
    return problems
  }

  /** Whoever took them in. */
  private async checkDelayed(): Promise<readonly string[]> {
    const { client, broker } = this.deps
    const missing = async (): Promise<readonly string[]> => {
      const delivered = (await client.pullAll(broker.address, DELAY_TOPIC, 0)).map(({ body }) => body.toString())
      return this.delayedBodies.filter(body => !delivered.includes(body))
    }
    await eventually(async () => (await missing()).length === 0)
    return (await missing()).map(body => `${body} is not delivered`)
  }

  private isJava({ by }: Stay): boolean {
    return serverKind(by, this.deps.environment).name === 'java'
  }

  /** Runs a case and keeps how it ended; false if it failed. */
}

function titleOf(stays: readonly Stay[], index: number): string {
  const stay = stays[index] as Stay
  const before = stays[index - 1]
  const name = ({ by, storeType }: Stay): string =>
    (by === 'java' ? 'Java' : 'ours') + (storeType === undefined ? '' : ` with storeType=${storeType}`)
  if (before === undefined) return `${index + 1}. ${name(stay)} begins`
  const left = before.isRefused === true ? 'did not start' : before.end === 'stops' ? 'stopped' : 'was killed'
  return `${index + 1}. ${name(stay)} after ${name(before)} ${left}`
}
