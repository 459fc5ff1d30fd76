import fc from 'fast-check'
import { BadFrameError, FrameSplitter } from '../src'

function frameOf(payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(8 + payload.length)
  frame.writeInt32BE(4 + payload.length, 0)
  frame.set(payload, 8)
  return frame
}

function pushInPieces(splitter: FrameSplitter, stream: Buffer, pieceBytes: number): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at < stream.length; at += pieceBytes) {
    splitter.push(stream.subarray(at, at + pieceBytes))
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) frames.push(frame)
  }
  return frames
}

test('frames come out whole however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 })),
      fc.integer({ min: 1, max: 500 }),
      (payloads, pieceBytes) => {
        const frames = payloads.map(frameOf)
        expect(pushInPieces(new FrameSplitter(1024), Buffer.concat(frames), pieceBytes)).toEqual(frames)
      },
    ),
  )
})

test.each([1, 3, 1000, 65_536, 100_000, 1_000_000])(
  'a frame of 300 000 bytes comes out of pieces of %d',
  pieceBytes => {
    const large = frameOf(Buffer.alloc(300_000, 'x'))
    const small = frameOf(Buffer.from('tail'))
    const frames = pushInPieces(new FrameSplitter(1_000_000), Buffer.concat([small, large, small]), pieceBytes)
    expect(frames.map(frame => frame.length)).toEqual([small.length, large.length, small.length])
    expect(frames[1]!.equals(large)).toBe(true)
  },
)

test('a frame within one chunk is not copied', () => {
  const splitter = new FrameSplitter(1024)
  const chunk = Buffer.concat([frameOf(Buffer.from('a')), frameOf(Buffer.from('b'))])
  splitter.push(chunk)
  expect([splitter.next(), splitter.next()].map(frame => frame!.buffer)).toEqual([chunk.buffer, chunk.buffer])
})

test('frames left untaken are not lost when more arrives', () => {
  const splitter = new FrameSplitter(1024)
  const [a, b, c] = ['a', 'b', 'c'].map(text => frameOf(Buffer.from(text)))
  splitter.push(Buffer.concat([a!, b!]))
  expect(splitter.next()).toEqual(a)
  splitter.push(c!)
  expect([splitter.next(), splitter.next(), splitter.next()]).toEqual([b, c, null])
})

test('the limit counts the whole frame, and a frame of just that size passes', () => {
  const frame = frameOf(Buffer.alloc(1016))
  const splitter = new FrameSplitter(1024)
  splitter.push(frame)
  expect(splitter.next()).toEqual(frame)
})

test.each([1021, 0x7fff_ffff, -1, 0, 3])('a length of %d is refused as soon as it is read', totalLength => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(totalLength)
  const whole = new FrameSplitter(1024)
  whole.push(length)
  expect(() => whole.next()).toThrow(BadFrameError)
  expect(() => pushInPieces(new FrameSplitter(1024), length, 1)).toThrow(BadFrameError)
})

test('memory grows with what has arrived, not with what is announced', () => {
  const splitter = new FrameSplitter(16 * 1024 ** 2)
  const before = process.memoryUsage().arrayBuffers
  const announced = Buffer.alloc(100)
  announced.writeInt32BE(16 * 1024 ** 2 - 4)
  splitter.push(announced)
  expect(splitter.next()).toBeNull()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000)
})
