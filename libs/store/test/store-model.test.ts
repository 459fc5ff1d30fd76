import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { tagsCodeOf } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import type { GetMessageResult, MessageStore } from '../src'
import { SMALL, batchOf, endOfTurn, get, messagesOf, put, putBatch, startStore, taggedMessage } from './store-fixture'

const TAGS = ['TagA', 'TagB', 'TagC']

interface StoredText {
  readonly text: string
  readonly tag: string | null
}

type Model = Map<string, StoredText[]>

const queueOf = { topic: fc.constantFrom('TopicA', 'TopicB'), queueId: fc.nat(2) }
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      ...queueOf,
      tag: fc.constantFrom(...TAGS),
      bodyBytes: fc.oneof(fc.nat(300), fc.nat(6000)),
      count: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      ...queueOf,
      bodies: fc.array(fc.nat(500), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('get' as const),
      ...queueOf,
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      messageCountMax: fc.integer({ min: 1, max: 40 }),
      tag: fc.option(fc.constantFrom(...TAGS)),
      isHeld: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1000, 60_000) }) },
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Runs the steps against the store and the model; keeps some answers unreleased to see that they stay as they are. */
class Comparison {
  private readonly model: Model = new Map()
  private readonly held: { readonly result: GetMessageResult; readonly bytes: Buffer }[] = []
  private count = 0

  constructor(
    private readonly store: MessageStore,
    private readonly clock: FakeClock,
  ) {}

  async run(each: Step): Promise<void> {
    if (each.kind === 'put') await this.put(each)
    else if (each.kind === 'batch') await this.putBatch(each)
    else if (each.kind === 'get') await this.get(each)
    else {
      this.clock.advance(each.ms)
      await endOfTurn()
    }
  }

  checkHeld(): void {
    for (const { result, bytes } of this.held) {
      expect(Buffer.concat(result.parts).equals(bytes)).toBe(true)
      result.release()
    }
  }

  private async put({ topic, queueId, tag, bodyBytes, count }: Extract<Step, { kind: 'put' }>): Promise<void> {
    const queue = this.queue(topic, queueId)
    const puts = Array.from({ length: count }, () => {
      const text = this.next(bodyBytes)
      queue.push({ text, tag })
      return put(this.store, taggedMessage(tag, { topic, queueId, body: Buffer.from(text) }))
    })
    const results = await Promise.all(puts)
    expect(results.map(({ queueOffset }) => queueOffset)).toEqual(
      results.map((_, index) => queue.length - count + index),
    )
  }

  private async putBatch({ topic, queueId, bodies }: Extract<Step, { kind: 'batch' }>): Promise<void> {
    const queue = this.queue(topic, queueId)
    const texts = bodies.map(bytes => this.next(bytes))
    const result = await putBatch(
      this.store,
      batchOf(
        texts.map(text => Buffer.from(text)),
        { topic, queueId },
      ),
    )
    expect(result).toMatchObject({ status: 'PUT_OK', queueOffset: queue.length, messageCount: bodies.length })
    for (const text of texts) queue.push({ text, tag: null })
  }

  private async get({
    topic,
    queueId,
    at,
    messageCountMax,
    tag,
    isHeld,
  }: Extract<Step, { kind: 'get' }>): Promise<void> {
    const queue = this.queue(topic, queueId)
    if (queue.length === 0) return
    const queueOffset = Math.floor(at * (queue.length - 1))
    const filter =
      tag === null ? null : { matchesTagsCode: (code: number) => code === tagsCodeOf(tag), matchesRecord: null }
    const result = await get(this.store, { topic, queueId, queueOffset, messageCountMax, filter })
    const bytes = Buffer.concat(result.parts)
    expect(result).toMatchObject({ minOffset: 0, maxOffset: queue.length, bodyBytes: bytes.length })
    const expected = queue
      .slice(queueOffset, result.nextBeginOffset)
      .filter(message => tag === null || message.tag === tag)
      .map(({ text }) => text)
    expect(result.status).toBe(expected.length > 0 ? 'FOUND' : 'NO_MATCHED_MESSAGE')
    expect(result.nextBeginOffset).toBeGreaterThan(queueOffset)
    expect(result.messageCount).toBeLessThanOrEqual(Math.min(32, messageCountMax))
    if (isHeld) this.held.push({ result, bytes })
    const messages = messagesOf(isHeld ? { ...result, parts: result.parts, release: () => undefined } : result)
    expect(messages.map(({ body }) => body.toString())).toEqual(expected)
  }

  private queue(topic: string, queueId: number): StoredText[] {
    const key = `${topic}-${queueId}`
    const queue = this.model.get(key) ?? []
    this.model.set(key, queue)
    return queue
  }

  private next(bodyBytes: number): string {
    this.count += 1
    return `${this.count}:`.padEnd(bodyBytes, '.')
  }
}

test('whatever is put, in whatever order and size, gets find it, in memory and on the disk', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async steps => {
      const clock = new FakeClock()
      const store = await startStore(SMALL, new FaultyDisk().process(), clock)
      const comparison = new Comparison(store, clock)
      for (const each of steps) await comparison.run(each)
      comparison.checkHeld()
      await store.stop()
    }),
    { numRuns: 60 },
  )
})
