import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore, MessageStoreConfig, PutMessageResult } from '../src'
import * as fc from 'fast-check'
import { SMALL, batchOf, createStore, endOfTurn, messageOf, put, readQueue, startStore } from './store-fixture'

const TOPICS = ['TopicA', 'TopicB']
const QUEUE_COUNT = 2

/** What the clients have sent to a queue, in order, and which of it they know to be stored. */
interface SentMessage {
  readonly text: string
  isAcknowledged: boolean
}

/** Sends random messages and remembers what must be there afterwards. */
class Senders {
  private readonly queues = new Map<string, SentMessage[]>()
  private count = 0

  send(store: MessageStore, { topic, queueId, bodyBytes, batchCount }: Send): void {
    const sent = Array.from({ length: Math.max(1, batchCount) }, () => this.next(bodyBytes))
    const key = `${topic}-${queueId}`
    this.queues.set(key, [...(this.queues.get(key) ?? []), ...sent])
    const listener = { onPut: (result: PutMessageResult) => this.onPut(sent, result) }
    const bodies = sent.map(({ text }) => Buffer.from(text))
    if (batchCount > 0) store.putBatch(batchOf(bodies, { topic, queueId }), listener)
    else store.put(messageOf({ topic, queueId, body: bodies[0]! }), listener)
  }

  /**
   * Compares with what a store serves: every acknowledged message is there once, in order; of the others some may be;
   * nothing else is. What is there now is what must be there from now on.
   */
  async check(store: MessageStore): Promise<void> {
    for (const topic of TOPICS) {
      for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) {
        const messages = await readQueue(store, topic, queueId)
        expect(messages.map(message => message.queueOffset)).toEqual(messages.map((_, index) => index))
        expect(store.maxOffset(topic, queueId)).toBe(messages.length)
        const stored = messages.map(message => message.body.toString())
        this.checkQueue(`${topic}-${queueId}`, stored)
      }
    }
  }

  private checkQueue(key: string, stored: readonly string[]): void {
    const sent = this.queues.get(key) ?? []
    const isStored = new Set(stored)
    expect(sent.filter(({ text }) => isStored.has(text)).map(({ text }) => text)).toEqual(stored)
    const lost = sent.filter(({ text, isAcknowledged }) => isAcknowledged && !isStored.has(text))
    expect(lost).toEqual([])
    this.queues.set(
      key,
      stored.map(text => ({ text, isAcknowledged: true })),
    )
  }

  private next(bodyBytes: number): SentMessage {
    this.count += 1
    return { text: `${this.count}:`.padEnd(bodyBytes, 'x'), isAcknowledged: false }
  }

  private onPut(sent: readonly SentMessage[], { status }: PutMessageResult): void {
    if (status === 'PUT_OK') for (const message of sent) message.isAcknowledged = true
  }
}

interface Send {
  readonly topic: string
  readonly queueId: number
  readonly bodyBytes: number
  /** 0: a single message. */
  readonly batchCount: number
}

const send = fc.record({
  kind: fc.constant('send' as const),
  topic: fc.constantFrom(...TOPICS),
  queueId: fc.nat(QUEUE_COUNT - 1),
  // Few sizes: what a crash left behind may end exactly where a new record ends.
  bodyBytes: fc.oneof(fc.nat(200), fc.constantFrom(100, 4000), fc.nat(5000)),
  batchCount: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(4)),
})
const step = fc.oneof(
  { arbitrary: send, weight: 12 },
  { arbitrary: fc.record({ kind: fc.constant('turn' as const) }), weight: 4 },
  {
    arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 500, 1000, 60_000) }),
    weight: 3,
  },
)
const end = fc.constantFrom('stop', 'kill', 'power' as const)
/** With which operation on the disk the process dies, if not at the end, and what of a write then happens. */
const death = fc.option(fc.record({ operation: fc.integer({ min: 1, max: 150 }), takenBytes: fc.nat(3000) }))
const session = fc.record({ steps: fc.array(step, { maxLength: 40 }), death, end })

type Session = typeof session extends fc.Arbitrary<infer T> ? T : never

interface World {
  readonly disk: FaultyDisk
  readonly senders: Senders
  /** Decides about each page when the power is lost. */
  readonly survives: () => boolean
}

async function runSession(config: Partial<MessageStoreConfig>, session: Session, world: World): Promise<void> {
  const { disk, senders, survives } = world
  const { steps, death, end: how } = session
  const clock = new FakeClock()
  const store = createStore(config, disk.process(), clock)
  if (death !== null) disk.killAtNth(death.operation, death.takenBytes)
  const isStarted = await store.start().then(
    () => true,
    () => false,
  )
  expect(isStarted || death !== null).toBe(true)
  if (isStarted) {
    if (death === null) await senders.check(store)
    await runSteps(store, steps, clock, senders)
  }
  if (how === 'stop' && death === null) {
    await store.stop()
    expect(disk.contents.has('/store/abort')).toBe(false)
  } else if (how === 'power') disk.losePower(survives)
  else disk.kill()
  disk.fault = () => null
}

async function runSteps(
  store: MessageStore,
  steps: Session['steps'],
  clock: FakeClock,
  senders: Senders,
): Promise<void> {
  for (const each of steps) {
    if (each.kind === 'send') senders.send(store, each)
    else if (each.kind === 'turn') await endOfTurn()
    else {
      clock.advance(each.ms)
      await endOfTurn()
    }
  }
}

/** A decision per page that the seed replays. */
function randomOf(seed: number): () => boolean {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state & 0x10000) !== 0
  }
}

async function runSessions(
  config: Partial<MessageStoreConfig>,
  sessions: readonly Session[],
  seed: number,
): Promise<void> {
  const disk = new FaultyDisk()
  const senders = new Senders()
  const survives = randomOf(seed)
  for (const each of sessions) await runSession(config, each, { disk, senders, survives })
  const store = await startStore(config, disk.process(), new FakeClock())
  await senders.check(store)
  await store.stop()
}

test('what was acknowledged is there, once and in order, after every SIGKILL', async () => {
  const killed = session.map(each => ({ ...each, end: each.end === 'power' ? ('kill' as const) : each.end }))
  await fc.assert(
    fc.asyncProperty(fc.array(killed, { minLength: 1, maxLength: 5 }), fc.nat(), (sessions, seed) =>
      runSessions({ ...SMALL }, sessions, seed),
    ),
    { numRuns: 150 },
  )
})

test('with SYNC_FLUSH what was acknowledged survives a loss of power too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 5 }), fc.nat(), (sessions, seed) =>
      runSessions({ ...SMALL, flushDiskType: 'SYNC_FLUSH' }, sessions, seed),
    ),
    { numRuns: 150 },
  )
})

test('with ASYNC_FLUSH a loss of power takes the end of the log and nothing before', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  let store = await startStore(SMALL, disk.process(), clock)
  for (let index = 0; index < 50; index += 1) await put(store, messageOf({ body: Buffer.from(`early ${index}`) }))
  clock.advance(60_000)
  await endOfTurn()
  await put(store, messageOf({ body: Buffer.from('late') }))
  disk.losePower()
  store = await startStore(SMALL, disk.process(), new FakeClock())
  const bodies = (await readQueue(store, 'TopicA', 0)).map(({ body }) => body.toString())
  expect(bodies.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, index) => `early ${index}`))
  await store.stop()
})
