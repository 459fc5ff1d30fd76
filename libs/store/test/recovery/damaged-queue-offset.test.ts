import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { StoredMessageLayout } from '@rocketmq-ts/protocol'
import { createFileMessageStore } from '../../src'
import type { MessageStore, MessageStoreConfig } from '../../src'
import { journalDatabaseOn } from '../key-value/journal-database'
import { SMALL, STORE_HOST, configOf, endOfTurn, messageOf, put, readQueue, startStore } from '../store-fixture'

/* The queue offset of a record is in no CRC of Java's: recovery finds out by the records around it. */

type StoreType = MessageStoreConfig['storeType']
type End = 'stop' | 'kill'

const LOG_FILE = `/store/commitlog/${'0'.repeat(20)}`
const MESSAGE_COUNT = 9
/** Of the eight bytes the ones that make small, large and impossible offsets. */
const BITS = [0, 1, 2, 3, 10, 21, 40, 62, 63]
const IN_NO_QUEUE = 'a message with a damaged queue offset is in no queue'
const BEGINS_AGAIN = 'a queue begins again: its topic was deleted and made again, or it is damaged'
const texts = Array.from({ length: MESSAGE_COUNT }, (_, index) => `message ${index}`)

interface Left {
  readonly disk: FaultyDisk
  /** Where each record of the queue begins. */
  readonly physicalOffsets: readonly number[]
}

/** A queue with messages between those of another one, the last one of the log among them, as a process left it. */
async function left(config: Partial<MessageStoreConfig>, end: End, flushAfter: number): Promise<Left> {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(config, disk.process(), clock)
  const physicalOffsets: number[] = []
  for (const [index, text] of texts.entries()) {
    await put(store, messageOf({ queueId: 1, body: Buffer.from(text) }))
    physicalOffsets.push((await put(store, messageOf({ body: Buffer.from(text) }))).physicalOffset)
    if (index !== flushAfter) continue
    clock.advance(60_000)
    await endOfTurn()
  }
  if (end === 'stop') await store.stop()
  else disk.kill()
  return { disk, physicalOffsets }
}

/** Flips a bit of the queue offset, counted from the lowest. */
function flip(disk: FaultyDisk, physicalOffset: number, bit: number): void {
  const byte = physicalOffset + StoredMessageLayout.queueOffsetAt + 7 - (bit >> 3)
  disk.flipBit(LOG_FILE, byte * 8 + (bit & 7))
}

async function startLogged(
  config: Partial<MessageStoreConfig>,
  disk: FaultyDisk,
  said: string[],
): Promise<MessageStore> {
  const say = (_: object, text: string): void => void said.push(text)
  const log = { ...silentLog, warn: say, error: say, child: () => log }
  const view = disk.process()
  const store = createFileMessageStore(configOf(config), {
    ...{ clock: new FakeClock(), disk: view, log, storeHost: STORE_HOST },
    ...{ openDatabase: journalDatabaseOn(view), delayMsOfLevel: () => 0 },
  })
  await store.start()
  return store
}

async function textsIn(store: MessageStore, queueId = 0): Promise<string[]> {
  return (await readQueue(store, 'TopicA', queueId)).map(({ body }) => body.toString())
}

describe.each<StoreType>(['default', 'kv'])('with storeType=%s', storeType => {
  const config = { ...SMALL, storeType }

  test.each([
    ['that no queue has on the disk', MESSAGE_COUNT],
    ['of which some queues have the first ones', 3],
  ])('after a crash a wrong bit in an offset takes no other message, of those %s', async (_, flushAfter) => {
    for (let index = 0; index < MESSAGE_COUNT - 1; index += 1) {
      for (const bit of BITS) {
        const { disk, physicalOffsets } = await left(config, 'kill', flushAfter)
        flip(disk, physicalOffsets[index]!, bit)
        const said: string[] = []
        const store = await startLogged(config, disk, said)
        const served = await textsIn(store)
        expect([index, bit, served.filter(text => text !== texts[index])]).toEqual([
          index,
          bit,
          texts.filter(text => text !== texts[index]),
        ])
        expect([index, bit, await textsIn(store, 1)]).toEqual([index, bit, texts])
        if (!served.includes(texts[index]!)) expect(said).not.toEqual([])
        expect((await put(store, messageOf())).queueOffset).toBe(MESSAGE_COUNT)
        await store.stop()
      }
    }
  })

  test('what it leaves out it names', async () => {
    const { disk, physicalOffsets } = await left(config, 'kill', MESSAGE_COUNT)
    flip(disk, physicalOffsets[4]!, 2)
    const said: string[] = []
    const store = await startLogged(config, disk, said)
    expect(said).toContain(IN_NO_QUEUE)
    expect((await readQueue(store, 'TopicA', 0)).map(({ queueOffset }) => queueOffset)).toEqual([
      ...[0, 1, 2, 3, 5, 6, 7, 8],
    ])
    await store.stop()
  })

  test('after a stop the same, whichever message it is', async () => {
    for (let index = 0; index < MESSAGE_COUNT; index += 1) {
      for (const bit of BITS) {
        const { disk, physicalOffsets } = await left(config, 'stop', 3)
        flip(disk, physicalOffsets[index]!, bit)
        const said: string[] = []
        const store = await startLogged(config, disk, said)
        const served = await textsIn(store)
        expect([index, bit, served.filter(text => text !== texts[index])]).toEqual([
          index,
          bit,
          texts.filter(text => text !== texts[index]),
        ])
        if (!served.includes(texts[index]!)) expect(said).not.toEqual([])
        await store.stop()
      }
    }
  })

  test('after a crash the newest message of a queue is believed when it says 0: the queue begins again, and a warning says so', async () => {
    const disk = new FaultyDisk()
    const store = await startStore(config, disk.process(), new FakeClock())
    for (let index = 0; index < 16; index += 1) await put(store, messageOf())
    const { physicalOffset, queueOffset } = await put(store, messageOf())
    expect(queueOffset).toBe(16)
    disk.kill()
    flip(disk, physicalOffset, 4)
    const said: string[] = []
    const restarted = await startLogged(config, disk, said)
    expect(said).toContain(BEGINS_AGAIN)
    expect([restarted.minOffset('TopicA', 0), restarted.maxOffset('TopicA', 0)]).toEqual([0, 1])
    expect((await put(restarted, messageOf())).queueOffset).toBe(1)
    await restarted.stop()
  })

  test.each([
    [1, 1],
    [4, 1],
    [4, 3],
    [8, 9],
    [3, 2],
  ])('a topic that had %i messages, was deleted and made again has its %i new ones after a crash', async (old, now) => {
    const disk = new FaultyDisk()
    const store = await startStore(config, disk.process(), new FakeClock())
    for (let index = 0; index < old; index += 1) await put(store, messageOf({ body: Buffer.from(`old ${index}`) }))
    await store.deleteTopics(['TopicA'])
    for (const text of texts.slice(0, now)) await put(store, messageOf({ body: Buffer.from(text) }))
    disk.kill()
    const said: string[] = []
    const restarted = await startLogged(config, disk, said)
    expect(await textsIn(restarted)).toEqual(texts.slice(0, now))
    expect(said).not.toContain(IN_NO_QUEUE)
    await restarted.stop()
  })
})
