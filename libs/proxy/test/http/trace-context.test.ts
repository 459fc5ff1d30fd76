import type { MessageToSend } from '../../src/messaging/message-to-send'
import type { Messaging } from '../../src/messaging/messaging'
import { useServedApps } from './served-app'

const serve = useServedApps()
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test.each([
  ['is carried on by the message', PARENT, PARENT],
  ['that is none is not', 'x', undefined],
])('a traceparent %s', async (_what, traceparent, expected) => {
  const contexts: unknown[] = []
  const messaging = {
    metadata: { messageTypeOf: () => Promise.resolve('NORMAL') },
    send(messages: readonly MessageToSend[]) {
      contexts.push(...messages.map(({ properties }) => properties.get('TRACE_CONTEXT')))
      return Promise.resolve([{ status: 'OK', messageId: '', brokerName: '', queueId: 0, queueOffset: 0 }])
    },
  } as unknown as Messaging
  const { url } = await serve(messaging)
  const headers = { 'content-type': 'application/json', traceparent }
  const { status } = await fetch(`${url}/v1/topics/t/messages`, { method: 'POST', headers, body: '{"body":"x"}' })
  expect([status, contexts]).toEqual([201, [expected]])
})
