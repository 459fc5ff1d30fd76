import { EventEmitter } from 'node:events'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { FrameStream } from '../../../src/http/streams/frame-stream'

/** A client that reads when the test says so. */
class FakeSocket extends EventEmitter {
  readonly sent: (() => void)[] = []
  readonly said: string[] = []
  send(text: string, onSent: () => void): void {
    this.said.push(text)
    this.sent.push(onSent)
  }
  ping = (): void => void this.said.push('ping')
  close = (code: number): void => void this.said.push(`close ${code}`)
  terminate = (): void => void this.said.push('terminate')
  pause = (): void => undefined
  resume = (): void => undefined
}

function opened() {
  const socket = new FakeSocket()
  const clock = new FakeClock()
  return { socket, clock, stream: new FrameStream(socket, clock) }
}

test('a client that answers pings stays, one that does not is let go', () => {
  const { socket, clock } = opened()
  clock.advance(20_000)
  socket.emit('pong')
  clock.advance(20_000)
  expect(socket.said).toEqual(['ping', 'ping'])
  clock.advance(20_000)
  expect(socket.said).toContain('terminate')
})

test('a client that reads nothing of what it is sent is closed as a slow consumer', () => {
  const { socket, clock, stream } = opened()
  stream.send({ op: 'result' })
  stream.send({ op: 'result' })
  socket.sent[0]?.()
  clock.advance(29_999)
  expect(socket.said).not.toContain('close 4429')
  clock.advance(1)
  expect(socket.said).toContain('close 4429')
})

test('what was sent is flushed when all of it has left, or never will', async () => {
  const { socket, stream } = opened()
  await stream.flushed()
  stream.send({ op: 'result' })
  let isFlushed = false
  const flushed = stream.flushed().then(() => (isFlushed = true))
  expect(isFlushed).toBe(false)
  socket.emit('close')
  await flushed
})

test('after its end nothing is said, and whoever sends is told at once', () => {
  const { socket, clock, stream } = opened()
  stream.end(1001, 'the proxy stops')
  let isDone = false
  stream.send({ op: 'result' }, () => (isDone = true))
  expect(isDone).toBe(true)
  clock.advance(60_000)
  expect(socket.said).toEqual(['close 1001', 'terminate'])
})
