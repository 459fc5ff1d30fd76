import { decodeMessageId, MessageSysFlag, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { isConnectionCut, Random, TestClient, useClusters } from '../src'
import type { Cluster } from '../src'

const ROUND_COUNT = Number(process.env['CRASH_ROUNDS'] ?? 3)
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const TOPIC = 'TransactionTopic'
const GROUP = 'TransactionProducer'
const IN_FLIGHT_COUNT = 16
/** Answers after which the broker is killed, at most. */
const ANSWERED_COUNT_MAX = 1500

interface Transaction {
  readonly body: string
  readonly commitLogOffset: number
  readonly tranStateTableOffset: number
  /** What the broker answered success to. */
  outcome: 'open' | 'committed' | 'rolled back'
  /** Asked for, whether it was answered or not. */
  wasCommitAsked: boolean
}

/** So that checks put half messages again while their producer ends them, and progress is saved in the middle. */
const OFTEN = {
  ...{ flushConsumerOffsetInterval: 50, transactionCheckInterval: 300, transactionTimeOut: 0 },
  transactionCheckMax: 1_000_000,
}

const clusters = useClusters()

test(
  `committed transactions are there once, and no others, whenever the broker is killed (CRASH_SEED=${SEED})`,
  async () => {
    const random = new Random(SEED)
    const cluster = await clusters.start({
      brokerConfig: { mappedFileSizeCommitLog: 2 ** 18, transactionOpBatchInterval: 50, ...OFTEN },
    })
    const client = new TestClient()
    await client.start()
    const transactions: Transaction[] = []
    await client.createTopic(cluster.broker().address, TOPIC, 1)
    for (let round = 1; round <= ROUND_COUNT; round += 1) {
      transactions.push(...(await workUntilKilled(cluster, random, round)))
      await cluster.broker().process.start()
      await expectAll(cluster, client, transactions)
      // Whoever asks again, because the answer did not come, commits no second time.
      await commitAgain(cluster, client, transactions)
      await expectAll(cluster, client, transactions)
    }
    await client.stop()
  },
  60_000 + ROUND_COUNT * 30_000,
)

/** Sends half messages and ends some of them, twice now and then, until the broker is killed on the way. */
async function workUntilKilled(cluster: Cluster, random: Random, round: number): Promise<Transaction[]> {
  const { address, process: server } = cluster.broker()
  const client = new TestClient()
  await client.start()
  const killAt = random.between(1, ANSWERED_COUNT_MAX)
  const transactions: Transaction[] = []
  let sentCount = 0
  let answeredCount = 0
  const onAnswer = (): void => {
    answeredCount += 1
    if (answeredCount === killAt) void server.kill()
  }
  async function work(): Promise<void> {
    for (;;) {
      sentCount += 1
      const transaction = await sendHalf(client, address, `body-${round}-${sentCount}`)
      transactions.push(transaction)
      onAnswer()
      const how = random.between(0, 10)
      if (how < 6) await Promise.all([commit(client, address, transaction), commit(client, address, transaction)])
      else if (how < 8) await rollBack(client, address, transaction)
      onAnswer()
    }
  }
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT_COUNT }, work))
  } catch (error) {
    if (!isConnectionCut(error)) throw error
  }
  await client.stop()
  await server.kill() // it is dying already: waits for the end
  return transactions
}

async function sendHalf(client: TestClient, broker: string, body: string): Promise<Transaction> {
  const properties = { UNIQ_KEY: body, TRAN_MSG: 'true', PGROUP: GROUP }
  const { code, remark, queueOffset, offsetMessageIds } = await client.send(broker, {
    ...{ topic: TOPIC, queueId: 0, body, properties },
  })
  if (code !== ResponseCode.SUCCESS) throw new Error(`half message refused: ${code} ${remark}`)
  const { physicalOffset: commitLogOffset } = decodeMessageId(offsetMessageIds[0] ?? '')
  return { body, commitLogOffset, tranStateTableOffset: queueOffset, outcome: 'open', wasCommitAsked: false }
}

async function end(client: TestClient, broker: string, commitOrRollback: number, transaction: Transaction) {
  const { commitLogOffset, tranStateTableOffset } = transaction
  return await client.ask(broker, RequestCode.END_TRANSACTION, {
    ...{ topic: TOPIC, producerGroup: GROUP, commitLogOffset, tranStateTableOffset, commitOrRollback },
    ...{ fromTransactionCheck: false, msgId: transaction.body, transactionId: transaction.body },
  })
}

async function commit(client: TestClient, broker: string, transaction: Transaction): Promise<void> {
  transaction.wasCommitAsked = true
  const { code } = await end(client, broker, MessageSysFlag.TRANSACTION_COMMIT, transaction)
  if (code === ResponseCode.SUCCESS) transaction.outcome = 'committed'
}

async function rollBack(client: TestClient, broker: string, transaction: Transaction): Promise<void> {
  const { code } = await end(client, broker, MessageSysFlag.TRANSACTION_ROLLBACK, transaction)
  if (code === ResponseCode.SUCCESS) transaction.outcome = 'rolled back'
}

async function commitAgain(cluster: Cluster, client: TestClient, transactions: readonly Transaction[]): Promise<void> {
  const asked = transactions.filter(({ wasCommitAsked }) => wasCommitAsked)
  for (const transaction of asked.slice(-500)) await commit(client, cluster.broker().address, transaction)
}

async function expectAll(cluster: Cluster, client: TestClient, transactions: readonly Transaction[]): Promise<void> {
  const bodies = (await client.pullAll(cluster.broker().address, TOPIC, 0)).map(({ body }) => body.toString())
  const seen = new Set(bodies)
  expect(bodies.filter((body, index) => bodies.indexOf(body) !== index)).toEqual([])
  const known = new Map(transactions.map(transaction => [transaction.body, transaction]))
  expect(bodies.filter(body => known.get(body)?.wasCommitAsked !== true)).toEqual([])
  const committed = transactions.filter(({ outcome }) => outcome === 'committed')
  expect(committed.filter(({ body }) => !seen.has(body)).map(({ body }) => body)).toEqual([])
}
