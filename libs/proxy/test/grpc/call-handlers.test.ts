import { silentLog } from '@rocketmq-ts/base'
import { streamHandler, unaryHandler } from '../../src/grpc/call-handlers'
import type { CallContext } from '../../src/grpc/call-context'
import type { DirectCall } from '../../src/grpc/direct/direct-call'
import { promised } from '../http/promised'

const contexts = { of: () => ({ clientId: 'client' }) as CallContext }
const codec = {
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: () => {
    throw new Error('cannot be written')
  },
}

/** A call that tells how it was ended. */
function abortedCall() {
  const aborted = promised<string>()
  const call = { begin: () => undefined, abort: (text: string) => aborted.resolve(text) } as unknown as DirectCall
  return { call, aborted: aborted.promise }
}

test('an answer that cannot be written costs its call, and a stop does not wait for it', async () => {
  const { call, aborted } = abortedCall()
  const ended = promised()
  const inFlight = { began: () => undefined, ended: () => ended.resolve() }
  const deps = { contexts, inFlight, log: silentLog, count: () => undefined }
  unaryHandler(() => Promise.resolve({}), codec, deps)(Buffer.alloc(0), call)
  expect(await aborted).toMatch(/cannot be written/)
  await ended.promise
})

test('so does one on a stream', async () => {
  const { call, aborted } = abortedCall()
  const fails = streamHandler(() => Promise.reject(new Error('x')), codec, {
    contexts,
    log: silentLog,
    count: () => undefined,
  })
  fails(Buffer.alloc(0), call)
  expect(await aborted).toMatch(/cannot be written/)
})
