import { readdirSync, renameSync } from 'node:fs'
import * as path from 'node:path'
import type { TestClient } from '@rocketmq-ts/testing'
import type { CaseResult } from '../report'
import { serverKind } from '../suite'
import type { Implementation, SuiteEnvironment } from '../suite'
import { Attempts } from './attempts'
import type { MovingBroker } from './moving-broker'
import { EVERGREEN_TOPIC, TableChanges, isOfTest } from './table-changes'
import { entryCount, tableDifferences, takeTableSnapshot } from './table-snapshot'
import type { TableSnapshot } from './table-snapshot'

/** One implementation has the directory for a while. */
export interface TableStay {
  readonly by: Implementation
  /** Java's broker takes `kv` for its default. */
  readonly configManagerVersion: 'v1' | 'kv'
  readonly end: 'stops' | 'is killed'
}

export interface TableJourneyDeps {
  readonly environment: SuiteEnvironment
  readonly client: TestClient
  readonly broker: MovingBroker
}

/** Both: a broker that does not know the database found nothing, and wrote files beside it. */
type Place = 'files' | 'database' | 'both'

const TABLES = ['topics', 'subscriptionGroup', 'consumerOffset'] as const
const REFUSAL = /was written while the database .* had the table/

/** Topics, groups and offsets that change their place, while their directory goes from broker to broker. */
export class TableJourney {
  private readonly attempts: Attempts
  private readonly changes: TableChanges
  private readonly configFolder: string
  private readonly sentBodies: string[] = []
  private place: Place = 'files'
  /** What the next one must have. */
  private kept: TableSnapshot | null = null
  /** As it was before the last changes, if the broker was killed after them: newest offsets may be lost. */
  private earlier: TableSnapshot | null = null

  constructor(private readonly deps: TableJourneyDeps) {
    this.attempts = new Attempts(deps.environment)
    this.changes = new TableChanges(deps.client, deps.broker.address)
    this.configFolder = path.join(deps.broker.home, 'store', 'config')
  }

  /** Goes from stay to stay; ends early when a broker does not even start. */
  async run(stays: readonly TableStay[]): Promise<readonly CaseResult[]> {
    for (const [index, stay] of stays.entries()) {
      const title = titleOf(stays, index)
      if (this.place === 'both') await this.leaveToDatabase(title, stay)
      if (!(await this.attempts.make(`${title}: it starts`, () => this.start(stay)))) break
      const isBlind = this.isJava(stay) && this.place === 'database'
      this.place = this.placeIn(stay)
      if (isBlind) await this.attempts.make(`${title}: it finds none of them`, () => this.expectNone())
      else await this.checkAndChange(title, index + 1)
      await (stay.end === 'is killed' ? this.deps.broker.kill() : this.deps.broker.stop())
      if (stay.end === 'stops') this.earlier = null
    }
    return this.attempts.results
  }

  /** Leaves `kept` as what the next one must have. */
  private async checkAndChange(title: string, round: number): Promise<void> {
    const { attempts } = this
    await attempts.make(`${title}: all topics, groups and offsets are there`, () => this.check())
    await attempts.make(`${title}: messages are there`, () => this.checkMessages())
    await attempts.make(`${title}: they are kept in one place`, () => Promise.resolve(this.wrongPlaces()))
    await attempts.make(`${title}: it takes changes`, () => this.change(round))
  }

  private async start(stay: TableStay): Promise<readonly string[]> {
    const { configManagerVersion } = stay
    await this.deps.broker.start(serverKind(stay.by, this.deps.environment), { configManagerVersion })
    return []
  }

  private async check(): Promise<readonly string[]> {
    const { kept, earlier } = this
    const found = await this.snapshot()
    this.kept = this.earlier = found
    return kept === null ? [] : tableDifferences(kept, found, earlier)
  }

  private async checkMessages(): Promise<readonly string[]> {
    const { client, broker } = this.deps
    const bodies = (await client.pullAll(broker.address, EVERGREEN_TOPIC, 0)).map(({ body }) => body.toString())
    return bodies.join() === this.sentBodies.join() ? [] : [`${bodies.join()} were found of ${this.sentBodies.join()}`]
  }

  private async change(round: number): Promise<readonly string[]> {
    const { client, broker } = this.deps
    const before = this.kept === null ? 0 : entryCount(this.kept)
    await this.changes.make(round)
    const body = `round-${round}`
    await client.send(broker.address, { topic: EVERGREEN_TOPIC, queueId: 0, body })
    this.sentBodies.push(body)
    this.kept = await this.snapshot()
    const after = entryCount(this.kept)
    return after > before ? [] : [`there were ${before}, there are ${after}`]
  }

  private async expectNone(): Promise<readonly string[]> {
    const count = entryCount(await this.snapshot())
    return count === 0 ? [] : [`${count} of them`]
  }

  /** Ours refuses; an operator puts the files aside, and the database has the tables again. */
  private async leaveToDatabase(title: string, stay: TableStay): Promise<void> {
    await this.attempts.make(`${title}: it does not start with two of each table`, async () => {
      const outcome = await this.start(stay).then(
        () => 'it started',
        (error: unknown) => String(error),
      )
      if (outcome === 'it started') await this.deps.broker.kill()
      return REFUSAL.test(outcome) ? [] : [outcome]
    })
    for (const name of this.namesOf(/\.json(\.bak)?$/)) {
      renameSync(path.join(this.configFolder, name), path.join(this.configFolder, `${name}.aside`))
    }
    this.place = 'database'
  }

  private wrongPlaces(): readonly string[] {
    return this.namesOf(this.place === 'database' ? /\.json(\.bak)?$|\.moving$/ : /\.kv(\.moving)?$/)
  }

  /** Of what is there of the tables. */
  private namesOf(suffix: RegExp): readonly string[] {
    const names = readdirSync(this.configFolder)
    return names.filter(name => suffix.test(name) && TABLES.some(table => name.startsWith(`${table}.`)))
  }

  private placeIn(stay: TableStay): Place {
    if (this.isJava(stay)) return this.place === 'files' ? 'files' : 'both'
    return stay.configManagerVersion === 'kv' ? 'database' : 'files'
  }

  private isJava({ by }: TableStay): boolean {
    return serverKind(by, this.deps.environment).name === 'java'
  }

  private snapshot(): Promise<TableSnapshot> {
    const { client, broker } = this.deps
    return takeTableSnapshot(client, broker.address, isOfTest)
  }
}

function titleOf(stays: readonly TableStay[], index: number): string {
  const { by, configManagerVersion } = stays[index] as TableStay
  const name = `${index + 1}. ${by === 'java' ? 'Java' : 'ours'} with configManagerVersion=${configManagerVersion}`
  const before = stays[index - 1]
  if (before === undefined) return name
  return `${name}, the one before ${before.end === 'stops' ? 'stopped' : 'was killed'}`
}
