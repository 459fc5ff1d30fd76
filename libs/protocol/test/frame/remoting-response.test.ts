import * as fc from 'fast-check'
import { RemotingResponse, SerializeType, decodeFrame } from '../../src'

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('"opaque":0'), fc.constant('\\"opaque\\":0'))
const parts = fc.record({
  code: fc.integer({ min: 0, max: 2100 }),
  remark: fc.option(text.filter(remark => remark !== '')),
  extFields: fc.option(
    fc.dictionary(
      text.filter(name => name !== ''),
      text.filter(value => value !== ''),
      { minKeys: 1 },
    ),
  ),
  body: fc.option(fc.uint8Array({ minLength: 1 }).map(bytes => Buffer.from(bytes))),
})
const opaque = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const serializeType = fc.constantFrom(SerializeType.JSON, SerializeType.ROCKETMQ)

function frameOf(response: RemotingResponse, opaqueOfRequest: number, type: SerializeType): Buffer {
  const room = Buffer.alloc(response.headBytesMax())
  const end = response.writeHead(room, 0, opaqueOfRequest, type)
  return Buffer.concat([room.subarray(0, end), ...response.bodyParts])
}

test('a response is read back as it was made, for every request that it answers', () => {
  fc.assert(
    fc.property(parts, fc.array(fc.tuple(opaque, serializeType), { minLength: 1, maxLength: 3 }), (made, answered) => {
      const response = new RemotingResponse(made)
      for (const [opaqueOfRequest, type] of answered) {
        const command = decodeFrame(frameOf(response, opaqueOfRequest, type))
        expect(command).toMatchObject({
          code: made.code,
          opaque: opaqueOfRequest,
          flag: 1,
          remark: made.remark,
          extFields: made.extFields,
          body: made.body,
        })
      }
    }),
  )
})

test('the JSON head is that of Java', () => {
  const frame = frameOf(RemotingResponse.success({ a: 'b' }, Buffer.from('x')), -7, SerializeType.JSON)
  expect(frame.subarray(8, -1).toString()).toBe(
    '{"code":0,"extFields":{"a":"b"},"flag":1,"language":"JAVA","opaque":-7,"serializeTypeCurrentRPC":"JSON","version":513}',
  )
})
