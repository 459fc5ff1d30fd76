import { status as grpcStatus } from '@grpc/grpc-js'
import type { ServiceError } from '@grpc/grpc-js'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { useGrpcFaces } from '../support/grpc-face'

const faces = useGrpcFaces()

const refused: [string, v2.Settings.$Properties][] = [
  ['of a bad topic', { publishing: { topics: [{ name: 'bad.topic' }] } }],
  ['of a bad group', { subscription: { group: { name: 'bad.group' } } }],
  ['of neither kind', {}],
]

test.each(refused)('settings %s end the stream, and its end says why', async (_, settings) => {
  const { face } = await faces.face()
  const stream = faces.client(face.address).telemetry()
  const failed = new Promise<ServiceError>(resolve => stream.once('error', resolve))
  stream.resume()
  stream.write({ settings })
  const { code, details } = await failed
  expect(code).toBe(grpcStatus.INVALID_ARGUMENT)
  expect(details).toMatch(/^process client telemetryCommand failed\. ./)
})
