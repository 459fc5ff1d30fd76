import { readFileSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { Random, sendUntilCut, TestClient, topicProblems, useClusters } from '../src'
import type { AcknowledgedMessage, Cluster } from '../src'

const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const TOPIC = { topic: 'EngineTopic', queueCount: 4 }

const clusters = useClusters()

test(`no acknowledged message is lost by SIGKILL while the engine behind the queues changes (CRASH_SEED=${SEED})`, async () => {
  const random = new Random(SEED)
  const cluster = await clusters.start({ brokerConfig: { mappedFileSizeCommitLog: 2 ** 20, storeType: 'default' } })
  const client = new TestClient()
  await client.start()
  await client.createTopic(cluster.broker().address, TOPIC.topic, TOPIC.queueCount)
  const acknowledged: AcknowledgedMessage[] = []
  for (const [round, storeType] of ['kv', 'kv', 'default', 'kv', 'default'].entries()) {
    await sendUntilKilled(cluster, `round-${round}`, random, acknowledged)
    chooseEngine(cluster, storeType)
    await cluster.broker().process.start()
    expect(await topicProblems(client, { ...TOPIC, address: cluster.broker().address }, acknowledged)).toEqual([])
    if (round !== 2) continue
    await cluster.broker().process.stop()
    chooseEngine(cluster, 'kv')
    await cluster.broker().process.start()
    expect(await topicProblems(client, { ...TOPIC, address: cluster.broker().address }, acknowledged)).toEqual([])
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
  const options = { broker, ...TOPIC, random, onAcknowledged }
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
