import { RefusedError } from '@rocketmq-ts/base'
import { RemotingCommand, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import { answering, type RequestHandlers } from '../src'
import { useRemoting } from './remoting'

const ECHO = 9001
const REFUSE = 9002
const BREAK = 9003

class NoSuchThingError extends RefusedError {
  readonly code = 'RMQ_TEST_NO_SUCH_THING'
  readonly responseCode = ResponseCode.TOPIC_NOT_EXIST
}

const handlers: RequestHandlers = {
  [ECHO]: request =>
    request.reply(
      new RemotingResponse({
        code: ResponseCode.SUCCESS,
        extFields: request.command.extFields,
        body: request.command.body,
      }),
    ),
  [REFUSE]: () => {
    throw new NoSuchThingError('no such thing')
  },
  [BREAK]: answering(() => Promise.reject(new TypeError('a bug'))),
}

const remoting = useRemoting()

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

test('an unknown code, a refusal and a bug are answers too', async () => {
  const server = await remoting.server(handlers)
  const client = await remoting.client()
  const ask = async (code: number) => await client.invoke(server.address, RemotingCommand.request(code), 3000)
  expect(await ask(4711)).toMatchObject({ code: 3, remark: ' request type 4711 not supported' })
  expect(await ask(REFUSE)).toMatchObject({ code: ResponseCode.TOPIC_NOT_EXIST, remark: 'no such thing' })
  expect(await ask(BREAK)).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'TypeError: a bug' })
})
