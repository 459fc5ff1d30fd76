import type { ClientChannelInfo } from '@rocketmq-ts/client-housekeeping'
import { encodeFrame, IncomingCommand, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { ConnectionLostError, RemotingTimeoutError, type Channel } from '@rocketmq-ts/remoting'
import { consumeMessageDirectly } from '../../src/requests/consume-message-directly'
import { getConsumerRunningInfo } from '../../src/requests/get-consumer-running-info'
import { ask, channelOf } from '../support/ask'

type Invoke = Channel['invoke']

/** A table that knows the one consumer `client-1` of `GroupA`, who answers so. */
function consumersWith(invoke: Invoke): { findClient(group: string, clientId: string): ClientChannelInfo | null } {
  const channel = { ...channelOf(1), invoke }
  const client = { channel, clientId: 'client-1', language: null, version: 513, lastUpdateTimestamp: 0 }
  return { findClient: (group, clientId) => (group === 'GroupA' && clientId === 'client-1' ? client : null) }
}

function answerOf(body: string): IncomingCommand {
  const command = RemotingCommand.request(ResponseCode.SUCCESS, null, Buffer.from(body))
  return IncomingCommand.read(encodeFrame(command, 0))
}

const fields = { consumerGroup: 'GroupA', clientId: 'client-1', jstackEnable: 'true' }
const runningInfo = { code: RequestCode.GET_CONSUMER_RUNNING_INFO, extFields: fields }

test('a request for a consumer reaches it as it is, and its answer the one who asked', async () => {
  const received: RemotingCommand[] = []
  const consumers = consumersWith(command => {
    received.push(command)
    return Promise.resolve(answerOf('{"what":"it says"}'))
  })
  const answer = await ask(getConsumerRunningInfo({ consumers }), runningInfo)
  expect(answer).toMatchObject({ code: ResponseCode.SUCCESS, body: Buffer.from('{"what":"it says"}') })
  expect(received).toMatchObject([{ code: RequestCode.GET_CONSUMER_RUNNING_INFO, extFields: fields }])
})

test('a consumer that is not connected, goes away or keeps silent is told apart', async () => {
  const fails =
    (error: Error): Invoke =>
    () =>
      Promise.reject(error)
  const offline = { ...runningInfo, extFields: { ...fields, clientId: 'client-2' } }
  const lost = consumersWith(fails(new ConnectionLostError('127.0.0.1:1')))
  const silent = consumersWith(fails(new RemotingTimeoutError('127.0.0.1:1', 10_000)))
  expect((await ask(getConsumerRunningInfo({ consumers: lost }), offline)).code).toBe(ResponseCode.SYSTEM_ERROR)
  expect((await ask(getConsumerRunningInfo({ consumers: lost }), runningInfo)).code).toBe(ResponseCode.SYSTEM_ERROR)
  const { code } = await ask(getConsumerRunningInfo({ consumers: silent }), runningInfo)
  expect(code).toBe(ResponseCode.CONSUME_MSG_TIMEOUT)
})

test('a message to be consumed directly is handed to the consumer with the record that its id names', async () => {
  const received: RemotingCommand[] = []
  const consumers = consumersWith(command => {
    received.push(command)
    return Promise.resolve(answerOf('{"consumeResult":"CR_SUCCESS"}'))
  })
  const store = { readRecord: (offset: number) => Promise.resolve(offset === 256 ? Buffer.from('record') : null) }
  const handler = consumeMessageDirectly({ consumers, store, config: { brokerName: 'broker-a' } })
  const extFields = { ...fields, msgId: '7F00000100002A9F0000000000000100' }
  const answer = await ask(handler, { code: RequestCode.CONSUME_MESSAGE_DIRECTLY, extFields })
  expect(answer.code).toBe(ResponseCode.SUCCESS)
  expect(received).toMatchObject([{ body: Buffer.from('record'), extFields: { ...extFields, brokerName: 'broker-a' } }])
  const beyond = { ...fields, msgId: '7F00000100002A9F0000000000000200' }
  const refused = await ask(handler, { code: RequestCode.CONSUME_MESSAGE_DIRECTLY, extFields: beyond })
  expect(refused.code).toBe(ResponseCode.SYSTEM_ERROR)
})
