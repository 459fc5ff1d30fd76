import { ConfigError } from '@rocketmq-ts/base'
import { StoreHost } from '../src/store-host'

test.each([
  ['10.1.2.3', '0a01020300002a9f'],
  ['[2001:db8::7]', '20010db800000000000000000000000700002a9f'],
  ['localhost', '7f00000100002a9f'],
])('%s is in records as %s', async (brokerIP1, hex) => {
  const storeHost = new StoreHost(brokerIP1)
  const { bytes } = storeHost
  await storeHost.resolve(1)
  await storeHost.resolve(10_911)
  expect(bytes.toString('hex')).toBe(hex)
  expect(storeHost.address.toString('hex')).toBe(hex.slice(0, -8))
})

test('a name that nobody knows is a bad configuration', async () => {
  await expect(new StoreHost('nobody.invalid').resolve(10_911)).rejects.toThrow(ConfigError)
})
