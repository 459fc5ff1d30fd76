import * as fc from 'fast-check'
import { decodeFrame, encodeFrame, IncomingCommand, RemotingCommand, SerializeType } from '../../src'

const names = fc.string({ minLength: 1, maxLength: 9 })
const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
const serializeTypes = fc.constantFrom(SerializeType.JSON, SerializeType.ROCKETMQ)

const commands = fc
  .record({
    code: fc.integer({ min: 0, max: 32767 }),
    opaque: fc.integer(),
    flag: fc.integer({ min: 0, max: 3 }),
    version: fc.integer({ min: 0, max: 32767 }),
    remark: fc.option(texts),
    extFields: fc.option(fc.dictionary(names, texts, { minKeys: 1 })),
    body: fc.option(fc.uint8Array({ minLength: 1 }).map(bytes => Buffer.from(bytes))),
  })
  .map(parts => Object.assign(new RemotingCommand(parts.code), parts))

test('a command comes out of its frame as it went in, with either kind of header', () => {
  fc.assert(
    fc.property(commands, serializeTypes, (command, serializeType) => {
      expect(decodeFrame(encodeFrame(command, serializeType))).toEqual(command)
    }),
  )
})

test('an incoming command shows what the frame holds', () => {
  fc.assert(
    fc.property(commands, serializeTypes, (command, serializeType) => {
      const incoming = IncomingCommand.read(encodeFrame(command, serializeType))
      const { code, opaque, flag, version, language, remark, extFields, body } = command
      expect({
        code: incoming.code,
        opaque: incoming.opaque,
        flag: incoming.flag,
        version: incoming.version,
        language: incoming.language,
        remark: incoming.remark,
        extFields: incoming.extFields,
        body: incoming.body,
      }).toEqual({ code, opaque, flag, version, language, remark, extFields: extFields ?? {}, body })
    }),
  )
})
