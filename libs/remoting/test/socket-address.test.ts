import { peerOf, readHostAndPort } from '../src'

test.each([
  ['127.0.0.1', 10_911, '127.0.0.1:10911', '7f000001 00002a9f'],
  ['::ffff:10.0.0.7', 80, '10.0.0.7:80', '0a000007 00000050'],
  ['::1', 80, '[::1]:80', `${'00'.repeat(15)}01 00000050`],
  ['2001:db8::8a2e:370:7334', 1, '[2001:db8::8a2e:370:7334]:1', '20010db8000000000000 8a2e 0370 7334 00000001'],
  ['fe80::1%eth0', 1, '[fe80::1]:1', `fe80${'00'.repeat(13)}01 00000001`],
  ['64:ff9b::1.2.3.4', 1, '[64:ff9b::1.2.3.4]:1', `0064ff9b${'00'.repeat(8)}01020304 00000001`],
  ['', 0, ':0', '00000000 00000000'],
])('%s port %d is %s', (ip, port, remoteAddress, hex) => {
  const peer = peerOf(ip, port)
  expect(peer.remoteAddress).toBe(remoteAddress)
  expect(peer.remoteHost.toString('hex')).toBe(hex.replaceAll(' ', ''))
})

test.each([
  ['127.0.0.1:9876', { host: '127.0.0.1', port: 9876 }],
  ['broker.example:10911', { host: 'broker.example', port: 10_911 }],
  ['[::1]:9876', { host: '::1', port: 9876 }],
  ['no port', null],
  [':9876', null],
  ['host:port', null],
])('%j is taken apart', (address, expected) => {
  expect(readHostAndPort(address)).toEqual(expected)
})
