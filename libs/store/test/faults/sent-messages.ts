import type { MessageStore, MessageStoreConfig, PutMessageResult } from '../../src'
import { batchOf, messageOf, readQueue } from '../store-fixture'

export const TOPICS = ['TopicA', 'TopicB']
export const QUEUE_COUNT = 2

export interface Send {
  readonly topic: string
  readonly queueId: number
  readonly bodyBytes: number
  /** 0: a single message. */
  readonly batchCount: number
  readonly waitStoreMessageOk: boolean
}

/** One that the clients have sent, and what they know of it. */
interface SentMessage {
  readonly text: string
  /** True while it must be there. */
  isAcknowledged: boolean
  /** Where its record, or that of its batch, ends in the log; 0 for what was there when the store started. */
  endOffset: number
  /** Its topic was deleted after it, by this process or one before: what is gone a crash may bring back, for a while. */
  deleted: 'no' | 'now' | 'before'
}

type FlushType = Pick<MessageStoreConfig, 'flushDiskType'>

/** Sends messages to a store that fails, and knows what must be there afterwards and what may be. */
export class SentMessages {
  /** Those that were deleted at some time. */
  readonly deletedTopics = new Set<string>()
  private readonly queues = new Map<string, SentMessage[]>()
  private count = 0
  private processCount = 0

  /** `config` is the live one of the store: what is acknowledged while it says SYNC_FLUSH must be on the disk. */
  send(store: MessageStore, config: FlushType, each: Send): void {
    const { topic, queueId, bodyBytes, batchCount, waitStoreMessageOk } = each
    const sent = Array.from({ length: Math.max(1, batchCount) }, () => this.next(bodyBytes))
    this.queue(topic, queueId).push(...sent)
    const { processCount } = this
    const listener = {
      onPut: ({ status, physicalOffset, storedBytes }: PutMessageResult) => {
        if (status !== 'PUT_OK' || processCount !== this.processCount) return
        const endOffset = physicalOffset + storedBytes
        const mustBeSynced = config.flushDiskType === 'SYNC_FLUSH' && waitStoreMessageOk
        if (mustBeSynced) expect(store.flushedPhysicalOffset).toBeGreaterThanOrEqual(endOffset)
        for (const message of sent) Object.assign(message, { isAcknowledged: true, endOffset })
      },
    }
    const bodies = sent.map(({ text }) => Buffer.from(text))
    const place = { topic, queueId, waitStoreMessageOk }
    if (batchCount > 0) store.putBatch(batchOf(bodies, place), listener)
    else store.put(messageOf({ ...place, body: bodies[0]! }), listener)
  }

  /** The topic is deleted: what was sent before need not be there any more. */
  delete(topic: string): void {
    this.deletedTopics.add(topic)
    for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) {
      for (const message of this.queue(topic, queueId))
        Object.assign(message, { isAcknowledged: false, deleted: 'now' })
    }
  }

  /** The process is dead: nobody hears what it still says. */
  endProcess(): void {
    this.processCount += 1
    for (const message of this.all()) if (message.deleted === 'now') message.deleted = 'before'
  }

  /** The power was lost when the log was on the disk up to `flushedOffset`. */
  losePower(flushedOffset: number): void {
    for (const message of this.all()) {
      if (message.endOffset > flushedOffset) message.isAcknowledged = false
    }
  }

  private knows(text: string): boolean {
    return this.all().some(message => message.text === text)
  }

  /**
   * Compares with what a store serves: every acknowledged message is there once, in order; of the others some may be;
   * nothing else is. What is there when a store has started is what must be there from now on.
   */
  async check(store: MessageStore, when: 'started' | 'running'): Promise<void> {
    for (const topic of TOPICS) {
      for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) await this.checkQueue(store, { topic, queueId }, when)
    }
  }

  /** Where the disk lets a queue be read, nothing is in it that was not sent. */
  async checkWhatIsReadable(store: MessageStore): Promise<void> {
    for (const topic of TOPICS) {
      for (let queueId = 0; queueId < QUEUE_COUNT; queueId += 1) {
        const messages = await readQueue(store, topic, queueId).catch(() => [])
        expect(messages.filter(({ body }) => !this.knows(body.toString()))).toEqual([])
      }
    }
  }

  private async checkQueue(
    store: MessageStore,
    { topic, queueId }: { readonly topic: string; readonly queueId: number },
    when: 'started' | 'running',
  ): Promise<void> {
    const messages = await readQueue(store, topic, queueId)
    const firstOffset = messages[0]?.queueOffset ?? store.maxOffset(topic, queueId)
    // What a crash brings back of a deleted topic may be the end of it only.
    if (!this.deletedTopics.has(topic)) expect(firstOffset).toBe(0)
    expect(messages.map(message => message.queueOffset)).toEqual(messages.map((_, index) => firstOffset + index))
    expect(store.maxOffset(topic, queueId)).toBe(firstOffset + messages.length)
    const stored = messages.map(message => message.body.toString())
    const isStored = new Set(stored)
    const sent = this.queue(topic, queueId)
    const mayBeThere = sent.filter(({ deleted }) => deleted !== 'now')
    expect(mayBeThere.filter(({ text }) => isStored.has(text)).map(({ text }) => text)).toEqual(stored)
    expect(sent.filter(({ text, isAcknowledged }) => isAcknowledged && !isStored.has(text))).toEqual([])
    if (when === 'started') {
      // The log may hold what is deleted for long.
      const left = sent.filter(({ text, deleted }) => isStored.has(text) || deleted !== 'no')
      for (const message of left) Object.assign(message, { isAcknowledged: message.deleted === 'no', endOffset: 0 })
      this.queues.set(keyOf(topic, queueId), left)
    }
  }

  private all(): readonly SentMessage[] {
    return [...this.queues.values()].flat()
  }

  private queue(topic: string, queueId: number): SentMessage[] {
    const key = keyOf(topic, queueId)
    const queue = this.queues.get(key) ?? []
    this.queues.set(key, queue)
    return queue
  }

  private next(bodyBytes: number): SentMessage {
    this.count += 1
    const text = `${this.count}:`.padEnd(bodyBytes, 'x')
    return { text, isAcknowledged: false, endOffset: Infinity, deleted: 'no' }
  }
}

function keyOf(topic: string, queueId: number): string {
  return `${topic}-${queueId}`
}
