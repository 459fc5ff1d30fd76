import { setImmediate as turn } from 'node:timers/promises'
import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import type { HttpRooms } from '../../../src/http/http-rooms'
import type { FrameSocket } from '../../../src/http/streams/frame-stream'
import { SocketSession } from '../../../src/http/streams/socket-session'
import { Streams } from '../../../src/http/streams/streams'
import type { Messaging } from '../../../src/messaging/messaging'
import { proxyConfigSchema } from '../../../src/proxy-config'
import { until } from '../../support/until'

/** The client's end of a session: what it says, and what it is told. */
function session() {
  const clock = new FakeClock()
  const config = proxyConfigSchema.parse({})
  const streams = new Streams(config, clock)
  const listeners = new Map<string, (...given: never[]) => void>()
  const closed: number[] = []
  const user = { isKnown: true }
  const socket = {
    on: (event: string, listener: (...given: never[]) => void) => void listeners.set(event, listener),
    send: (_text: string, onSent: () => void) => onSent(),
    close: (code: number) => void closed.push(code),
    ...{ ping() {}, terminate() {}, pause() {}, resume() {} },
  } as FrameSocket
  const asked: unknown[] = []
  const messaging = {
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive(request: unknown) {
      asked.push(request)
      return new Promise<never>(() => undefined)
    },
  } as unknown as Messaging
  const rooms = { messaging, config, clock, streams, log: silentLog } as unknown as HttpRooms
  const isStillKnown = (): Promise<boolean> => Promise.resolve(user.isKnown)
  const place = { group: 'g', topic: 't', namespace: '', bornHost: '127.0.0.1:1', isStillKnown }
  new SocketSession(socket, place, rooms).start()
  const say = (frame: object): void => {
    const args = [Buffer.from(JSON.stringify(frame)), false] as never[]
    listeners.get('message')?.(...args)
  }
  return { say, asked, streams, closed, user }
}

const subscribe = { op: 'subscribe', credit: 1 }

test('who subscribes gets messages', async () => {
  const { say, asked } = session()
  say(subscribe)
  await until(() => asked.length === 1)
})

test('who was sent away gets none any more', async () => {
  const { say, asked, streams } = session()
  await streams.sendAway()
  say(subscribe)
  for (let turns = 0; turns < 20; turns++) await turn()
  expect(asked).toHaveLength(0)
})

test('who is no user any more is closed with 4401, and gets nothing from then on', async () => {
  const { say, asked, streams, closed, user } = session()
  await streams.lookAgain()
  expect(closed).toEqual([])
  user.isKnown = false
  await streams.lookAgain()
  expect(closed).toEqual([4401])
  say(subscribe)
  for (let turns = 0; turns < 20; turns++) await turn()
  expect(asked).toHaveLength(0)
})
