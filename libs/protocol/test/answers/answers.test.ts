import * as fc from 'fast-check'
import {
  decodeFrame,
  encodeMessageId,
  PullMessageResponse,
  RemotingResponse,
  SendMessageResponse,
  sendMessageOrigin,
  SerializeType,
} from '../../src'
import type { OutgoingResponse, RemotingCommand } from '../../src'

const serializeTypes = fc.constantFrom(SerializeType.JSON, SerializeType.ROCKETMQ)
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom('\x01"\\\n', '订单'),
)
const counts = fc.oneof(fc.nat(), fc.maxSafeInteger().map(Math.abs))
const hosts = fc
  .oneof(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.uint8Array({ minLength: 20, maxLength: 20 }))
  .map(bytes => Buffer.from(bytes))

/** Writes the response somewhere into a larger buffer, as the transport does, and reads it back. */
function onTheWire(response: OutgoingResponse, opaque: number, serializeType: SerializeType): RemotingCommand {
  const at = 3
  const out = Buffer.alloc(at + response.headBytesMax(), 0xee)
  const end = response.writeHead(out, at, opaque, serializeType)
  expect(end).toBeLessThanOrEqual(out.length)
  return decodeFrame(Buffer.concat([out.subarray(at, end), ...response.bodyParts]))
}

test('a response of any code reads back as it was made', () => {
  const parts = fc.record({
    code: fc.integer({ min: 0, max: 32767 }),
    remark: fc.option(texts),
    extFields: fc.option(fc.dictionary(texts, texts, { minKeys: 1 })),
    body: fc.option(fc.uint8Array({ minLength: 1 }).map(bytes => Buffer.from(bytes))),
  })
  fc.assert(
    fc.property(parts, fc.integer(), serializeTypes, (expected, opaque, serializeType) => {
      const command = onTheWire(new RemotingResponse(expected), opaque, serializeType)
      expect(command).toMatchObject({ ...expected, opaque, flag: 1, language: 0, version: 513 })
    }),
  )
})

test('the answer to a send reads back as it was made', () => {
  const sents = fc.record({
    queueId: fc.nat(),
    queueOffset: counts,
    storeHost: hosts,
    physicalOffset: counts,
    physicalOffsets: fc.array(counts, { maxLength: 5 }),
    transactionId: fc.option(texts),
    batchUniqId: fc.option(texts),
    recallHandle: fc.option(texts),
  })
  fc.assert(
    fc.property(sents, texts, fc.option(texts), serializeTypes, (sent, regionId, remark, serializeType) => {
      const origin = sendMessageOrigin({ regionId, traceOn: true })
      const { extFields, ...rest } = onTheWire(
        new SendMessageResponse({ code: 10, remark, origin, sent }),
        -7,
        serializeType,
      )
      expect(rest).toMatchObject({ code: 10, remark, opaque: -7, body: null })
      const { transactionId, batchUniqId, recallHandle } = sent
      const offsets = sent.physicalOffsets.length === 0 ? [sent.physicalOffset] : sent.physicalOffsets
      expect({ transactionId: null, batchUniqId: null, recallHandle: null, ...extFields }).toEqual({
        MSG_REGION: regionId,
        TRACE_ON: 'true',
        queueId: String(sent.queueId),
        queueOffset: String(sent.queueOffset),
        msgId: offsets.map(offset => encodeMessageId(sent.storeHost, offset)).join(','),
        transactionId,
        batchUniqId,
        recallHandle,
      })
    }),
  )
})

test('a refused send still names region and trace switch', () => {
  const origin = sendMessageOrigin({ regionId: 'DefaultRegion', traceOn: false })
  const response = new SendMessageResponse({ code: 17, remark: 'topic[T] not exist', origin, sent: null })
  const out = Buffer.alloc(response.headBytesMax())
  const end = response.writeHead(out, 0, 5, SerializeType.JSON)
  expect(out.toString('utf8', 8, end)).toBe(
    '{"code":17,"extFields":{"TRACE_ON":"false","MSG_REGION":"DefaultRegion"},"flag":1,"language":"JAVA","opaque":5,' +
      '"remark":"topic[T] not exist","serializeTypeCurrentRPC":"JSON","version":513}',
  )
})

test('the answer to a pull reads back as it was made and lets its records go once', () => {
  const queues = fc.record({
    suggestWhichBrokerId: fc.nat(),
    nextBeginOffset: counts,
    minOffset: fc.oneof(counts, fc.constant(-1)),
    maxOffset: counts,
    topicSysFlag: fc.integer(),
    groupSysFlag: fc.integer(),
  })
  fc.assert(
    fc.property(queues, serializeTypes, (queue, serializeType) => {
      const release = jest.fn()
      const records = { parts: [Buffer.from('ab'), Buffer.from('c')], bodyBytes: 3, release }
      const response = new PullMessageResponse({ code: 0, remark: 'FOUND', queue, records })
      const command = onTheWire(response, 9, serializeType)
      expect(command).toMatchObject({ code: 0, remark: 'FOUND', opaque: 9, body: Buffer.from('abc') })
      expect(command.extFields).toMatchObject(
        Object.fromEntries(Object.entries(queue).map(([name, value]) => [name, String(value)])),
      )
      response.release()
      expect(release).toHaveBeenCalledTimes(1)
    }),
  )
})
