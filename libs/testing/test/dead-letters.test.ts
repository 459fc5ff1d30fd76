import { spawnSync } from 'node:child_process'
import { OwnRequestCode, parseProperties, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { builtExecutable, Random, TestClient, useClusters } from '../src'
import type { Cluster } from '../src'

const ROUND_COUNT = Number(process.env['CRASH_ROUNDS'] ?? 3)
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const GROUP = 'DeadLetterGroup'
const LETTER_COUNT = 600
/** That a kill may have redriven twice: docs/limits.md. */
const TWICE_MAX = 32

const clusters = useClusters()

/** Runs `rocketmq dlq …` to its end. */
function dlq(cluster: Cluster, ...args: readonly string[]): { code: number | null; output: string; errors: string } {
  const all = ['dlq', ...args, '-n', cluster.nameServer.address]
  const { status, stdout, stderr } = spawnSync(builtExecutable('rocketmq'), all, { encoding: 'utf8' })
  return { code: status, output: stdout, errors: stderr }
}

/** A broker that has dead letters of the group: half of them tagged A, half B. */
async function startWithLetters(): Promise<{ readonly cluster: Cluster; readonly client: TestClient }> {
  // What is flushed late is done late.
  const cluster = await clusters.start({ brokerConfig: { flushCommitLogThoroughInterval: 100 } })
  const client = new TestClient()
  await client.start()
  const { address } = cluster.broker()
  for (const topic of ['Orders', `%RETRY%${GROUP}`, `%DLQ%${GROUP}`]) await client.createTopic(address, topic, 1)
  await client.ask(address, RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: GROUP })
  for (let index = 0; index < LETTER_COUNT; index += 1) {
    const properties = { RETRY_TOPIC: 'Orders', UNIQ_KEY: `ID${index}`, TAGS: index % 2 === 0 ? 'A' : 'B' }
    const { code } = await client.send(address, { topic: `%DLQ%${GROUP}`, queueId: 0, body: `${index}`, properties })
    expect(code).toBe(ResponseCode.SUCCESS)
  }
  return { cluster, client }
}

test(`whenever the broker is killed, a redrive goes on and loses no letter (CRASH_SEED=${SEED})`, async () => {
  const random = new Random(SEED)
  const { cluster, client } = await startWithLetters()
  const { process: server, address } = cluster.broker()
  const retryTopic = `%RETRY%${GROUP}`
  const order = Buffer.from(JSON.stringify({ group: GROUP, rate: 1_000 }))
  expect((await client.ask(address, OwnRequestCode.START_DEAD_LETTER_REDRIVE, {}, order)).code).toBe(0)
  for (let round = 1; round <= ROUND_COUNT; round += 1) {
    const killAt = Math.floor((LETTER_COUNT * (round - 1 + random.between(1, 9) / 10)) / ROUND_COUNT)
    while (await hasFewer(client, address, retryTopic, killAt)) continue
    await server.kill()
    await server.start()
  }
  expect(dlq(cluster, 'status', '-g', GROUP).code).toBe(0)
  while (!/DONE/.test(dlq(cluster, 'status', '-g', GROUP).output)) continue
  const bodies = (await client.pullAll(address, retryTopic, 0)).map(({ body }) => Number(body.toString()))
  expect([...new Set(bodies)].sort((a, b) => a - b)).toEqual(Array.from({ length: LETTER_COUNT }, (_, index) => index))
  expect(bodies.length - LETTER_COUNT).toBeLessThanOrEqual(ROUND_COUNT * TWICE_MAX)
  await client.stop()
}, 90_000)

async function hasFewer(client: TestClient, broker: string, topic: string, count: number): Promise<boolean> {
  const { extFields } = await client.ask(broker, RequestCode.GET_MAX_OFFSET, { topic, queueId: 0 })
  return Number(extFields['offset']) < count
}

test('the command tries, redrives what matches to where it is told, and says so', async () => {
  const { cluster, client } = await startWithLetters()
  const { address } = cluster.broker()
  const tried = dlq(cluster, 'redrive', '-g', GROUP, '--tags', 'B', '--dry-run')
  expect(tried).toMatchObject({ code: 0, errors: '' })
  expect(tried.output).toContain(
    `dry run  DONE: ${LETTER_COUNT} looked at, 0 left, ${LETTER_COUNT / 2} match, 0 redriven`,
  )
  expect(tried.output).toContain('\n  ID1\n')
  expect(await client.pullAll(address, 'Orders', 0)).toEqual([])

  const flags = ['--to', 'origin', '--sql', "TAGS = 'B' AND UNIQ_KEY <> 'ID1'", '--rate', '10000', '--wait']
  const done = dlq(cluster, 'redrive', '-g', GROUP, ...flags)
  expect(done.output).toContain(`redrive to origin  DONE: ${LETTER_COUNT} looked at, 0 left, 299 match, 299 redriven`)
  const messages = await client.pullAll(address, 'Orders', 0)
  expect(messages).toHaveLength(299)
  expect(messages[0]).toMatchObject({ topic: 'Orders', reconsumeTimes: 0 })
  expect(parseProperties(messages[0]?.properties ?? '').get('UNIQ_KEY')).toBe('ID3')

  await client.createTopic(address, 'Elsewhere', 1)
  const elsewhere = dlq(cluster, 'redrive', '-g', GROUP, '--to-topic', 'Elsewhere', '--keys', 'ID1,ID2', '--wait')
  expect(elsewhere.output).toContain('redrive to Elsewhere  DONE')
  expect(await client.pullAll(address, 'Elsewhere', 0)).toHaveLength(2)

  expect(dlq(cluster, 'redrive', '-g', GROUP, '--rate', '1').output).toContain('RUNNING')
  expect(dlq(cluster, 'redrive', '-g', GROUP)).toMatchObject({
    code: 1,
    errors: expect.stringContaining('is at work') as string,
  })
  expect(dlq(cluster, 'cancel', '-g', GROUP).output).toContain('CANCELLED')
  expect(dlq(cluster, 'cancel', '-g', GROUP).output).toBe('no redrive\n')
  expect(JSON.parse(dlq(cluster, 'status', '-g', GROUP, '--json').output)).toMatchObject([
    { redrives: [{ state: 'DONE' }, { state: 'DONE' }, { state: 'DONE' }, { state: 'CANCELLED' }] },
  ])
  await client.stop()
}, 60_000)

test('a wrong command line ends with exit code 2, an unknown group with 1, and a sentence each', async () => {
  const cluster = await clusters.start()
  for (const args of [
    ['mend'],
    ['redrive'],
    ['redrive', '-g', 'G', '--rate', 'x'],
    ['redrive', '-g', 'G', '--from', 'x'],
    ['redrive', '-g', 'G', '--to', 'retry', '--to-topic', 'T'],
    ['redrive', '-g', 'G', '--tls-ca', '/nowhere.pem'],
  ]) {
    const { code, output, errors } = dlq(cluster, ...args)
    expect([args, code, output, errors.trim().split('\n').length]).toEqual([args, 2, '', 1])
  }
  expect(dlq(cluster, 'redrive', '-g', 'G')).toMatchObject({
    code: 1,
    errors: 'no dead letters of group G are known\n',
  })
  expect(dlq(cluster, 'redrive', '-g', 'G', '--tls')).toMatchObject({
    code: 1,
    errors: 'no dead letters of group G are known\n',
  })
  expect(dlq(cluster, '-h')).toMatchObject({ code: 0, output: expect.stringContaining('--dry-run') as string })
}, 30_000)
