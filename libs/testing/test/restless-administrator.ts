import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { isConnectionCut, TestClient } from '../src'

const TOPIC = 'RestlessTopic'
const GROUP = 'RestlessGroup'
const SENDS_PER_LIFE = 4
const FLUSH_TYPES = ['SYNC_FLUSH', 'ASYNC_FLUSH'] as const

export interface RestlessAdministratorOptions {
  readonly broker: string
  /** True: the flush type of the running broker changes all the time too. */
  readonly switchesFlushType: boolean
}

/**
 * Makes a topic, sends to it, commits an offset, deletes it, and begins again, until the connection is lost. It knows
 * what a broker that was killed in the middle must have afterwards.
 */
export class RestlessAdministrator {
  /** How often the topic was made: part of the bodies that were sent to it. */
  private lifeCount = 0
  private topic: 'there' | 'deleted' | 'unknown' = 'unknown'
  private acknowledged: string[] = []
  private highestOffset = 0

  constructor(private readonly options: RestlessAdministratorOptions) {}

  /** `onAsked` is told how many requests were sent, before each is answered. Throws when the broker refuses. */
  async workUntilCut(onAsked: (askedCount: number) => void): Promise<void> {
    const client = new TestClient()
    await client.start()
    let askedCount = 0
    const during = async <T>(request: Promise<T>): Promise<T> => {
      askedCount += 1
      onAsked(askedCount)
      return await request
    }
    try {
      for (;;) await this.live(client, during)
    } catch (error) {
      if (!isConnectionCut(error)) throw error
    } finally {
      await client.stop()
    }
  }

  /** What is wrong, in words. */
  async problems(client: TestClient): Promise<readonly string[]> {
    const { broker } = this.options
    const problems: string[] = []
    const { code } = await client.ask(broker, RequestCode.GET_TOPIC_CONFIG, { topic: TOPIC })
    if (this.topic === 'deleted' && code === ResponseCode.SUCCESS) problems.push('a deleted topic is back')
    if (this.topic === 'there') {
      if (code !== ResponseCode.SUCCESS) problems.push('a topic that was made is not there')
      const life = `life-${this.lifeCount}:`
      const stored = (await client.pullAll(broker, TOPIC, 0)).map(({ body }) => body.toString())
      const ofLife = stored.filter(body => body.startsWith(life))
      const isRight = this.acknowledged.every((body, index) => ofLife[index] === body)
      if (!isRight || ofLife.length > this.acknowledged.length + 1) {
        problems.push(
          `of the topic's last life ${ofLife.join()} is there, ${this.acknowledged.join()} was acknowledged`,
        )
      }
    }
    const offset = (await client.queryOffset(broker, { group: GROUP, topic: TOPIC, queueId: 0 })) ?? 0
    if (offset > this.highestOffset) problems.push(`offset ${offset} was never committed`)
    return problems
  }

  private async live(client: TestClient, during: <T>(request: Promise<T>) => Promise<T>): Promise<void> {
    const { broker, switchesFlushType } = this.options
    this.topic = 'unknown'
    this.acknowledged = []
    this.lifeCount += 1
    await during(client.createTopic(broker, TOPIC, 1))
    this.topic = 'there'
    for (let number = 1; number <= SENDS_PER_LIFE; number += 1) {
      const body = `life-${this.lifeCount}:${number}`
      await during(client.send(broker, { topic: TOPIC, queueId: 0, body }).then(expectSuccess))
      this.acknowledged.push(body)
    }
    this.highestOffset += 1
    const place = { group: GROUP, topic: TOPIC, queueId: 0 }
    await during(client.pull(broker, { ...place, queueOffset: 0 })) // makes the group
    await during(client.commitOffset(broker, { ...place, offset: this.highestOffset }))
    if (switchesFlushType) {
      const change = Buffer.from(`flushDiskType=${FLUSH_TYPES[this.lifeCount % FLUSH_TYPES.length]}\n`)
      await during(client.ask(broker, RequestCode.UPDATE_BROKER_CONFIG, {}, change).then(expectSuccess))
    }
    this.topic = 'unknown'
    await during(client.ask(broker, RequestCode.DELETE_TOPIC_IN_BROKER, { topic: TOPIC }).then(expectSuccess))
    this.topic = 'deleted'
  }
}

function expectSuccess({ code, remark }: { readonly code: number; readonly remark: string | null }): void {
  if (code !== ResponseCode.SUCCESS) throw new Error(`refused: ${code} ${remark}`)
}
