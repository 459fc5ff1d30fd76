import { TestClient, useClusters } from '../src'
import type { ClusterServer, TestMessage } from '../src'

/** Messages that are sent and pulled in all; a million takes some minutes. */
const MESSAGE_COUNT = Number(process.env['SOAK_MESSAGES'] ?? 30_000)
const TOPIC = 'SoakTopic'
const QUEUE_COUNT = 8
const BATCH_COUNT = 50
const BODY_BYTES = 400
const ROUND_COUNT = MESSAGE_COUNT / (QUEUE_COUNT * BATCH_COUNT)
/** Until then more files of the log were written than are kept open. */
const WARM_UP_SHARE = 0.6
const LOG_FILE_BYTES = 64 * 1024
/** Connections, and files that are open for a moment. */
const OPEN_FILES_MORE = 8
const MEBIBYTE = 1024 ** 2
/** A heap that what is kept of every message would fill. */
const HEAP_BYTES_MAX = 64 * MEBIBYTE
/** What the process may take beyond what it had when it was warm: the collector's breath. */
const RESIDENT_BYTES_MORE = 48 * MEBIBYTE

const clusters = useClusters()

test(
  `descriptors and memory stay flat over ${MESSAGE_COUNT} sends and pulls`,
  async () => {
    const cluster = await clusters.start({
      environment: { NODE_OPTIONS: `--max-old-space-size=${HEAP_BYTES_MAX / MEBIBYTE}` },
      brokerConfig: {
        ...{ mappedFileSizeCommitLog: LOG_FILE_BYTES, hotTailBytes: 4 * MEBIBYTE, consumeQueueTailBytes: MEBIBYTE },
      },
    })
    const client = new TestClient('ROCKETMQ')
    await client.start()
    const broker = cluster.broker()
    await client.createTopic(broker.address, TOPIC, QUEUE_COUNT)
    const positions = new Array<number>(QUEUE_COUNT).fill(0)
    await sendAndPull({ client, broker, positions, roundCount: ROUND_COUNT * WARM_UP_SHARE })
    const warm = { openFiles: broker.process.openFileCount(), residentBytes: broker.process.residentBytes() }
    await sendAndPull({ client, broker, positions, roundCount: ROUND_COUNT * (1 - WARM_UP_SHARE) })

    expect(broker.process.openFileCount()).toBeLessThanOrEqual(warm.openFiles + OPEN_FILES_MORE)
    expect(broker.process.residentBytes()).toBeLessThan(warm.residentBytes + RESIDENT_BYTES_MORE)
    await client.stop()
  },
  120_000 + MESSAGE_COUNT * 2,
)

interface Traffic {
  readonly client: TestClient
  readonly broker: ClusterServer
  /** Of each queue, how far it was pulled. */
  readonly positions: number[]
  readonly roundCount: number
}

/** In each round a batch to every queue, and pulls until all of it is there. */
async function sendAndPull({ client, broker: { address }, positions, roundCount }: Traffic): Promise<void> {
  for (let round = 0; round < roundCount; round += 1) {
    await Promise.all(
      positions.map(async (position, queueId) => {
        const { queueOffset } = await client.sendBatch(address, batchFor(queueId))
        expect(queueOffset).toBe(position)
        const messages = await client.pullAll(address, TOPIC, queueId, position)
        expect(messages).toHaveLength(BATCH_COUNT)
        positions[queueId] = position + BATCH_COUNT
      }),
    )
  }
}

function batchFor(queueId: number): [TestMessage, ...TestMessage[]] {
  const message = { topic: TOPIC, queueId, body: 'x'.repeat(BODY_BYTES), properties: { TAGS: 'T' } }
  return [message, ...Array.from({ length: BATCH_COUNT - 1 }, () => message)]
}
