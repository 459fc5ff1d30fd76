import fc from 'fast-check'
import { BadHandshakeError } from '../../src/errors'
import { readProxyHeader } from '../../src/handshake/proxy-header'

const SIGNATURE = '0d0a0d0a000d0a515549540a'

function v2(hex: string): Buffer {
  return Buffer.from(`${SIGNATURE}${hex.replaceAll(' ', '')}`, 'hex')
}

test.each([
  ['PROXY TCP4 1.2.3.4 5.6.7.8 1000 2000\r\n', { address: '1.2.3.4', port: 1000 }],
  ['PROXY TCP6 2001:db8::1 ::1 65535 2000\r\n', { address: '2001:db8::1', port: 65_535 }],
  ['PROXY UNKNOWN\r\n', null],
  ['PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n', null],
])('version 1: %j', (line, source) => {
  const bytes = Buffer.from(`${line}and then frames`)
  expect(readProxyHeader(bytes)).toEqual({ headerBytes: line.length, source })
})

test.each([
  ['TCP over IPv4', '21 11 000c 01020304 05060708 03e8 07d0', { address: '1.2.3.4', port: 1000 }],
  ['TCP over IPv4 with TLVs', '21 11 0010 01020304 05060708 03e8 07d0 04 0001 61', { address: '1.2.3.4', port: 1000 }],
  [
    'TCP over IPv6',
    `21 21 0024 20010db8${'00'.repeat(11)}01 ${'00'.repeat(15)}01 ffff 07d0`,
    { address: '2001:db8:0:0:0:0:0:1', port: 65_535 },
  ],
  ['LOCAL', '20 00 0000', null],
  ['LOCAL with an address that does not count', '20 11 000c 01020304 05060708 03e8 07d0', null],
  ['a Unix socket', `21 31 00d8 ${'61'.repeat(216)}`, null],
])('version 2: %s', (_, hex, source) => {
  const header = v2(hex)
  expect(readProxyHeader(Buffer.concat([header, Buffer.from('frames')]))).toEqual({
    headerBytes: header.length,
    source,
  })
})

test('a header that has not arrived whole needs more bytes', () => {
  const headers = [Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n'), v2('21 11 000c 01020304 05060708 03e8 07d0')]
  for (const header of headers) {
    for (let length = 1; length < header.length; length += 1) {
      expect(readProxyHeader(header.subarray(0, length))).toBe('more')
    }
  }
})

test.each(['\0\0\0\x10', 'P\0\0\0', 'PROXYTCP4', '\r\n\r\nGET', '\x16\x03\x01'])('%j is no header', text => {
  expect(readProxyHeader(Buffer.from(text, 'latin1'))).toBe('none')
})

test.each([
  ['a line of 108 bytes', Buffer.from(`PROXY TCP4 ${'1'.repeat(100)}`)],
  ['no address', Buffer.from('PROXY TCP4\r\n')],
  ['no port', Buffer.from('PROXY TCP4 1.2.3.4 5.6.7.8 x y\r\n')],
  ['another protocol', Buffer.from('PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n')],
  ['version 3', v2('31 11 000c 01020304 05060708 03e8 07d0')],
  ['an unknown command', v2('22 11 000c 01020304 05060708 03e8 07d0')],
  ['no room for addresses', v2('21 11 0002 0102')],
  ['more than any balancer sends', v2('21 11 ffff')],
])('%s is refused', (_, bytes) => {
  expect(() => readProxyHeader(bytes)).toThrow(BadHandshakeError)
})

test('no bytes crash it', () => {
  const startsWell = fc.constantFrom(Buffer.from('PROXY '), v2(''), Buffer.alloc(0))
  fc.assert(
    fc.property(startsWell, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      try {
        readProxyHeader(Buffer.concat([start, rest]))
      } catch (error) {
        expect(error).toBeInstanceOf(BadHandshakeError)
      }
    }),
  )
})
