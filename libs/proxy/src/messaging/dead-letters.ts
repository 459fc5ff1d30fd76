import { OwnRequestCode, RemotingCommand } from '@rocketmq-ts/protocol'
import { z } from 'zod'
import type { Brokers } from './brokers'
import type { Metadata } from './metadata'
import { BrokerNotFoundError, BrokerRefusedError, requireSuccess } from './refusals'

/** What is to become messages again. */
export interface RedriveWish {
  readonly group: string
  /** `retry`: only this group gets them. `origin`: they go to where they came from, and every group there gets them. */
  readonly to: 'retry' | 'origin'
  /** In place of `to`; null: none. */
  readonly toTopic: string | null
  /** Ids or keys of messages; none: all. */
  readonly keys: readonly string[]
  /** Only what came after the last redrive. */
  readonly newOnly: boolean
  /** Messages a second, on each broker. */
  readonly rate: number
}

/** A redrive is the work of a broker, which goes on with it after a restart. */
export interface RedrivePlace {
  readonly brokerName: string
  readonly id: string
}

/** How far a broker is. */
const redriveSchema = z.object({
  id: z.string(),
  state: z.enum(['RUNNING', 'DONE', 'CANCELLED']),
  startedMs: z.int(),
  changedMs: z.int(),
  scannedCount: z.int(),
  matchedCount: z.int(),
  redrivenCount: z.int(),
  unroutableCount: z.int(),
  failure: z.string().nullable(),
})
const redrivesSchema = z.object({ redrives: z.array(redriveSchema) })

export type Redrive = z.infer<typeof redriveSchema> & RedrivePlace

const TIMEOUT_MS = 10_000
const DEAD_LETTER_TOPIC_PREFIX = '%DLQ%'

export interface DeadLettersDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  readonly metadata: Pick<Metadata, 'requireRoute'>
}

/** Where the dead letters of a group lie. */
export function deadLetterTopicOf(group: string): string {
  return `${DEAD_LETTER_TOPIC_PREFIX}${group}`
}

/** Messages that a group has given up. All throw BrokerRefusedError, and what a broker that cannot be reached throws. */
export class DeadLetters {
  constructor(private readonly deps: DeadLettersDeps) {}

  /**
   * Begins on every broker that has dead letters of the group; those on which it began. Throws TopicNotFoundError when
   * there are none, BrokerRefusedError when no broker begins.
   */
  async redrive(wish: RedriveWish): Promise<readonly Redrive[]> {
    const { brokerDatas } = await this.deps.metadata.requireRoute(deadLetterTopicOf(wish.group))
    const outcomes = await Promise.allSettled(
      brokerDatas.map(async ({ brokerName }) => {
        const body = await this.ask(brokerName, OwnRequestCode.START_DEAD_LETTER_REDRIVE, wish)
        return { ...redriveSchema.parse(JSON.parse(body)), brokerName }
      }),
    )
    const begun = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const failure = outcomes.find(outcome => outcome.status === 'rejected')
    if (begun.length === 0 && failure !== undefined) throw failure.reason
    return begun
  }

  /** Null: the broker has forgotten it, or never knew it, or is not there. */
  async find(group: string, { brokerName, id }: RedrivePlace): Promise<Redrive | null> {
    try {
      const body = await this.ask(brokerName, OwnRequestCode.GET_DEAD_LETTER_REDRIVES, { group })
      const found = redrivesSchema.parse(JSON.parse(body)).redrives.find(redrive => redrive.id === id)
      return found === undefined ? null : { ...found, brokerName }
    } catch (error) {
      if (error instanceof BrokerNotFoundError) return null
      throw error
    }
  }

  /** What was redriven stays so. */
  async cancel({ brokerName, id }: RedrivePlace): Promise<Redrive> {
    const body = await this.ask(brokerName, OwnRequestCode.CANCEL_DEAD_LETTER_REDRIVE, { id })
    return { ...redriveSchema.parse(JSON.parse(body)), brokerName }
  }

  private async ask(brokerName: string, code: number, question: unknown): Promise<string> {
    const command = RemotingCommand.request(code, null, Buffer.from(JSON.stringify(question)))
    const {
      body,
      code: answered,
      remark,
    } = requireSuccess(await this.deps.brokers.invoke(brokerName, command, TIMEOUT_MS))
    if (body === null) throw new BrokerRefusedError(answered, remark)
    return body.toString()
  }
}
