import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { decodeFrame, RemotingResponse } from '@rocketmq-ts/protocol'
import { FrameSplitter } from '../src'
import { BlockPool } from '../src/block-pool'
import { Outbox } from '../src/outbox'
import { RemotingStatistics } from '../src/remoting-statistics'
import { eventually } from './raw-peer'

const FRAME_BYTES_MAX = 16 * 1024 ** 2

let server: Server
let sending: Socket
let receiving: Socket

beforeEach(async () => {
  server = createServer(socket => void (sending = socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  receiving = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await new Promise(resolve => server.once('connection', resolve))
})
afterEach(() => {
  receiving.destroy()
  sending.destroy()
  server.close()
})

function outboxOn(socket: Socket) {
  const statistics = new RemotingStatistics()
  let takenCount = 0
  const listener = { onTaken: () => void (takenCount += 1) }
  const held = { total: 0 }
  const context = { frameBytesMax: FRAME_BYTES_MAX, pool: new BlockPool(), statistics, held, listener }
  return { outbox: new Outbox(socket, context), statistics, held, takenCount: () => takenCount }
}

/** Reads so many frames, resting between chunks when told to. */
async function receive(frameCount: number, isSlow: boolean): Promise<Buffer[]> {
  const splitter = new FrameSplitter(FRAME_BYTES_MAX)
  const frames: Buffer[] = []
  const onData = (chunk: Buffer): void => {
    splitter.push(chunk)
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) frames.push(frame)
    if (isSlow) {
      receiving.pause()
      setImmediate(() => receiving.resume())
    }
  }
  receiving.on('data', onData).resume()
  await eventually(() => frames.length === frameCount)
  receiving.off('data', onData)
  return frames
}

test('answers arrive whole and in order, whatever their sizes, each released once', async () => {
  const partBytes = fc.oneof(fc.nat(200), fc.integer({ min: 4000, max: 4200 }), fc.nat(300_000))
  const answer = fc.record({
    remarkBytes: fc.oneof(fc.nat(100), fc.nat(100_000)),
    parts: fc.array(partBytes, { maxLength: 4 }),
  })
  const answers = fc.array(answer, { minLength: 1, maxLength: 12 })
  const { outbox } = outboxOn(sending)
  let fill = 0
  await fc.assert(
    fc.asyncProperty(answers, fc.array(fc.boolean()), fc.boolean(), async (given, turns, isSlow) => {
      const released = given.map(() => 0)
      const bodies = given.map(({ parts }) => parts.map(bytes => Buffer.alloc(bytes, (fill += 1))))
      const received = receive(given.length, isSlow)
      for (const [index, { remarkBytes }] of given.entries()) {
        const release = () => void (released[index]! += 1)
        const remark = 'r'.repeat(remarkBytes)
        outbox.push(new RemotingResponse({ code: 0, remark, bodyParts: bodies[index]!, release }), index, index % 2)
        if (turns[index] === true) await new Promise(resolve => setImmediate(resolve))
      }
      for (const [index, frame] of (await received).entries()) {
        const { opaque, remark, body } = decodeFrame(frame)
        expect([opaque, remark?.length ?? 0]).toEqual([index, given[index]!.remarkBytes])
        expect((body ?? Buffer.alloc(0)).equals(Buffer.concat(bodies[index]!))).toBe(true)
      }
      await eventually(() => outbox.unsentBytes === 0)
      expect(released).toEqual(given.map(() => 1))
    }),
    { numRuns: 40 },
  )
})

test('the answers of one tick leave in one write', async () => {
  const { outbox, statistics, takenCount } = outboxOn(sending)
  const received = receive(100, false)
  for (let opaque = 0; opaque < 100; opaque += 1) outbox.push(RemotingResponse.success({}, Buffer.from('x')), opaque, 0)
  expect(statistics.bytesOut).toBe(0)
  await received
  expect(takenCount()).toBe(1)
})

test('what promises of the tick still push goes with it', async () => {
  const { outbox, takenCount } = outboxOn(sending)
  const received = receive(2, false)
  outbox.push(RemotingResponse.success(), 1, 0)
  await Promise.resolve().then(() => outbox.push(RemotingResponse.success(), 2, 0))
  await received
  expect(takenCount()).toBe(1)
})

test('a socket that goes releases what is written, what waits and what comes later', async () => {
  const { outbox, held } = outboxOn(sending)
  let releasedCount = 0
  const push = () => {
    const release = () => void (releasedCount += 1)
    outbox.push(new RemotingResponse({ code: 0, bodyParts: [Buffer.alloc(1_000_000)], release }), 1, 0)
  }
  sending.on('error', () => undefined).on('close', () => outbox.dispose())
  for (let count = 0; count < 20; count += 1) push()
  expect(outbox.unsentBytes).toBeGreaterThan(0)
  expect(held.total).toBe(outbox.unsentBytes)
  receiving.destroy()
  await eventually(() => releasedCount === 20)
  push()
  outbox.dispose()
  expect(releasedCount).toBe(21)
  expect([outbox.unsentBytes, held.total]).toEqual([0, 0])
})
