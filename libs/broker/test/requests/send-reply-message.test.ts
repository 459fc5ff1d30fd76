import {
  encodeFrame,
  encodeProperties,
  IncomingCommand,
  parseProperties,
  RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import { RemotingTimeoutError } from '@rocketmq-ts/remoting'
import type { Channel } from '@rocketmq-ts/remoting'
import { sendReplyMessage } from '../../src/requests/send-reply-message'
import { ask, channelOf } from '../support/ask'
import { messaging } from '../support/messaging'

type Invoke = Channel['invoke']

const answerOf = (code: number): IncomingCommand =>
  IncomingCommand.read(encodeFrame(RemotingCommand.request(code, null), 0))

/** A broker where `asker` waits for replies and answers their push like that. */
function replying(invoke: Invoke, given: Parameters<typeof messaging>[0] = {}) {
  const room = messaging(given)
  const channel = { ...channelOf(2), invoke }
  const producers = { findChannel: (clientId: string) => (clientId === 'asker' ? channel : null) }
  const handler = sendReplyMessage({ ...room, producers, brokerAddress: () => '127.0.0.1:41911' })
  return { ...room, handler }
}

const v2 = (properties: Record<string, string>, sysFlag = 0): Record<string, string> => ({
  ...{ a: 'Replier', b: 'GA', c: 'TBW102', d: '4', e: '1', f: String(sysFlag), g: '1700000000000', h: '3' },
  i: encodeProperties(Object.entries(properties)).toString(),
  ...{ j: '0', k: 'false', l: '0', m: 'false' },
})
const toAsker = { REPLY_TO_CLIENT: 'asker', CORRELATION_ID: 'c-1' }

test('a reply is pushed to the client that it is for, then kept, and answered with its place', async () => {
  const pushed: RemotingCommand[] = []
  const { handler, store } = replying(command => {
    pushed.push(command)
    return Promise.resolve(answerOf(ResponseCode.SUCCESS))
  })
  const answer = await ask(handler, { code: RequestCode.SEND_REPLY_MESSAGE_V2, extFields: v2(toAsker, 1), body: 'yes' })
  expect(answer.code).toBe(ResponseCode.SUCCESS)
  expect(answer.extFields).toEqual({
    ...{ queueId: '1', queueOffset: '0', msgId: '7F0000010000A3B70000000000000000' },
    ...{ TRACE_ON: 'true', MSG_REGION: 'DefaultRegion' },
  })
  const [{ code, extFields, body } = RemotingCommand.request(0, null)] = pushed
  expect([code, body?.toString()]).toEqual([RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, 'yes'])
  const { properties, storeTimestamp, ...fields } = extFields ?? {}
  expect(fields).toEqual({
    ...{ producerGroup: 'Replier', topic: 'GA', defaultTopic: 'TBW102', defaultTopicQueueNums: '4', queueId: '1' },
    ...{ sysFlag: '1', bornTimestamp: '1700000000000', flag: '3', reconsumeTimes: '0', unitMode: 'false' },
    ...{ bornHost: '127.0.0.1:55526', storeHost: '127.0.0.1:41911' },
  })
  expect(Object.fromEntries(parseProperties(properties ?? ''))).toEqual({ ...toAsker, PUSH_REPLY_TIME: storeTimestamp })
  const [kept] = store.messages('GA', 1)
  expect(Object.fromEntries(parseProperties(kept?.properties ?? ''))).toEqual(toAsker)
  expect([kept?.body.toString(), kept?.sysFlag, kept?.flag]).toEqual(['yes', 1, 3])
})

test('the first version of the request is read by its long names', async () => {
  const { handler, store } = replying(() => Promise.resolve(answerOf(ResponseCode.SUCCESS)))
  const extFields = {
    ...{ producerGroup: 'Replier', topic: 'GA', defaultTopic: 'TBW102', defaultTopicQueueNums: '4', queueId: '0' },
    ...{ sysFlag: '0', bornTimestamp: '1700000000000', flag: '0' },
    properties: encodeProperties(Object.entries(toAsker)).toString(),
  }
  const { code } = await ask(handler, { code: RequestCode.SEND_REPLY_MESSAGE, extFields, body: 'yes' })
  expect([code, store.messages('GA').length]).toEqual([ResponseCode.SUCCESS, 1])
})

test('a reply that is not to be kept is answered with ids that clients can read', async () => {
  const answers = () => Promise.resolve(answerOf(ResponseCode.SUCCESS))
  const { handler, store } = replying(answers, { storeReplyMessageEnable: 'false' })
  const answer = await ask(handler, { code: RequestCode.SEND_REPLY_MESSAGE_V2, extFields: v2(toAsker), body: 'yes' })
  expect(answer).toMatchObject({
    code: ResponseCode.SUCCESS,
    extFields: { msgId: '0', queueId: '1', queueOffset: '0' },
  })
  expect(store.puts).toEqual([])
})

test('a reply that nobody gets is refused with the reason, and kept', async () => {
  const refuses: Invoke = () => Promise.resolve(answerOf(ResponseCode.SYSTEM_ERROR))
  const silent: Invoke = () => Promise.reject(new RemotingTimeoutError('127.0.0.1:1', 10_000))
  const cases: readonly [Invoke, Record<string, string>, string][] = [
    [refuses, toAsker, 'push reply message to askerfail.'],
    [silent, toAsker, 'push reply message to askerfail.'],
    [silent, { REPLY_TO_CLIENT: 'gone' }, 'push reply message fail, channel of <gone> not found.'],
    [silent, { KEYS: 'k' }, 'reply message properties[REPLY_TO_CLIENT] is null'],
  ]
  for (const [invoke, properties, remark] of cases) {
    const { handler, store } = replying(invoke)
    const asked = { code: RequestCode.SEND_REPLY_MESSAGE_V2, extFields: v2(properties), body: 'yes' }
    expect(await ask(handler, asked)).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark })
    expect(store.messages('GA', 1)).toHaveLength(1)
  }
})

test('a reply to a topic that clients may not send to goes nowhere, and the answer has its region', async () => {
  const { handler, store } = replying(() => Promise.resolve(answerOf(ResponseCode.SUCCESS)))
  const extFields = { ...v2(toAsker), b: 'SCHEDULE_TOPIC_XXXX' }
  const answer = await ask(handler, { code: RequestCode.SEND_REPLY_MESSAGE_V2, extFields, body: 'yes' })
  expect(answer).toMatchObject({ code: ResponseCode.NO_PERMISSION, extFields: { MSG_REGION: 'DefaultRegion' } })
  expect(store.puts).toEqual([])
})
