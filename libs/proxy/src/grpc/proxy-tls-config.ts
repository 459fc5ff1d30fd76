import * as path from 'node:path'
import type { TlsConfig } from '@rocketmq-ts/remoting'
import type { ProxyConfig } from '../proxy-config'

export type ProxyTlsKeys = Pick<
  ProxyConfig,
  'rocketmqHome' | 'tlsCertPath' | 'tlsCertWatchIntervalMs' | 'tlsKeyPassword' | 'tlsKeyPath' | 'tlsTestModeEnable'
>

/** TLS of gRPC clients as rmq-proxy.json has it: keys of its own, no file of tls.* keys, and no certificates of clients. */
export function proxyTlsConfig(config: ProxyTlsKeys & TlsConfig): TlsConfig {
  const { rocketmqHome, tlsTestModeEnable, tlsKeyPath, tlsCertPath, tlsKeyPassword } = config
  const inHome = (name: string): string => path.join(rocketmqHome, 'conf', 'tls', name)
  return {
    ...config,
    'tls.config.file': '',
    'tls.test.mode.enable': tlsTestModeEnable,
    'tls.server.need.client.auth': 'none',
    'tls.server.keyPath': tlsKeyPath || inHome('rocketmq.key'),
    'tls.server.keyPassword': tlsKeyPassword,
    'tls.server.certPath': tlsCertPath || inHome('rocketmq.crt'),
    'tls.server.trustCertPath': '',
  }
}
