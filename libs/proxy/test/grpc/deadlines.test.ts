import { once } from 'node:events'
import { connect } from 'node:http2'
import { messagingService, v2 } from '@rocketmq-ts/protocol/grpc'
import { useGrpcFaces } from '../support/grpc-face'

const faces = useGrpcFaces()

/** One message as gRPC frames it. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

test.each(['31535999M', '31536000S', '99999999H'])(
  'a Telemetry stream for %s is answered, and stays',
  async timeout => {
    const { face } = await faces.face()
    const session = connect(`http://${face.address}`)
    const { path, requestSerialize, responseDeserialize } = messagingService.Telemetry
    const stream = session.request({
      ...{ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
      ...{ 'x-mq-client-id': 'java', 'x-mq-language': 'JAVA', 'grpc-timeout': timeout },
    })
    stream.on('error', () => undefined)
    const settings = { clientType: v2.ClientType.PRODUCER, publishing: { topics: [] } }
    const answers: Buffer[] = []
    stream.on('data', (chunk: Buffer) => answers.push(chunk))
    for (const count of [1, 2]) {
      stream.write(framed(requestSerialize({ settings })))
      while (answers.length < count) await once(stream, 'data')
    }
    expect(responseDeserialize(answers[1]!.subarray(5)).status?.code).toBe(v2.Code.OK)
    expect(stream.closed).toBe(false)
    const closed = once(session, 'close')
    session.destroy()
    await closed
  },
)
