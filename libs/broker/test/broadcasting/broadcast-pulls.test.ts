import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import { BROADCASTER_COUNT_MAX } from '../../src/broadcasting/broadcast-offset-table'
import { ask, channelOf } from '../support/ask'
import { messaging, subscribe } from '../support/messaging'
import type { Messaging } from '../support/messaging'

const GROUP = 'GG'
const OF_ALL = 'GG@broadcast'
const FROM_PROXY = { requestSource: '1', proxyFrowardClientId: 'cid-1' }

let broker: Messaging
beforeEach(async () => {
  broker = messaging()
  await broker.broadcastOffsets.start()
})
afterEach(() => broker.broadcastOffsets.stop())

/** A member of the broadcasting group, connected to the broker. */
function member(id: number, messageModel: 'BROADCASTING' | 'CLUSTERING' = 'BROADCASTING'): Channel {
  const channel = channelOf(id)
  subscribe(broker, { group: GROUP, channel, clientId: `cid-${id}`, messageModel })
  return channel
}

async function put(count: number, queueId = 0): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await ask(broker.send, {
      code: RequestCode.SEND_MESSAGE_V2,
      extFields: { a: 'GP', b: 'GA', c: 'TBW102', d: '4', e: String(queueId), f: '0', g: '1', h: '0', i: '' },
      body: `body-${index}`,
    })
  }
}

/** What a pull from `queueOffset` on is answered: where to go on, and whether that is elsewhere. */
async function pull(channel: Channel, queueOffset: number, more: Record<string, string> = {}) {
  const { code, extFields } = await ask(broker.pull, {
    code: RequestCode.PULL_MESSAGE,
    extFields: {
      ...{ consumerGroup: GROUP, topic: 'GA', queueId: '0', queueOffset: String(queueOffset), maxMsgNums: '2' },
      ...{ sysFlag: '4', commitOffset: '0', suspendTimeoutMillis: '0', subscription: '*', subVersion: '1' },
      ...{ expressionType: 'TAG', ...more },
    },
    channel,
  })
  return { isMoved: code === ResponseCode.PULL_OFFSET_MOVED, next: Number(extFields?.['nextBeginOffset']) }
}

const committed = (queueId = 0): number => broker.offsets.query(OF_ALL, 'GA', queueId)
const passSeconds = (seconds: number): void => {
  for (let second = 0; second < seconds; second += 1) broker.clock.advance(1_000)
}

test('what the slowest client has got is committed for the whole group', async () => {
  await put(6)
  const [fast, slow] = [member(1), member(2)]
  await pull(fast, 0)
  await pull(fast, 2)
  await pull(fast, 4)
  await pull(slow, 0)
  await pull(slow, 2)
  passSeconds(5)
  expect(committed()).toBe(2)
  await pull(slow, 4)
  passSeconds(5)
  expect(committed()).toBe(4)
})

test('a stop commits what it knows', async () => {
  await put(4)
  await pull(member(1), 2)
  await broker.broadcastOffsets.stop()
  expect(committed()).toBe(2)
})

test('of a group that shares its messages, and of members that pull by themselves, nothing is kept', async () => {
  await put(4)
  await pull(member(1, 'CLUSTERING'), 2)
  await pull(channelOf(9), 2)
  passSeconds(5)
  expect(committed()).toBe(-1)
})

test('a client of this broker begins where it says', async () => {
  await put(4)
  expect(await pull(member(1), 0)).toEqual({ isMoved: false, next: 2 })
  expect(await pull(member(1), 0)).toEqual({ isMoved: false, next: 2 })
})

describe('a client of a proxy', () => {
  test('that knows nothing begins with the first message of a short queue', async () => {
    await put(4)
    expect(await pull(channelOf(7), -1, FROM_PROXY)).toEqual({ isMoved: true, next: 0 })
    expect(await pull(channelOf(7), 0, FROM_PROXY)).toEqual({ isMoved: false, next: 2 })
  })

  test('that knows nothing begins with the next message of a long queue', async () => {
    await put(4)
    jest.spyOn(broker.store, 'isInMemory').mockReturnValue(false)
    expect(await pull(channelOf(7), -1, FROM_PROXY)).toEqual({ isMoved: true, next: 4 })
  })

  test('that knows nothing begins where all others are', async () => {
    await put(6)
    await pull(member(2), 4)
    passSeconds(5)
    expect(await pull(channelOf(7), -1, FROM_PROXY)).toEqual({ isMoved: true, next: 4 })
  })

  test('that was connected to the broker before goes on where it was, once', async () => {
    await put(6)
    await pull(member(1), 4)
    expect(await pull(channelOf(7), 0, FROM_PROXY)).toEqual({ isMoved: true, next: 4 })
    expect(await pull(channelOf(7), 4, FROM_PROXY)).toEqual({ isMoved: false, next: 6 })
    expect(await pull(channelOf(7), 0, FROM_PROXY)).toEqual({ isMoved: false, next: 2 })
  })

  test('that connects to the broker goes on where it was', async () => {
    await put(6)
    await pull(channelOf(7), 4, FROM_PROXY)
    expect(await pull(member(1), 0)).toEqual({ isMoved: true, next: 4 })
    expect(await pull(member(1), 4)).toEqual({ isMoved: false, next: 6 })
  })
})

test('an offset that an operator has set comes first', async () => {
  await put(6)
  await pull(channelOf(7), 4, FROM_PROXY)
  broker.offsets.assignResetOffset({ group: GROUP, topic: 'GA', queueId: 0, offset: 1 })
  expect(await pull(member(1), 0)).toEqual({ isMoved: true, next: 1 })
})

test('a client that has gone is waited for, and then forgotten', async () => {
  await put(6)
  await pull(channelOf(7), 2, { ...FROM_PROXY, proxyFrowardClientId: 'cid-7' })
  await pull(member(1), 4)
  passSeconds(115)
  expect(committed()).toBe(2)
  passSeconds(10)
  expect(committed()).toBe(4)
  expect(await pull(member(7), 0)).toEqual({ isMoved: false, next: 2 })
})

test('a client that is connected and pulls no more is forgotten later', async () => {
  await put(6)
  await pull(member(1), 2)
  passSeconds(305)
  expect(await pull(channelOf(7), 0, FROM_PROXY)).toEqual({ isMoved: false, next: 2 })
})

test('with enableBroadcastOffsetStore off every client begins where it says, and nothing is kept', async () => {
  broker = messaging({ enableBroadcastOffsetStore: 'false' })
  await broker.broadcastOffsets.start()
  await put(6)
  await pull(channelOf(7), 4, FROM_PROXY)
  expect(await pull(member(1), 0)).toEqual({ isMoved: false, next: 2 })
  passSeconds(5)
  expect(committed()).toBe(-1)
})

test('more clients than are remembered begin where they say', async () => {
  await put(6)
  for (let index = 0; index <= BROADCASTER_COUNT_MAX; index += 1) {
    broker.broadcastOffsets.pulled({
      ...{ group: GROUP, topic: 'GA', queueId: 0, offset: 4 },
      broadcaster: { clientId: `cid-${index}`, isFromProxy: true },
    })
  }
  const begin = (clientId: string): number | null =>
    broker.broadcastOffsets.beginOffset({
      ...{ group: GROUP, topic: 'GA', queueId: 0, offset: 0 },
      broadcaster: { clientId, isFromProxy: false },
    })
  expect([begin('cid-0'), begin(`cid-${BROADCASTER_COUNT_MAX}`)]).toEqual([4, null])
})
