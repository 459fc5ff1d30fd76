import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { encodeProperties } from '@rocketmq-ts/protocol'
import { silentLog } from '@rocketmq-ts/base'
import { giveBackUnlessSent } from '../../src/http/give-back'
import type { Messaging } from '../../src/messaging/messaging'
import type { ReceivedMessage } from '../../src/messaging/popped-messages'
import type { VisibilityChange } from '../../src/messaging/receipts'
import { proxyConfigSchema } from '../../src/proxy-config'
import { promised } from './promised'
import { nothingRenewed, useServedApps } from './served-app'

const serve = useServedApps()
const path = '/v1/groups/g/topics/t/receive'

/** A core whose one receive is answered when the test says so, and that notes what is given back. */
function heldMessaging() {
  const asked = promised()
  const answer = promised<readonly ReceivedMessage[]>()
  const givenBack = promised<VisibilityChange>()
  const messaging = {
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive() {
      asked.resolve()
      return answer.promise
    },
    receipts: {
      changeInvisibleTime(change: VisibilityChange) {
        givenBack.resolve(change)
        return Promise.resolve(change.handle)
      },
    },
  } as unknown as Messaging
  return { messaging, asked: asked.promise, answer: answer.resolve, givenBack: givenBack.promise }
}

const handle = {
  ...{ startOffset: 0, popTime: 1, invisibleTime: 2, reviveQueueId: 0, retryFlag: 0, brokerName: 'b' },
  ...{ queueId: 0, queueOffset: 7, physicalOffset: 9, liteTopic: null },
}
const message: ReceivedMessage = {
  ...{ topic: 't', body: Buffer.from('hello'), sysFlag: 0, queueId: 0, queueOffset: 7, physicalOffset: 9, flag: 0 },
  ...{ bornTimestamp: 1, storeTimestamp: 2, reconsumeTimes: 0, recordBytes: 0, preparedTransactionOffset: 0 },
  ...{ bornHost: Buffer.alloc(8), storeHost: Buffer.alloc(8), bodyCrc: 0 },
  properties: encodeProperties([['UNIQ_KEY', 'id']]),
  parsedProperties: new Map([['UNIQ_KEY', 'id']]),
  receiptHandle: handle,
}

test('messages that come for a client that has hung up are given back at once, and that is no attempt', async () => {
  const { messaging, asked, answer, givenBack } = heldMessaging()
  const { server, url } = await serve(messaging)
  const connected = once(server, 'connection') as Promise<[Socket]>
  const waiting = httpRequest(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  waiting.on('error', () => undefined) // it is we who hang up
  waiting.end(JSON.stringify({ wait: '20s' }))
  const [socket] = await connected
  await asked
  const closed = once(socket, 'close')
  waiting.destroy()
  await closed
  answer([message])
  expect(await givenBack).toEqual({ group: 'g', topic: 't', handle, invisibleMs: 1000, suspend: true })
})

test('messages are given back too while the end of their client is known and their response is not closed yet', async () => {
  const { messaging, givenBack } = heldMessaging()
  const response = {
    destroyed: false,
    writableFinished: true,
    req: { socket: { writable: false } },
  } as unknown as ServerResponse
  const rooms = { messaging, config: proxyConfigSchema.parse({}), log: silentLog, renewals: () => nothingRenewed }
  giveBackUnlessSent(response, [{ group: 'g', topic: 't', handle }], rooms)
  expect(await givenBack).toMatchObject({ handle, suspend: true })
})

test('messages for requests that were pipelined stay with their client', async () => {
  const given: VisibilityChange[] = []
  const messaging = {
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive: () => Promise.resolve([message]),
    receipts: {
      changeInvisibleTime(change: VisibilityChange) {
        given.push(change)
        return Promise.resolve(change.handle)
      },
    },
  } as unknown as Messaging
  const { url } = await serve(messaging)
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const request = `POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`
  socket.write(request.repeat(3))
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (text.split('receiptHandle').length === 4) break
  }
  expect(given).toEqual([])
})

test('messages for a request behind one that is not answered are given back when the connection ends', async () => {
  const { messaging, asked, givenBack } = heldMessaging()
  let askedCount = 0
  const first = messaging.receive.bind(messaging)
  const receive: Messaging['receive'] = request => (++askedCount === 1 ? first(request) : Promise.resolve([message]))
  const { url } = await serve({ ...messaging, receive })
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const body = '{"wait":"20s"}'
  const head = `POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`
  socket.write(`${head}\r\n\r\n${body}`.repeat(2))
  await asked
  while (askedCount < 2) await turn()
  await turn()
  socket.destroy()
  expect(await givenBack).toMatchObject({ handle, suspend: true })
})

test('messages whose client is there stay with it', async () => {
  const { messaging, answer, givenBack } = heldMessaging()
  const { url } = await serve(messaging)
  answer([message])
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: '{}',
  })
  expect(await response.json()).toMatchObject({ messages: [{ body: 'hello', messageId: 'id', offset: '7' }] })
  expect(await Promise.race([givenBack, Promise.resolve('kept')])).toBe('kept')
})
