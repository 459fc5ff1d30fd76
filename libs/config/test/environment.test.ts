import { environmentName, javaBrokerKeys } from '../src'

test.each([
  ['listenPort', 'ROCKETMQ_BROKER_LISTEN_PORT'],
  ['brokerIP1', 'ROCKETMQ_BROKER_BROKER_IP1'],
  ['enableDLegerCommitLog', 'ROCKETMQ_BROKER_ENABLE_D_LEGER_COMMIT_LOG'],
  ['tls.server.mode', 'ROCKETMQ_BROKER_TLS_SERVER_MODE'],
])('%s is set by %s', (key, name) => {
  expect(environmentName('broker', key)).toBe(name)
})

test('no two keys of a broker share a variable', () => {
  const names = Object.keys(javaBrokerKeys).map(key => environmentName('broker', key))
  expect(new Set(names).size).toBe(names.length)
})
