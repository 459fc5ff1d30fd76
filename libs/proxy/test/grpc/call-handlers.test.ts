import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { streamHandler, unaryHandler } from '../../src/grpc/call-handlers'
import type { GrpcCall } from '../../src/grpc/calls/grpc-call'
import { headerField } from '../../src/grpc/http2/hpack/header-field'
import { HeaderList } from '../../src/grpc/http2/hpack/header-list'
import { promised } from '../http/promised'

const clock = new FakeClock()
const codec = {
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: () => {
    throw new Error('cannot be written')
  },
}

/** A call that tells how it was ended. */
function abortedCall() {
  const aborted = promised<string>()
  const headers = new HeaderList()
  headers.fields.push(headerField('x-mq-client-id', 'client'))
  const call = { begin: () => undefined, abort: (text: string) => aborted.resolve(text) }
  return { call: Object.assign(call, { headers }) as unknown as GrpcCall, aborted: aborted.promise }
}

test('an answer that cannot be written costs its call, and a stop does not wait for it', async () => {
  const { call, aborted } = abortedCall()
  const ended = promised()
  const inFlight = { began: () => undefined, ended: () => ended.resolve() }
  const deps = { clock, inFlight, log: silentLog, count: () => undefined }
  unaryHandler(() => Promise.resolve({}), codec, deps)(Buffer.alloc(0), call)
  expect(await aborted).toMatch(/cannot be written/)
  await ended.promise
})

test('so does one on a stream', async () => {
  const { call, aborted } = abortedCall()
  const fails = streamHandler(() => Promise.reject(new Error('x')), codec, {
    clock,
    log: silentLog,
    count: () => undefined,
  })
  fails(Buffer.alloc(0), call)
  expect(await aborted).toMatch(/cannot be written/)
})
