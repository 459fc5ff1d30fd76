import { Random, sendUntilCut, TestClient, topicProblems, useClusters } from '../src'
import type { AcknowledgedMessage, Cluster, HeaderFormat } from '../src'
import { RestlessAdministrator } from './restless-administrator'

const ROUND_COUNT = Number(process.env['CRASH_ROUNDS'] ?? 3)
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const TOPIC = 'CrashTopic'
const QUEUE_COUNT = 4
const SENDERS: readonly HeaderFormat[] = ['JSON', 'ROCKETMQ', 'JSON', 'ROCKETMQ']
/** Acknowledgements after which the broker is killed, at most. */
const ACKNOWLEDGED_COUNT_MAX = 3000

/** Requests of the administrator after which, before their answers, the broker is killed, at most. */
const ASKED_COUNT_MAX = 60

const clusters = useClusters()

interface Kind {
  readonly flushDiskType: string
  readonly switchesFlushType: boolean
}

test.each<Kind>([
  { flushDiskType: 'ASYNC_FLUSH', switchesFlushType: false },
  { flushDiskType: 'SYNC_FLUSH', switchesFlushType: false },
  { flushDiskType: 'ASYNC_FLUSH', switchesFlushType: true },
])(
  `with $flushDiskType (it changes: $switchesFlushType) no acknowledged message is lost, moved or doubled by SIGKILL (CRASH_SEED=${SEED})`,
  async ({ flushDiskType, switchesFlushType }) => {
    const random = new Random(SEED)
    // Small files and short intervals, so that crashes hit the ends of files, flushes, the checkpoint and saves too.
    const cluster = await clusters.start({
      brokerConfig: {
        ...{ flushDiskType, mappedFileSizeCommitLog: 2 ** 18, mappedFileSizeConsumeQueue: 500 * 20 },
        ...{ flushIntervalCommitLog: 20, flushIntervalConsumeQueue: 20, flushConsumerOffsetInterval: 50 },
      },
    })
    const client = new TestClient()
    await client.start()
    await client.createTopic(cluster.broker().address, TOPIC, QUEUE_COUNT)
    const acknowledged: AcknowledgedMessage[] = []
    const administrator = new RestlessAdministrator({ broker: cluster.broker().address, switchesFlushType })
    for (let round = 1; round <= ROUND_COUNT; round += 1) {
      await workUntilKilled(cluster, { round, random, acknowledged, administrator })
      await cluster.broker().process.start()
      await expectAll(cluster, client, acknowledged)
      expect(await administrator.problems(client)).toEqual([])
    }
    await client.stop()
    process.stdout.write(`${flushDiskType}: ${acknowledged.length} acknowledged, ${ROUND_COUNT} kills\n`)
  },
  60_000 + ROUND_COUNT * 30_000,
)

interface Round {
  readonly round: number
  readonly random: Random
  readonly acknowledged: AcknowledgedMessage[]
  readonly administrator: RestlessAdministrator
}

/** Kills the broker in the middle of sends and batches, or of a request that changes topics or its configuration. */
async function workUntilKilled(cluster: Cluster, { round, random, acknowledged, administrator }: Round): Promise<void> {
  const { address: broker, process: server } = cluster.broker()
  const killAtAsked = random.between(0, 2) === 0 ? random.between(1, ASKED_COUNT_MAX) : Infinity
  const killAt = acknowledged.length + random.between(1, ACKNOWLEDGED_COUNT_MAX)
  const onAcknowledged = (message: AcknowledgedMessage): void => {
    acknowledged.push(message)
    if (acknowledged.length === killAt) void server.kill()
  }
  const senders = SENDERS.map((headerFormat, index) =>
    sendUntilCut({
      ...{ name: `round-${round}-sender-${index}`, headerFormat, broker, topic: TOPIC },
      ...{ queueCount: QUEUE_COUNT, random, onAcknowledged },
    }),
  )
  const administration = administrator.workUntilCut(askedCount => {
    if (askedCount === killAtAsked) void server.kill()
  })
  await Promise.all([...senders, administration])
  await server.kill() // it is dying already: waits for the end
}

async function expectAll(
  cluster: Cluster,
  client: TestClient,
  acknowledged: readonly AcknowledgedMessage[],
): Promise<void> {
  const { address } = cluster.broker()
  const topic = { address, topic: TOPIC, queueCount: QUEUE_COUNT }
  expect(await topicProblems(client, topic, acknowledged)).toEqual([])
  const sample = acknowledged.slice(-2000)
  const viewed = await Promise.all(
    sample.map(({ offsetMessageId }) => client.viewMessage(address, TOPIC, offsetMessageId)),
  )
  expect(viewed.map(message => message?.body.toString())).toEqual(sample.map(({ body }) => body))
}
