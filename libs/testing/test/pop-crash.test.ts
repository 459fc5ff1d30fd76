import { existsSync, readFileSync } from 'node:fs'
import * as path from 'node:path'
import { consumerOffsetTableJson, ResponseCode } from '@rocketmq-ts/protocol'
import { isConnectionCut, Random, TestClient, TestPopper, useClusters } from '../src'
import type { Cluster, PoppedMessage, Receipt } from '../src'

const ROUND_COUNT = Number(process.env['CRASH_ROUNDS'] ?? 3)
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const TOPIC = 'PopCrash'
const GROUP = 'PopCrashConsumer'
const QUEUE_COUNT = 2
const SENDER_COUNT = 4
const CONSUMER_COUNT = 4
const INVISIBLE_MS = 3_000
/** Of a message whose time is nearly up it is not known whether its acknowledgement came in time. */
const MARGIN_MS = 1_000
/** Answers to consumers after which the broker is killed, at most. */
const ANSWERED_COUNT_MAX = 1_500
/** Pops in vain, of a second each, after which nothing more can come. */
const EMPTY_COUNT_MAX = 30

/** What producers and consumers were told. */
class Ledger {
  round = 0
  readonly sent = new Set<string>()
  readonly acked = new Set<string>()
  /** Whose acknowledgement was asked for, answered or not: those without an answer may count or not. */
  readonly asked = new Set<string>()
  /** Messages that must not come again, with where they are. */
  readonly done = new Map<string, Receipt>()
  readonly problems: string[] = []

  popped({ body, reconsumeTimes }: PoppedMessage): void {
    if (this.done.has(body)) this.problems.push(`${body} was acknowledged in time, and came again (${reconsumeTimes})`)
  }

  /** Only what was sent in this round: of others nobody knows what a consumer had of them when the broker was killed. */
  acknowledged({ body, popTime, reconsumeTimes }: PoppedMessage, receipt: Receipt): void {
    this.acked.add(body)
    const isInTime = reconsumeTimes === 0 && Date.now() < popTime + INVISIBLE_MS - MARGIN_MS
    if (isInTime && body.startsWith(`${this.round}-`)) this.done.set(body, receipt)
  }

  /** Of messages behind the saved offsets those are popped again that were popped before. */
  killed(saved: ReadonlyMap<number, number>): void {
    for (const [body, { queueId, offset }] of this.done) {
      if (offset >= (saved.get(queueId) ?? 0)) this.done.delete(body)
    }
  }
}

const clusters = useClusters()

const merged = { enablePopBufferMerge: true, popCkStayBufferTime: 1_000, popCkStayBufferTimeOut: 500 }

test.each([
  { what: 'stored at once', config: {} },
  { what: 'merged in memory', config: merged },
])(
  `a popped message is acknowledged or comes again, whenever the broker is killed: $what (CRASH_SEED=${SEED})`,
  async ({ config }) => {
    const random = new Random(SEED)
    const cluster = await clusters.start({
      brokerConfig: { mappedFileSizeCommitLog: 2 ** 20, flushConsumerOffsetInterval: 50, ...config },
    })
    const { address, home } = cluster.broker()
    const client = new TestClient()
    await client.start()
    await client.createTopic(address, TOPIC, QUEUE_COUNT)
    const ledger = new Ledger()
    for (ledger.round = 1; ledger.round <= ROUND_COUNT; ledger.round += 1) {
      await workUntilKilled(cluster, { random, ledger })
      ledger.killed(savedOffsets(home))
      await cluster.broker().process.start()
    }
    await drain(new TestPopper(client, { broker: address, topic: TOPIC, group: GROUP }), ledger)
    await client.stop()
    expect(ledger.problems).toEqual([])
    expect([...ledger.sent].filter(body => !ledger.asked.has(body))).toEqual([])
  },
  120_000,
)

interface Round {
  readonly random: Random
  readonly ledger: Ledger
}

async function workUntilKilled(cluster: Cluster, { random, ledger }: Round): Promise<void> {
  const { address: broker, process: server } = cluster.broker()
  const killAt = random.between(1, ANSWERED_COUNT_MAX)
  let answeredCount = 0
  const onAnswer = (): void => {
    answeredCount += 1
    if (answeredCount === killAt) void server.kill()
  }
  const work = [
    ...Array.from({ length: SENDER_COUNT }, (_, index) => (client: TestClient) => {
      return sendForEver(client, broker, { name: `${ledger.round}-${index}`, ledger })
    }),
    ...Array.from({ length: CONSUMER_COUNT }, () => (client: TestClient) => {
      const popper = new TestPopper(client, { broker, topic: TOPIC, group: GROUP })
      return consumeForEver(popper, { random, ledger, onAnswer })
    }),
  ]
  await Promise.all(work.map(untilCut))
  await server.kill() // it is dying already: waits for the end
}

/** On a connection of its own, until that is lost. */
async function untilCut(work: (client: TestClient) => Promise<void>): Promise<void> {
  const client = new TestClient()
  await client.start()
  try {
    await work(client)
  } catch (error) {
    if (!isConnectionCut(error)) throw error
  }
  await client.stop()
}

async function sendForEver(
  client: TestClient,
  broker: string,
  { name, ledger }: { readonly name: string; readonly ledger: Ledger },
): Promise<void> {
  for (let number = 0; ; number += 1) {
    const body = `${name}-${number}`
    const { code, remark } = await client.send(broker, { topic: TOPIC, queueId: number % QUEUE_COUNT, body })
    if (code !== ResponseCode.SUCCESS) throw new Error(`send refused: ${code} ${remark}`)
    ledger.sent.add(body)
  }
}

interface Consumption {
  readonly random: Random
  readonly ledger: Ledger
  readonly onAnswer: () => void
}

/** Of what it pops it acknowledges most, keeps some for longer first, and forgets some. */
async function consumeForEver(popper: TestPopper, { random, ledger, onAnswer }: Consumption): Promise<void> {
  for (;;) {
    const wish = { invisibleMs: INVISIBLE_MS, messageCountMax: random.between(1, 33), pollMs: 1_000 }
    const popped = await popper.pop(wish)
    onAnswer()
    const ends = popped.map(async message => {
      ledger.popped(message)
      const how = random.between(0, 10)
      if (how === 0) return
      let receipt: Receipt | null = message.receipt
      if (how <= 2) receipt = await popper.changeInvisibleTime(receipt, INVISIBLE_MS)
      onAnswer()
      if (receipt !== null && how !== 1) await acknowledge(popper, message, { receipt, ledger })
      onAnswer()
    })
    await Promise.all(ends)
  }
}

async function acknowledge(
  popper: TestPopper,
  message: PoppedMessage,
  { receipt, ledger }: { readonly receipt: Receipt; readonly ledger: Ledger },
): Promise<void> {
  ledger.asked.add(message.body)
  if (!(await popper.ack(receipt))) throw new Error(`${message.body}: its acknowledgement is refused`)
  ledger.acknowledged(message, receipt)
}

/** Pops and acknowledges until all that producers were told of is acknowledged. */
async function drain(popper: TestPopper, ledger: Ledger): Promise<void> {
  const isDone = (): boolean => [...ledger.sent].every(body => ledger.asked.has(body))
  for (let emptyCount = 0; emptyCount < EMPTY_COUNT_MAX && !(emptyCount >= 5 && isDone());) {
    const popped = await popper.pop({ invisibleMs: 60_000, pollMs: 1_000 })
    emptyCount = popped.length === 0 ? emptyCount + 1 : 0
    for (const message of popped) {
      ledger.popped(message)
      await acknowledge(popper, message, { receipt: message.receipt, ledger })
    }
  }
}

/** As the dead broker left them, by queue. */
function savedOffsets(home: string): ReadonlyMap<number, number> {
  const file = path.join(home, 'store', 'config', 'consumerOffset.json')
  if (!existsSync(file)) return new Map()
  const { offsetTable } = consumerOffsetTableJson.decode(readFileSync(file, 'utf8'))
  return offsetTable.get(`${TOPIC}@${GROUP}`) ?? new Map<number, number>()
}
