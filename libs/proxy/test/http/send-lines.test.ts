import { Readable } from 'node:stream'
import { systemClock } from '@rocketmq-ts/base'
import { sendLines } from '../../src/http/send-lines'
import { UniqueIds } from '../../src/messaging/unique-ids'
import type { MessageToSend } from '../../src/messaging/message-to-send'
import type { Messaging } from '../../src/messaging/messaging'
import { proxyConfigSchema } from '../../src/proxy-config'
import { useServedApps } from './served-app'

const serve = useServedApps()
const origin = { topic: 't', bornHost: '127.0.0.1:1' }

/** A core that takes every message, one broker's queue. */
function takingMessaging() {
  const bodies: string[] = []
  const send = (messages: readonly MessageToSend[]) => {
    const sent = messages.map(({ body, properties }) => {
      const messageId = properties.get('UNIQ_KEY') ?? ''
      const queueOffset = bodies.push(body.toString()) - 1
      return { status: 'OK', messageId, transactionId: '', brokerName: 'b', queueId: 0, queueOffset, recallHandle: '' }
    })
    return Promise.resolve(sent)
  }
  const metadata = { messageTypeOf: () => Promise.resolve('NORMAL') }
  return { bodies, messaging: { send, metadata } as unknown as Messaging }
}

async function answersTo(text: string, config: Parameters<typeof serve>[1] = {}) {
  const { bodies, messaging } = takingMessaging()
  const { url } = await serve(messaging, config)
  const response = await fetch(`${url}/v1/topics/t/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: text,
  })
  const lines = (await response.text()).split('\n').filter(line => line !== '')
  return { response, bodies, answers: lines.map(line => JSON.parse(line) as Record<string, unknown>) }
}

test('each line is a message, and is answered for', async () => {
  const { response, bodies, answers } = await answersTo('{"body":"1"}\n{"body":"2"}\n\n{"body":"3"}')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch('application/x-ndjson')
  expect(bodies).toEqual(['1', '2', '3'])
  expect(answers).toMatchObject([
    { line: 1, offset: '0' },
    { line: 2, offset: '1' },
    { line: 4, offset: '2' },
  ])
})

test.each([
  ['no JSON', '{"body"', 400],
  ['JSON of something else', '{"bodx":"x"}', 400],
  ['a message that cannot be sent', '{"body":""}', 400],
  ['longer than a request may be', JSON.stringify({ body: 'x'.repeat(200) }), 413],
])('a line that is %s costs itself and no other', async (_what, line, status) => {
  const { bodies, answers } = await answersTo(`{"body":"before"}\n${line}\n{"body":"after"}\n`, {
    httpBodyBytesMax: 100,
  })
  expect(bodies).toEqual(['before', 'after'])
  expect(answers).toMatchObject([{ line: 1 }, { line: 2, problem: { status } }, { line: 3, offset: '1' }])
})

test('an Idempotency-Key is refused: what is sent line by line cannot be answered a second time', async () => {
  const { bodies, messaging } = takingMessaging()
  const { url } = await serve(messaging)
  const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': 'k' }
  const response = await fetch(`${url}/v1/topics/t/messages`, { method: 'POST', headers, body: '{"body":"1"}' })
  expect(response.status).toBe(400)
  expect(bodies).toEqual([])
})

test('no more is read than was answered for', async () => {
  let readCount = 0
  function* endless() {
    for (;;) yield Buffer.from(`{"body":"${(readCount += 1)}"}\n`)
  }
  const lines = Readable.from(endless(), { highWaterMark: 1 })
  const { bodies, messaging } = takingMessaging()
  const deps = { messaging, clock: systemClock, uniqueIds: new UniqueIds(systemClock) }
  const answers = sendLines(lines, origin, { ...deps, config: proxyConfigSchema.parse({}) })
  for (const line of [1, 2, 3]) {
    expect(JSON.parse((await answers.next()).value as string)).toMatchObject({ line })
    expect(bodies).toHaveLength(line)
    expect(readCount).toBeLessThanOrEqual(line + 2) // one on its way, one in the hands of the reader
  }
  await answers.return(undefined)
  expect(lines.destroyed).toBe(true)
})
