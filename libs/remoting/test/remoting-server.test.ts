import { networkInterfaces } from 'node:os'
import { RefusedError, type Log, silentLog } from '@rocketmq-ts/base'
import {
  CommandFlag,
  type OutgoingResponse,
  RemotingCommand,
  RemotingResponse,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import {
  answering,
  type Channel,
  ConnectionLostError,
  ListenFailedError,
  type RemotingRequest,
  RemotingTimeoutError,
  type RequestHandlers,
  TooManyRequestsError,
} from '../src'
import { eventually, requestFrame } from './raw-peer'
import { ECHO, echoHandlers, useRemoting } from './remoting'

const REFUSE = 9002
const BREAK = 9003
const BREAK_LATER = 9004
const HOLD = 9005

class NoSuchThingError extends RefusedError {
  readonly code = 'RMQ_TEST_NO_SUCH_THING'
  readonly responseCode = ResponseCode.TOPIC_NOT_EXIST
}

const handlers: RequestHandlers = {
  ...echoHandlers,
  [REFUSE]: () => {
    throw new NoSuchThingError('no such thing')
  },
  [BREAK]: () => {
    throw new TypeError('a bug')
  },
  [BREAK_LATER]: answering(() => Promise.reject(new TypeError('a bug'))),
}

const remoting = useRemoting()

/** A log that keeps the texts of its errors. */
function errorsOf(): { readonly log: Log; readonly texts: string[] } {
  const texts: string[] = []
  const log: Log = { ...silentLog, error: (_, text) => void texts.push(text), child: () => log }
  return { log, texts }
}

test.each(['JSON', 'ROCKETMQ'] as const)('a request with a %s header is answered in kind', async type => {
  const server = await remoting.server(handlers)
  const client = await remoting.client({ 'rocketmq.serialize.type': type })
  const request = RemotingCommand.request(ECHO, { a: '1' }, Buffer.from('hello'))
  const response = await client.invoke(server.address, request, 3000)
  expect(response.code).toBe(ResponseCode.SUCCESS)
  expect({ ...response.extFields }).toEqual({ a: '1' })
  expect(response.body?.toString()).toBe('hello')
  expect(response.serializeType).toBe(type === 'JSON' ? 0 : 1)
})

test('a request is served of whose code a binary header has only the lower 16 bits', async () => {
  const server = await remoting.server({ [RequestCode.POP_MESSAGE]: request => echoHandlers[ECHO]?.(request) })
  for (const type of ['JSON', 'ROCKETMQ'] as const) {
    const client = await remoting.client({ 'rocketmq.serialize.type': type })
    const response = await client.invoke(server.address, RemotingCommand.request(RequestCode.POP_MESSAGE), 3000)
    expect([type, response.code]).toEqual([type, ResponseCode.SUCCESS])
  }
})

test('an unknown code, a refusal and a bug are answers too, and only the bug is an error in the log', async () => {
  const { log, texts } = errorsOf()
  const server = await remoting.server(handlers, {}, { log })
  const client = await remoting.client()
  const ask = async (code: number) => await client.invoke(server.address, RemotingCommand.request(code), 3000)
  expect(await ask(4711)).toMatchObject({ code: 3, remark: ' request type 4711 not supported' })
  expect(await ask(REFUSE)).toMatchObject({ code: ResponseCode.TOPIC_NOT_EXIST, remark: 'no such thing' })
  expect(texts).toEqual([])
  expect(await ask(BREAK)).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'TypeError: a bug' })
  expect(await ask(BREAK_LATER)).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'TypeError: a bug' })
  expect(texts).toEqual(['request failed', 'request failed'])
})

test('a oneway request is served and never answered, whatever becomes of it', async () => {
  const server = await remoting.server(handlers)
  const peer = await remoting.raw(server)
  for (const code of [ECHO, REFUSE, BREAK, BREAK_LATER, 4711])
    peer.send(requestFrame(code, code, null, CommandFlag.ONEWAY))
  peer.request(ECHO, 1)
  expect(await peer.frame()).toMatchObject({ opaque: 1 })
  expect(peer.frameCount).toBe(0)
  expect(server.statistics.requestTotal).toBe(6)
})

test('answers may come in another order than their requests', async () => {
  const held: RemotingRequest[] = []
  const server = await remoting.server({ ...handlers, [HOLD]: request => void held.push(request) })
  const peer = await remoting.raw(server)
  for (const opaque of [1, 2, 3]) peer.request(HOLD, opaque)
  peer.request(ECHO, 4)
  expect(await peer.frame()).toMatchObject({ opaque: 4 })
  for (const request of held.reverse()) request.reply(RemotingResponse.success())
  expect([await peer.frame(), await peer.frame(), await peer.frame()].map(({ opaque }) => opaque)).toEqual([3, 2, 1])
})

test('an opaque that wrapped into the negative comes back as it is', async () => {
  const server = await remoting.server(handlers)
  const peer = await remoting.raw(server)
  peer.request(ECHO, -2_147_483_648)
  expect(await peer.frame()).toMatchObject({ opaque: -2_147_483_648, flag: 1 })
})

test('a second answer to one request is dropped and its bytes are released', async () => {
  const { log, texts } = errorsOf()
  let releaseCount = 0
  const release = () => void (releaseCount += 1)
  const answer = (remark: string) => new RemotingResponse({ code: 0, remark, bodyParts: [Buffer.from('x')], release })
  const twice: RequestHandlers = {
    [ECHO]: request => {
      request.reply(answer('first'))
      request.reply(answer('second'))
    },
  }
  const server = await remoting.server(twice, {}, { log })
  const peer = await remoting.raw(server)
  peer.request(ECHO, 1)
  peer.request(ECHO, 2)
  expect(await peer.frame()).toMatchObject({ opaque: 1, remark: 'first' })
  expect(await peer.frame()).toMatchObject({ opaque: 2, remark: 'first' })
  expect(releaseCount).toBe(4)
  expect(texts).toEqual(['request answered twice', 'request answered twice'])
})

test('an answer over the frame limit, or one that cannot be written, becomes an error that says so', async () => {
  let releaseCount = 0
  const release = () => void (releaseCount += 1)
  const body = Buffer.alloc(2000)
  const broken: OutgoingResponse = {
    bodyBytes: 0,
    bodyParts: [],
    headBytesMax: () => 100,
    writeHead: () => {
      throw new RangeError('no such header')
    },
    release,
  }
  const wrong: RequestHandlers = {
    ...handlers,
    [1]: request => request.reply(new RemotingResponse({ code: 0, bodyParts: [body], release })),
    [2]: request => request.reply(broken),
  }
  const server = await remoting.server(wrong, { 'com.rocketmq.remoting.frameMaxLength': 2000 })
  const peer = await remoting.raw(server)
  for (const code of [1, 2, ECHO]) peer.request(code, code)
  expect(await peer.frame()).toMatchObject({
    opaque: 1,
    code: 1,
    remark: expect.stringContaining('ask for less') as string,
  })
  expect(await peer.frame()).toMatchObject({ opaque: 2, code: 1, remark: 'RangeError: no such header' })
  expect(await peer.frame()).toMatchObject({ opaque: ECHO, code: 0 })
  expect(releaseCount).toBe(2)
})

describe('pushes', () => {
  async function connected(changes = {}) {
    const channels: Channel[] = []
    const closed: string[] = []
    const listener = {
      onOpen: (channel: Channel) => void channels.push(channel),
      onClose: (channel: Channel, reason: string) => void closed.push(`${channel.id} ${reason}`),
    }
    const server = await remoting.server(handlers, changes, { listener })
    const peer = await remoting.raw(server)
    peer.request(ECHO)
    await peer.frame()
    return { server, peer, channel: channels[0]!, closed }
  }

  test('a oneway push arrives marked as such; the command can be pushed to many', async () => {
    const { peer, channel } = await connected()
    const command = RemotingCommand.request(40, { consumerGroup: 'g' })
    expect([channel.sendOneway(command), channel.sendOneway(command)]).toEqual([true, true])
    const [first, second] = [await peer.frame(), await peer.frame()]
    expect(first).toMatchObject({ code: 40, flag: CommandFlag.ONEWAY, extFields: { consumerGroup: 'g' } })
    expect(second.opaque).not.toBe(first.opaque)
    expect(command).toMatchObject({ flag: 0, opaque: 0 })
  })

  test('a request to the client is matched with its answer, between answers to the client', async () => {
    const { peer, channel } = await connected()
    const [first, second] = [307, 309].map(code => channel.invoke(RemotingCommand.request(code), 3000))
    const pushes = [await peer.frame(), await peer.frame()]
    peer.request(ECHO, 77)
    for (const { opaque, code } of pushes.reverse()) peer.send(requestFrame(code, opaque, null, CommandFlag.RESPONSE))
    expect(await peer.frame()).toMatchObject({ opaque: 77 })
    expect([await first, await second]).toMatchObject([{ code: 307 }, { code: 309 }])
  })

  test('no answer in time, and an answer after it', async () => {
    const { server, peer, channel } = await connected()
    const invocation = channel.invoke(RemotingCommand.request(307), 1)
    await expect(invocation).rejects.toThrow(RemotingTimeoutError)
    const { opaque } = await peer.frame()
    peer.send(requestFrame(0, opaque, null, CommandFlag.RESPONSE))
    await eventually(() => server.statistics.unmatchedResponseTotal === 1)
  })

  test('a lost connection rejects what waits on it, and is reported once', async () => {
    const { peer, channel, closed } = await connected()
    const invocation = channel.invoke(RemotingCommand.request(307), 3000)
    peer.socket.destroy()
    await expect(invocation).rejects.toThrow(ConnectionLostError)
    expect(channel.isOpen).toBe(false)
    expect(channel.sendOneway(RemotingCommand.request(40))).toBe(false)
    await expect(channel.invoke(RemotingCommand.request(307), 3000)).rejects.toThrow(ConnectionLostError)
    expect(closed).toHaveLength(1)
  })

  test('more requests than may wait are refused', async () => {
    const { channel } = await connected({ serverAsyncSemaphoreValue: 2 })
    const waiting = [1, 2].map(() => channel.invoke(RemotingCommand.request(307), 3000))
    await expect(channel.invoke(RemotingCommand.request(307), 3000)).rejects.toThrow(TooManyRequestsError)
    channel.close('test')
    for (const invocation of waiting) await expect(invocation).rejects.toThrow(ConnectionLostError)
  })

  test('a channel closed by us sends what is queued first', async () => {
    const { peer, channel, closed } = await connected()
    channel.sendOneway(RemotingCommand.request(40))
    channel.close('test')
    expect(await peer.frame()).toMatchObject({ code: 40 })
    await peer.closed()
    await eventually(() => closed.length === 1)
    expect(closed).toEqual([`${channel.id} closed`])
  })
})

test('a port in use, and an address of nobody, are named with the cure', async () => {
  const { port } = await remoting.server(handlers)
  const second = remoting.server(handlers, { listenPort: port })
  await expect(second).rejects.toThrow(ListenFailedError)
  await expect(second).rejects.toThrow(
    `127.0.0.1:${port} is in use: stop what listens there, or set another listenPort`,
  )
  await expect(remoting.server(handlers, { bindAddress: '203.0.113.1' })).rejects.toThrow('set bindAddress')
})

test('0.0.0.0 takes every address of this machine, those of IPv6 too', async () => {
  const server = await remoting.server(handlers, { bindAddress: '0.0.0.0' })
  expect(server.address).toBe(`0.0.0.0:${server.port}`)
  const addresses = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  const client = await remoting.client()
  // Not those of a link, which only together with the interface are an address.
  for (const { address } of addresses.filter(({ internal, scopeid }) => internal && !scopeid)) {
    const target = address.includes(':') ? `[${address}]:${server.port}` : `${address}:${server.port}`
    expect(await client.invoke(target, RemotingCommand.request(ECHO), 3000)).toMatchObject({ code: 0 })
  }
})
