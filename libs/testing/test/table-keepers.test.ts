import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { RequestCode, ResponseCode, topicConfigTableJson } from '@rocketmq-ts/protocol'
import { Random, TestClient, useClusters } from '../src'
import type { Cluster } from '../src'

const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const GROUP = 'KeptGroup'

const clusters = useClusters()

/** What an operator and a consumer were told is done. */
class Administrator {
  private readonly topics = new Map<string, number>()
  private readonly groups = new Set<string>()
  private committedOffset = -1
  private count = 0

  constructor(
    private readonly client: TestClient,
    private readonly broker: string,
  ) {}

  get doneCount(): number {
    return this.topics.size + this.groups.size
  }

  topicNames(): readonly string[] {
    return [...this.topics.keys()]
  }

  /** Makes topics and groups, and deletes some, until the broker is gone. */
  async work(random: Random, onDone: () => void): Promise<void> {
    for (;;) {
      const number = (this.count += 1)
      const queueCount = random.between(1, 8)
      try {
        await this.client.createTopic(this.broker, `Topic-${number}`, queueCount)
        this.topics.set(`Topic-${number}`, queueCount)
        await this.makeGroup(`Group-${number}`)
        if (number % 5 === 0) await this.deleteTopic(`Topic-${number - 2}`)
        await this.commit(number)
      } catch {
        return
      }
      onDone()
    }
  }

  async commit(offset: number): Promise<void> {
    await this.client.commitOffset(this.broker, { group: GROUP, topic: 'Topic-1', queueId: 0, offset })
    this.committedOffset = offset
  }

  /** Of what is not as it was told. The newest offsets may be lost, if `wasKilled`. */
  async problems(wasKilled: boolean): Promise<readonly string[]> {
    const problems: string[] = []
    for (const [topic, queueCount] of this.topics) {
      const { code, body } = await this.client.ask(this.broker, RequestCode.GET_TOPIC_CONFIG, { topic })
      const config = JSON.parse(body?.toString() ?? '{}') as { readQueueNums?: number }
      if (code !== ResponseCode.SUCCESS || config.readQueueNums !== queueCount) problems.push(`${topic}: ${code}`)
    }
    for (const group of this.groups) {
      const { code } = await this.client.ask(this.broker, RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group })
      if (code !== ResponseCode.SUCCESS) problems.push(`${group}: ${code}`)
    }
    const offset = await this.client.queryOffset(this.broker, { group: GROUP, topic: 'Topic-1', queueId: 0 })
    if (wasKilled ? (offset ?? 0) > this.committedOffset : offset !== this.committedOffset) {
      problems.push(`${this.committedOffset} was committed, there is ${offset}`)
    }
    return problems
  }

  async makeGroup(groupName: string): Promise<void> {
    const body = Buffer.from(JSON.stringify({ groupName, retryMaxTimes: 3 }))
    const code = RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP
    const answer = await this.client.ask(this.broker, code, {}, body)
    if (answer.code === ResponseCode.SUCCESS) this.groups.add(groupName)
  }

  private async deleteTopic(topic: string): Promise<void> {
    this.topics.delete(topic) // It may be gone or not, when no answer comes.
    await this.client.ask(this.broker, RequestCode.DELETE_TOPIC_IN_BROKER, { topic })
  }
}

test(`no acknowledged topic or group is lost by SIGKILL while what keeps them changes (CRASH_SEED=${SEED})`, async () => {
  const random = new Random(SEED)
  const brokerConfig = {
    configManagerVersion: 'v1',
    autoCreateSubscriptionGroup: false,
    flushConsumerOffsetInterval: 20,
  }
  const cluster = await clusters.start({ brokerConfig })
  const { address, process: server } = cluster.broker()
  const client = new TestClient()
  await client.start()
  const administrator = new Administrator(client, address)
  await client.createTopic(address, 'Topic-1', 4)
  await administrator.makeGroup(GROUP)
  for (const [round, version] of ['kv', 'kv', 'v1', 'kv', 'v1'].entries()) {
    const killAt = administrator.doneCount + random.between(10, 60)
    await administrator.work(random, () => {
      if (administrator.doneCount >= killAt) void server.kill()
    })
    expect(administrator.doneCount).toBeGreaterThanOrEqual(killAt)
    await server.kill() // it is dying already: waits for the end
    choose(cluster, version)
    await server.start()
    expect(await administrator.problems(true)).toEqual([])
    await administrator.commit(1_000_000 + round)
    await server.stop()
    choose(cluster, version === 'kv' ? 'v1' : 'kv')
    await server.start()
    expect(await administrator.problems(false)).toEqual([])
  }
  await server.stop()
  choose(cluster, 'v1')
  await server.start()
  await server.stop()
  expect(topicsInJson(cluster)).toEqual(expect.arrayContaining([...administrator.topicNames()]))
  await client.stop()
}, 120_000)

/** For the next start. */
function choose(cluster: Cluster, version: string): void {
  const { home, name } = cluster.broker()
  const file = path.join(home, `${name}.conf`)
  const text = readFileSync(file, 'utf8').replace(/^configManagerVersion=.*$/m, `configManagerVersion=${version}`)
  writeFileSync(file, text)
}

/** As Java would find them. No database may be left that knows better. */
function topicsInJson(cluster: Cluster): readonly string[] {
  const folder = path.join(cluster.broker().home, 'store', 'config')
  expect(readdirSync(folder).filter(name => name.includes('.kv'))).toEqual([])
  const text = readFileSync(path.join(folder, 'topics.json'), 'utf8')
  return [...topicConfigTableJson.decode(text).topicConfigTable.keys()]
}
