import type { TlsSettings } from '@rocketmq-ts/broker'
import type { Flag, FlagValues } from '@rocketmq-ts/shell'

/** For servers that want TLS. */
export const tlsFlags: readonly Flag[] = [
  { name: 'tls', help: "connect with TLS; without --tls-ca any server's certificate will do" },
  { name: 'tls-ca', value: 'FILE', help: 'certificates that servers must be signed by, PEM' },
  { name: 'tls-cert', value: 'FILE', help: 'our own certificate, for servers that want one, PEM' },
  { name: 'tls-key', value: 'FILE', help: 'its private key, PEM' },
]

/** The keys of Java's clients that the flags stand for; null without TLS. A flag counts more than `tls.config.file`. */
export function tlsSettingsOf(given: FlagValues): TlsSettings | null {
  const files = {
    'tls.client.trustCertPath': given.get('tls-ca'),
    'tls.client.certPath': given.get('tls-cert'),
    'tls.client.keyPath': given.get('tls-key'),
  }
  const named = Object.entries(files).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  if (named.length === 0) return given.has('tls') ? { 'tls.enable': 'true' } : null
  return {
    'tls.enable': 'true',
    'tls.config.file': '',
    'tls.test.mode.enable': 'false',
    'tls.client.authServer': String(given.has('tls-ca')),
    ...Object.fromEntries(named),
  }
}
