import { RefusedError } from '@rocketmq-ts/base'
import * as fc from 'fast-check'
import * as protocol from '../../src'
import {
  encodeFrame,
  FRAME_BYTES_MAX,
  IncomingCommand,
  RemotingCommand,
  SerializeType,
  UndecodableFrameError,
} from '../../src'

const send = RemotingCommand.request(
  310,
  {
    ...{ a: 'group', b: 'TopicA', c: 'TBW102', d: '4', e: '0', f: '0', g: '1700000000123', h: '0', j: '0', k: 'false' },
    i: 'UNIQ_KEY\x01AC11"\\\x02TAGS\x01标签😀\x02',
  },
  Buffer.from('body'),
)
send.remark = 'remark'

/** Every reader of a header that the lib has. */
const readers = Object.entries(protocol)
  .filter(([name]) => /^read.*Header$/.test(name))
  .map(([, reader]) => reader as (command: IncomingCommand) => unknown)

/** Looks at everything that a frame can hold: nothing but the errors of the contract may come out. */
function lookInto(frame: Buffer): void {
  let command: IncomingCommand
  try {
    command = IncomingCommand.read(frame)
  } catch (error) {
    expect(error).toBeInstanceOf(UndecodableFrameError)
    return
  }
  expect(Object.getPrototypeOf(command.extFields)).toBeNull()
  expect([command.remark, command.body, command.language]).toBeDefined()
  for (const read of readers) {
    try {
      read(command)
    } catch (error) {
      expect(error).toBeInstanceOf(RefusedError)
    }
  }
}

function withLengths(serializeType: number, header: Uint8Array, body: Uint8Array): Buffer {
  const lengths = Buffer.alloc(8)
  lengths.writeInt32BE(4 + header.length + body.length, 0)
  lengths.writeUInt32BE(serializeType * 0x100_0000 + header.length, 4)
  return Buffer.concat([lengths, header, body])
}

const serializeTypes = fc.constantFrom(SerializeType.JSON, SerializeType.ROCKETMQ)

test('frames of random bytes are read or refused, and nothing else happens', () => {
  const framed = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.uint8Array(), fc.uint8Array())
    .map(([type, header, body]) => withLengths(type, header, body))
  const bare = fc.uint8Array().map(bytes => Buffer.from(bytes))
  fc.assert(fc.property(fc.oneof(framed, bare), lookInto), { numRuns: 2000 })
})

test('a good frame with a few wrong bytes is read or refused, and nothing else happens', () => {
  const wrongBytes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(serializeTypes, wrongBytes, (serializeType, changes) => {
      const frame = encodeFrame(send, serializeType)
      for (const [at, byte] of changes) frame[4 + (at % (frame.length - 4))] = byte
      lookInto(frame)
    }),
    { numRuns: 1000 },
  )
})

test('a good frame cut off anywhere is refused', () => {
  for (const serializeType of [SerializeType.JSON, SerializeType.ROCKETMQ]) {
    const frame = encodeFrame(send, serializeType)
    for (let end = 0; end < frame.length; end += 1) {
      expect(() => IncomingCommand.read(frame.subarray(0, end))).toThrow(UndecodableFrameError)
      const shortened = Buffer.from(frame.subarray(0, Math.max(4, end)))
      shortened.writeInt32BE(shortened.length - 4)
      lookInto(shortened)
    }
  }
})

test('a control character is no blank', () => {
  for (let unit = 0; unit < 0x20; unit += 1) {
    lookInto(
      withLengths(SerializeType.JSON, Buffer.from(`{"extFields":{${String.fromCharCode(unit)}}}`), Buffer.alloc(0)),
    )
  }
})

test('JSON headers of odd pieces are read or refused, and nothing else happens', () => {
  const pieces = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\u12',
      '"code":',
      '"extFields":{',
      '"remark":',
      '"language":',
      '1e9',
    ],
    ...['"a"', "'b'", 'null', 'true', '-', '310', ' ', '\n', '\x00', '\ud800', '/*', '*/', '{"x":1}:', '"__proto__":'],
  )
  fc.assert(
    fc.property(fc.array(pieces), parts => {
      lookInto(withLengths(SerializeType.JSON, Buffer.from(`{${parts.join('')}}`), Buffer.alloc(0)))
    }),
    { numRuns: 1000 },
  )
})

test.each(['[', '{"a":', '{"extFields":{"a":['])('a header of %s without end is refused', open => {
  const header = Buffer.from(open.repeat(Math.floor(1_000_000 / open.length)))
  expect(() => IncomingCommand.read(withLengths(SerializeType.JSON, header, Buffer.alloc(0)))).toThrow(
    UndecodableFrameError,
  )
})

test('a header as long as a frame may be is read once', () => {
  const value = 'x'.repeat(FRAME_BYTES_MAX - 200)
  for (const serializeType of [SerializeType.JSON, SerializeType.ROCKETMQ]) {
    const command = IncomingCommand.read(encodeFrame(RemotingCommand.request(1, { value }), serializeType))
    expect(command.extFields['value']?.length).toBe(value.length)
  }
})

test('names that objects have are fields like any other', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  for (const serializeType of [SerializeType.JSON, SerializeType.ROCKETMQ]) {
    const extFields = Object.fromEntries(names.map(name => [name, name]))
    Object.defineProperty(extFields, '__proto__', { value: '__proto__', enumerable: true })
    const command = IncomingCommand.read(encodeFrame(RemotingCommand.request(1, extFields), serializeType))
    expect(Object.entries(command.extFields)).toEqual(expect.arrayContaining(names.map(name => [name, name])))
  }
})
