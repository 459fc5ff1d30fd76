import type { GrpcCall } from '../../../src/grpc/calls/grpc-call'
import { readMessages } from '../../../src/grpc/calls/read-messages'

function listening() {
  const told: string[] = []
  const listener = {
    onMessage: () => told.push('message'),
    onEnd: () => told.push('end'),
    onClose: () => told.push('close'),
  }
  return { told, serve: () => listener }
}

test('who turns a call away at once is told that it is over', () => {
  const { told, serve } = listening()
  readMessages({ isCancelled: true } as unknown as GrpcCall, 100, serve)
  expect(told).toEqual(['close'])
})

test('who serves a call is told once, when it is over', () => {
  const { told, serve } = listening()
  const call = { isCancelled: false, onceClosed: () => undefined } as unknown as GrpcCall
  readMessages(call, 100, serve)
  expect(told).toEqual([])
  call.onceClosed()
  expect(told).toEqual(['close'])
})
