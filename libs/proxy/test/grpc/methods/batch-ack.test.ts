import { batchAckRequestJson, RemotingResponse, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { RemotingResponse as Response } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { encodeReceiptHandle } from '../../../src/receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../../../src/receipt-handles/receipt-handle'
import { useGrpcFaces } from '../../support/grpc-face'
import type { Answer } from '../../support/grpc-face'

const faces = useGrpcFaces()
const { Code } = v2
const [group, topic] = [{ name: 'G' }, { name: 'T' }]
const popTime = Date.now()
const popped: ReceiptHandle = {
  ...{ startOffset: 100, popTime, invisibleTime: 600_000, reviveQueueId: 2, retryFlag: 0, brokerName: 'broker-a' },
  ...{ queueId: 3, queueOffset: 100, physicalOffset: 7, liteTopic: null },
}

async function acknowledged(
  handles: readonly (ReceiptHandle | string)[],
  { enableBatchAck = true, answer = RemotingResponse.success() }: { enableBatchAck?: boolean; answer?: Response } = {},
) {
  const { face, broker } = await faces.face({ enableBatchAck })
  broker.topics.set('T', {})
  broker.answers.set(RequestCode.BATCH_ACK_MESSAGE, () => answer)
  broker.answers.set(RequestCode.ACK_MESSAGE, () => RemotingResponse.success())
  const entries = handles.map((handle, index) => ({
    messageId: `M${index}`,
    receiptHandle: typeof handle === 'string' ? handle : encodeReceiptHandle(handle),
  }))
  const said = await faces.client(face.address).call('AckMessage', { group, topic, entries })
  const asked = (code: number) => broker.asked.filter(request => request.code === code)
  return {
    ...{ said, codes: codesOf(said), alone: asked(RequestCode.ACK_MESSAGE).map(({ fields }) => fields['offset']) },
    batches: asked(RequestCode.BATCH_ACK_MESSAGE).map(({ body }) => batchAckRequestJson.decode(body)),
  }
}

function codesOf({ entries }: Answer<'AckMessage'>): unknown[] {
  return entries.map(({ status }) => status?.code)
}

test('the messages of a check point are one row of bits, and a broker is asked once', async () => {
  const ofRetry = { ...popped, retryFlag: 2, startOffset: 5, queueOffset: 5, queueId: 0 }
  const offsets = [100, 107, 108, 131].map(queueOffset => ({ ...popped, queueOffset }))
  const { said, codes, batches, alone } = await acknowledged([...offsets, ofRetry])
  expect([said.status?.code, codes, alone]).toEqual([Code.OK, Array(5).fill(Code.OK), []])
  const common = { consumerGroup: 'G', topic: 'T', popTime, invisibleTime: 600_000, reviveQueueId: 2 }
  expect(batches).toEqual([
    {
      brokerName: 'broker-a',
      acks: [
        { ...common, retry: '0', startOffset: 100, queueId: 3, bitSet: Buffer.from([0x81, 0x01, 0x00, 0x80]) },
        { ...common, retry: '2', startOffset: 5, queueId: 0, bitSet: Buffer.from([0x01]) },
      ],
    },
  ])
})

test('a handle that is none, or has expired, fails by itself', async () => {
  const next = { ...popped, queueOffset: 101 }
  const { said, codes, batches } = await acknowledged(['garbage', popped, { ...popped, invisibleTime: -1 }, next])
  const { INVALID_RECEIPT_HANDLE: invalid } = Code
  expect([said.status?.code, codes]).toEqual([Code.MULTIPLE_RESULTS, [invalid, Code.OK, invalid, Code.OK]])
  expect(batches.map(({ acks }) => acks.map(({ bitSet }) => [...bitSet]))).toEqual([[[0b11]]])
})

test('what would be a long row of zeros, or has no row, is acknowledged by itself', async () => {
  const far = { ...popped, queueOffset: 2 ** 40 }
  const before = { ...popped, queueOffset: 99 }
  const lite = { ...popped, queueOffset: 101, liteTopic: 'a' }
  const { codes, batches, alone } = await acknowledged([far, before, lite])
  expect([codes, batches, alone]).toEqual([[Code.OK, Code.OK, Code.OK], [], [String(2 ** 40), '99', '101']])
})

test('what a broker says is said of all that it was asked for, and of no other', async () => {
  const answer = RemotingResponse.refusal(ResponseCode.SYSTEM_BUSY, 'not now')
  const elsewhere = { ...popped, brokerName: 'broker-z' }
  const { codes } = await acknowledged([popped, { ...popped, queueOffset: 2 ** 40 }, elsewhere], { answer })
  expect([codes[0] === Code.OK, codes[1], codes[2] === Code.OK]).toEqual([false, Code.OK, false])
  expect(codes[0]).not.toBe(codes[2])
})

test('one message is one question, and what a broker says of it is of it alone', async () => {
  const { batches, alone } = await acknowledged([popped])
  expect([batches, alone]).toEqual([[], ['100']])
})

test('without enableBatchAck each message is a question', async () => {
  const handles = [popped, { ...popped, queueOffset: 101 }]
  const { codes, batches, alone } = await acknowledged(handles, { enableBatchAck: false })
  expect([codes, batches, alone]).toEqual([[Code.OK, Code.OK], [], ['100', '101']])
})
