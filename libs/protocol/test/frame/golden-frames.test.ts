import {
  decodeFrame,
  encodeFrame,
  IncomingCommand,
  LanguageCode,
  RemotingCommand,
  SerializeType,
  UndecodableFrameError,
} from '../../src'
import golden from '../golden/frames.json'

type Written = (typeof golden.written)[number]

function commandOf(written: Written): RemotingCommand {
  const { code, version, opaque, flag, remark, extFields, body } = written
  return Object.assign(new RemotingCommand(code), {
    language: LanguageCode[written.language as keyof typeof LanguageCode],
    version,
    opaque,
    flag,
    remark,
    extFields,
    body: body === null || body === '' ? null : Buffer.from(body, 'hex'),
  })
}

/** A binary header cannot tell an empty text, or an empty object, from none. */
function asOnTheWire(written: Written): RemotingCommand {
  const command = commandOf(written)
  if (written.serializeType === SerializeType.JSON) return command
  const fields = Object.entries(command.extFields ?? {})
  command.extFields = fields.length === 0 ? null : Object.fromEntries(fields.filter(([, value]) => value !== ''))
  if (command.remark === '') command.remark = null
  return command
}

test.each(golden.written.map((written, index) => [index, written] as const))(
  'frame %i of Java reads as it was made, and is written with the same bytes',
  (_, written) => {
    const frame = Buffer.from(written.frame, 'hex')
    const serializeType = written.serializeType as SerializeType
    const command = commandOf(written)
    expect(decodeFrame(frame)).toEqual(asOnTheWire(written))
    const { extFields, remark } = IncomingCommand.read(frame)
    expect({ extFields, remark }).toEqual({
      extFields: asOnTheWire(written).extFields ?? {},
      remark: asOnTheWire(written).remark,
    })
    const hasOwnOrder = Object.keys(written.extFields ?? {}).length < 2
    if (hasOwnOrder) expect(encodeFrame(command, serializeType).toString('hex')).toBe(written.frame)
    expect(encodeFrame(command, serializeType).length).toBe(frame.length)
  },
)

function frameOf(header: string): Buffer {
  const bytes = Buffer.from(header)
  const lengths = Buffer.alloc(8)
  lengths.writeInt32BE(4 + bytes.length, 0)
  lengths.writeInt32BE(bytes.length, 4)
  return Buffer.concat([lengths, bytes])
}

/** Where we do not follow Java, knowingly: oddities that no client sends. */
const intended: Readonly<Record<string, string>> = {
  '{"code":310,"extFields":null,"opaque":7,"remark":null,"language":null}': 'language OTHER rather than null',
  '{"code":{},"opaque":7}': 'an empty object is no number',
  '{"code":310 "opaque":7}': 'a comma stands between members',
  '{"code":310,"opaque":7,"language":99}': 'an unknown language is no reason to close',
  '{"code":310,"opaque":7,"language":"9"}': 'a place in the list is a number',
  '{"code":310,"opaque":7,"remark":"\\uZZZZ"}': 'an escape has four hex digits',
  '{"code":310,"opaque":7,"extFields":{1:2}}': 'numbers may be names here too',
  '{"code":310,"opaque":7,"extFields":""}': 'a text is no object',
  '{"code":/* comment */310,"opaque":7}': 'a comment may stand anywhere',
  '{"code":310,"opaque":7,"body":"x","suspended":true,"onewayRPC":true,"type":"REQUEST_COMMAND"}': 'unknown names',
}

const followed = golden.read.filter(({ header }) => !(header in intended))

test.each(followed.map(read => [read.header, read] as const))('the header %j reads as in Java', (header, expected) => {
  if (!expected.accepted) {
    expect(() => IncomingCommand.read(frameOf(header))).toThrow(UndecodableFrameError)
    return
  }
  const { code, version, opaque, flag, remark, language, extFields } = IncomingCommand.read(frameOf(header))
  const expectedFields = Object.entries(expected.extFields ?? {}).filter(([, value]) => value !== null)
  expect({ code, version, opaque, flag, remark, language, extFields }).toEqual({
    code: expected.code,
    version: expected.version,
    opaque: expected.opaque,
    flag: expected.flag,
    remark: expected.remark,
    language: expected.language === null ? null : LanguageCode[expected.language as keyof typeof LanguageCode],
    extFields: Object.fromEntries(expectedFields),
  })
})

test('every header in which we do not follow Java is among the recorded ones', () => {
  expect(Object.keys(intended).length).toBe(golden.read.length - followed.length)
})
