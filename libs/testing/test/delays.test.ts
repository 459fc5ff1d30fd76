import { ResponseCode } from '@rocketmq-ts/protocol'
import { isConnectionCut, Random, TestClient, useClusters } from '../src'
import type { Cluster, TestPullResult } from '../src'

const ROUND_COUNT = Number(process.env['CRASH_ROUNDS'] ?? 3)
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const TOPIC = 'DelayTopic'
const IN_FLIGHT_COUNT = 16
/** Of the levels, as `messageDelayLevel` below says. */
const DELAYS_MS = [1000, 2000]
/** In a round. The broker is killed at any of their acknowledgements and deliveries. */
const SENT_COUNT = 1000

interface Delayed {
  isAcknowledged: boolean
  /** When it was first seen, if a consumer followed the queue then. */
  seenMs: number
}

const clusters = useClusters()

test(
  `delayed messages all come, none before its time, whenever the broker is killed (CRASH_SEED=${SEED})`,
  async () => {
    const random = new Random(SEED)
    const cluster = await clusters.start({
      brokerConfig: {
        ...{ messageDelayLevel: '1s 2s', mappedFileSizeCommitLog: 2 ** 18, mappedFileSizeConsumeQueue: 500 * 20 },
        ...{ flushDelayOffsetInterval: 50, flushIntervalCommitLog: 20, flushIntervalConsumeQueue: 20 },
      },
    })
    const client = new TestClient()
    await client.start()
    await client.createTopic(cluster.broker().address, TOPIC, 1)
    const sent = new Map<string, Delayed>()
    for (let round = 1; round <= ROUND_COUNT; round += 1) {
      await workUntilKilled(cluster, random, sent)
      await cluster.broker().process.start()
    }
    await expectAll(cluster, client, sent)
    await client.stop()
  },
  60_000 + ROUND_COUNT * 30_000,
)

/** Sends with one level or the other and follows what comes, until the broker is killed on the way. */
async function workUntilKilled(cluster: Cluster, random: Random, sent: Map<string, Delayed>): Promise<void> {
  const { address, process: server } = cluster.broker()
  const client = new TestClient()
  await client.start()
  let countdown = random.between(1, 2 * SENT_COUNT)
  let leftToSend = SENT_COUNT
  const onEvents = (count: number): void => {
    const isOver = countdown <= 0
    countdown -= count
    if (!isOver && countdown <= 0) void server.kill()
  }
  async function send(): Promise<void> {
    while (leftToSend > 0) {
      leftToSend -= 1
      await sendOne(client, address, sent, random.between(1, DELAYS_MS.length + 1))
      onEvents(1)
    }
  }
  async function follow(): Promise<void> {
    for (let queueOffset = await client.maxOffset(address, TOPIC, 0); ;) {
      const { nextBeginOffset, messages } = await pull(client, address, queueOffset)
      queueOffset = nextBeginOffset
      for (const { body } of messages) seen(sent.get(body.toString()))
      onEvents(messages.length)
    }
  }
  try {
    await Promise.all([...Array.from({ length: IN_FLIGHT_COUNT }, send), follow()])
  } catch (error) {
    if (!isConnectionCut(error)) throw error
  }
  await client.stop()
  await server.kill() // it is dying already: waits for the end
}

async function sendOne(client: TestClient, broker: string, sent: Map<string, Delayed>, level: number): Promise<void> {
  const body = `body-${sent.size}`
  const delayed: Delayed = { isAcknowledged: false, seenMs: Infinity }
  sent.set(body, delayed)
  const properties = { DELAY: String(level), UNIQ_KEY: body }
  const { code, remark } = await client.send(broker, { topic: TOPIC, queueId: 0, body, properties })
  if (code !== ResponseCode.SUCCESS) throw new Error(`refused: ${code} ${remark}`)
  delayed.isAcknowledged = true
}

function pull(client: TestClient, broker: string, queueOffset: number): Promise<TestPullResult> {
  const limits = { messageCountMax: 1024, suspendTimeoutMs: 1000 }
  return client.pull(broker, { topic: TOPIC, queueId: 0, queueOffset, ...limits })
}

/** Follows the queue until all that was acknowledged has come. */
async function expectAll(cluster: Cluster, client: TestClient, sent: ReadonlyMap<string, Delayed>): Promise<void> {
  const { address } = cluster.broker()
  const dueMs = await dueTimes(client, address)
  const missing = new Set([...sent].filter(([, { isAcknowledged }]) => isAcknowledged).map(([body]) => body))
  for (let queueOffset = 0; missing.size > 0;) {
    const { nextBeginOffset, messages } = await pull(client, address, queueOffset)
    queueOffset = nextBeginOffset
    for (const { body } of messages) missing.delete(body.toString())
  }
  const early = [...sent].filter(([body, { seenMs }]) => seenMs < (dueMs.get(body) as number))
  expect(early).toEqual([])
}

function seen(delayed: Delayed | undefined): void {
  if (delayed === undefined) throw new Error('a message that nobody sent')
  delayed.seenMs = Math.min(delayed.seenMs, Date.now())
}

/** When each message is due, by what the schedule topic holds. */
async function dueTimes(client: TestClient, broker: string): Promise<ReadonlyMap<string, number>> {
  const dueMs = new Map<string, number>()
  for (const [queueId, delayMs] of DELAYS_MS.entries()) {
    const parked = await client.pullAll(broker, 'SCHEDULE_TOPIC_XXXX', queueId)
    for (const { body, storeTimestamp } of parked) dueMs.set(body.toString(), storeTimestamp + delayMs)
  }
  return dueMs
}
