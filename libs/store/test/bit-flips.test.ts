import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { StoredMessageLayout } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import type { MessageStore } from '../src'
import { seeds } from './faults/fault-session'
import { SMALL, endOfTurn, get, messageOf, messagesOf, put, startStore } from './store-fixture'

/** Cold reads are checked as recovery is. */
const CHECKED = { ...SMALL, checkCRCOnColdRead: true, hotTailBytes: 0 }
const FILE_BYTES = SMALL.mappedFileSizeCommitLog!

interface Stored {
  readonly text: string
  readonly queueOffset: number
  readonly startOffset: number
  readonly endOffset: number
}

interface Damage {
  /** Sizes of the bodies. */
  readonly bodies: readonly number[]
  /** After how many of them the queues and the checkpoint are written. */
  readonly flushAfter: number
  readonly end: 'stop' | 'kill'
  /** Where in the last file of the log, from 0 to 1; the bit. */
  readonly at: number
  readonly bit: number
}

const damage = fc.record({
  bodies: fc.array(fc.oneof(fc.nat(200), fc.nat(3000)), { minLength: 1, maxLength: 40 }),
  flushAfter: fc.nat(40),
  end: fc.constantFrom('stop' as const, 'kill' as const),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.nat(7),
})

async function fill(
  disk: FaultyDisk,
  { bodies, flushAfter, end }: Damage,
): Promise<{ stored: readonly Stored[]; endOffset: number }> {
  const clock = new FakeClock()
  const store = await startStore(CHECKED, disk.process(), clock)
  const stored: Stored[] = []
  for (const [index, bodyBytes] of bodies.entries()) {
    const text = `${index}:`.padEnd(bodyBytes, 'x')
    const { queueOffset, physicalOffset, storedBytes } = await put(store, messageOf({ body: Buffer.from(text) }))
    stored.push({ text, queueOffset, startOffset: physicalOffset, endOffset: physicalOffset + storedBytes })
    if (index === flushAfter) {
      clock.advance(60_000)
      await endOfTurn()
    }
  }
  const endOffset = store.maxPhysicalOffset
  if (end === 'stop') await store.stop()
  else disk.kill()
  return { stored, endOffset }
}

/** Everything that gets serve of the queue, the reader going on where the store says. */
async function served(store: MessageStore): Promise<readonly { queueOffset: number; text: string }[]> {
  const messages: { queueOffset: number; text: string }[] = []
  for (let queueOffset = store.minOffset('TopicA', 0); queueOffset < store.maxOffset('TopicA', 0);) {
    const result = await get(store, { queueOffset })
    expect(result.nextBeginOffset).toBeGreaterThan(queueOffset)
    queueOffset = result.nextBeginOffset
    messages.push(
      ...messagesOf(result).map(message => ({ queueOffset: message.queueOffset, text: message.body.toString() })),
    )
  }
  return messages
}

/** No wrong body is served, nothing before the damage is lost, none comes twice, and the store goes on. */
async function expectHarmless(disk: FaultyDisk, stored: readonly Stored[], flippedOffset: number): Promise<void> {
  const store = await startStore(CHECKED, disk.process(), new FakeClock())
  const messages = await served(store)
  const texts = messages.map(({ text }) => text)
  const sent = stored.map(({ text }) => text)
  expect(texts.filter(text => !sent.includes(text))).toEqual([])
  expect(new Set(texts).size).toBe(texts.length)
  const mustBeThere = stored.filter(message => message.endOffset <= flippedOffset).map(({ text }) => text)
  expect(mustBeThere.filter(text => !texts.includes(text))).toEqual([])

  const result = await put(store, messageOf({ body: Buffer.from('next') }))
  expect(result.status).toBe('PUT_OK')
  const [next] = messagesOf(await get(store, { queueOffset: result.queueOffset }))
  expect(next?.body.toString()).toBe('next')
  await store.stop()
}

/** What `damaged-queue-offset.test.ts` is about: the newest record may then say that the queue begins again. */
function isInNewestQueueOffset(stored: readonly Stored[], flippedOffset: number): boolean {
  const at = flippedOffset - stored.at(-1)!.startOffset - StoredMessageLayout.queueOffsetAt
  return at >= 0 && at < 8
}

test('a wrong bit anywhere in the last file of the log never makes a wrong body, nor takes what lies before it', async () => {
  await fc.assert(
    fc.asyncProperty(damage, async each => {
      const disk = new FaultyDisk()
      const { stored, endOffset } = await fill(disk, each)
      const fileOffset = endOffset - (endOffset % FILE_BYTES)
      const flippedOffset = fileOffset + Math.floor(each.at * Math.min(endOffset - fileOffset + 200, FILE_BYTES))
      fc.pre(!isInNewestQueueOffset(stored, flippedOffset))
      disk.flipBit(
        `/store/commitlog/${String(fileOffset).padStart(20, '0')}`,
        (flippedOffset - fileOffset) * 8 + each.bit,
      )
      await expectHarmless(disk, stored, flippedOffset)
    }),
    seeds(0.2),
  )
})

test.each(['stop', 'kill'] as const)('nor does one in any byte of the log, after a %s', async end => {
  const filled: Damage = { bodies: [10, 20, 30, 40], flushAfter: 0, end, at: 0, bit: 0 }
  const { stored } = await fill(new FaultyDisk(), filled)
  for (let at = 0; at < stored.at(-1)!.endOffset; at += 1) {
    for (const bit of [0, 7]) {
      const disk = new FaultyDisk()
      await fill(disk, filled)
      disk.flipBit(`/store/commitlog/${'0'.repeat(20)}`, at * 8 + bit)
      await expectHarmless(disk, stored, at)
    }
  }
})

test('a message that says an offset no queue can have is in no queue; the others are, and the next one is served', async () => {
  const disk = new FaultyDisk()
  const { stored } = await fill(disk, { bodies: [10, 20, 30], flushAfter: 40, end: 'kill', at: 0, bit: 0 })
  const lastOffset = stored.at(-2)!.endOffset
  disk.flipBit(`/store/commitlog/${'0'.repeat(20)}`, (lastOffset + StoredMessageLayout.queueOffsetAt) * 8)

  const store = await startStore(CHECKED, disk.process(), new FakeClock())
  expect((await served(store)).map(({ text }) => text)).toEqual(stored.slice(0, 2).map(({ text }) => text))
  const { queueOffset } = await put(store, messageOf({ body: Buffer.from('next') }))
  const [next] = messagesOf(await get(store, { queueOffset }))
  expect(next?.body.toString()).toBe('next')
  await store.stop()
})
