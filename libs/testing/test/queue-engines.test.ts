import { readFileSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { outOfOrder, queueProblems, Random, sendUntilCut, TestClient, useClusters } from '../src'
import type { AcknowledgedMessage, Cluster } from '../src'

const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const TOPIC = 'EngineTopic'
const QUEUE_COUNT = 4

const clusters = useClusters()

test(`no acknowledged message is lost by SIGKILL while the engine behind the queues changes (CRASH_SEED=${SEED})`, async () => {
  const random = new Random(SEED)
  const cluster = await clusters.start({ brokerConfig: { mappedFileSizeCommitLog: 2 ** 20, storeType: 'default' } })
  const client = new TestClient()
  await client.start()
  await client.createTopic(cluster.broker().address, TOPIC, QUEUE_COUNT)
  const acknowledged: AcknowledgedMessage[] = []
  for (const [round, storeType] of ['kv', 'kv', 'default', 'kv', 'default'].entries()) {
    await sendUntilKilled(cluster, `round-${round}`, random, acknowledged)
    chooseEngine(cluster, storeType)
    await cluster.broker().process.start()
    await expectAll(cluster, client, acknowledged)
    if (round !== 2) continue
    await cluster.broker().process.stop()
    chooseEngine(cluster, 'kv')
    await cluster.broker().process.start()
    await expectAll(cluster, client, acknowledged)
  }
  await client.stop()
}, 120_000)

async function sendUntilKilled(
  cluster: Cluster,
  name: string,
  random: Random,
  acknowledged: AcknowledgedMessage[],
): Promise<void> {
  const { address: broker, process: server } = cluster.broker()
  const killAt = acknowledged.length + random.between(500, 2000)
  const onAcknowledged = (message: AcknowledgedMessage): void => {
    acknowledged.push(message)
    if (acknowledged.length === killAt) void server.kill()
  }
  const options = { broker, topic: TOPIC, queueCount: QUEUE_COUNT, random, onAcknowledged }
  await Promise.all([
    sendUntilCut({ ...options, name: `${name}-a`, headerFormat: 'JSON' }),
    sendUntilCut({ ...options, name: `${name}-b`, headerFormat: 'ROCKETMQ' }),
  ])
  await server.kill() // it is dying already: waits for the end
}

/** For the next start. */
function chooseEngine(cluster: Cluster, storeType: string): void {
  const { home, name } = cluster.broker()
  const file = path.join(home, `${name}.conf`)
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^storeType=.*$/m, `storeType=${storeType}`))
}

async function expectAll(
  cluster: Cluster,
  client: TestClient,
  acknowledged: readonly AcknowledgedMessage[],
): Promise<void> {
  const { address } = cluster.broker()
  for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) {
    const stored = await client.pullAll(address, TOPIC, queueId)
    const ofQueue = acknowledged.filter(message => message.queueId === queueId)
    expect([...queueProblems(stored, ofQueue), ...outOfOrder(stored)]).toEqual([])
    expect(await client.maxOffset(address, TOPIC, queueId)).toBe(stored.length)
  }
}
