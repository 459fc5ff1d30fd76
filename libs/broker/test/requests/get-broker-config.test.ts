import { RequestCode } from '@rocketmq-ts/protocol'
import { useBrokers } from '../support/use-brokers'

const startBroker = useBrokers()

test('nobody is told a password, neither one of the start nor one of an update', async () => {
  const { ask, runtimeConfig } = await startBroker({
    'tls.server.keyPassword': 'first-password',
    'tls.client.keyPassword': 'second-password',
    initAuthenticationUser: '{"username":"admin","password":"third-password"}',
  })
  await ask(RequestCode.UPDATE_BROKER_CONFIG, {}, 'tls.server.keyPassword=fourth-password\nfileReservedTime=48\n')
  const text = (await ask(RequestCode.GET_BROKER_CONFIG)).body?.toString()
  expect(text).toContain('brokerName=broker-a\n')
  expect(text).toContain('fileReservedTime=48\n')
  expect(text).toContain('tls.server.keyPath=')
  expect(text).not.toMatch(/password|initAuthenticationUser/i)
  expect(runtimeConfig.values['tls.client.keyPassword']).toBe('second-password') // it is there, and only not told
})
