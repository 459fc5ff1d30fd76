import type { SecureContextOptions, TlsOptions, ConnectionOptions, SecureVersion } from 'node:tls'
import { ConfigError, type Disk } from '@rocketmq-ts/base'
import { readProperties } from '@rocketmq-ts/config'
import { z } from 'zod'
import { cipherList } from './cipher-names'
import { createSelfSignedCertificate } from './self-signed'
import { type TlsConfig, tlsConfigSchema } from './tls-config'

type Texts = Pick<Disk, 'readText'>

/** The configuration with what the file `tls.config.file` says of it, if there is one. Throws ConfigError. */
export function withTlsFile(config: TlsConfig, disk: Texts): TlsConfig {
  const file = config['tls.config.file']
  const text = file === '' ? null : disk.readText(file)
  if (text === null) return config
  const fromFile = Object.fromEntries(readProperties(text).map(({ key, value }) => [key, value]))
  const parsed = tlsConfigSchema.safeParse({ ...config, ...fromFile })
  if (!parsed.success) throw new ConfigError([`${file}: ${z.prettifyError(parsed.error)}`])
  return parsed.data
}

/** Throws ConfigError when a file is missing or its content cannot be used. */
export async function serverTlsOptions(config: TlsConfig, disk: Texts): Promise<TlsOptions> {
  if (config['tls.test.mode.enable']) return { ...versionsAndCiphers(config), ...(await createSelfSignedCertificate()) }
  const certPath = config['tls.server.certPath']
  const keyPath = config['tls.server.keyPath']
  if (certPath === '' || keyPath === '') {
    throw new ConfigError(['without tls.test.mode.enable, TLS needs tls.server.certPath and tls.server.keyPath'])
  }
  return {
    ...versionsAndCiphers(config),
    cert: requireText(disk, 'tls.server.certPath', certPath),
    key: requireText(disk, 'tls.server.keyPath', keyPath),
    ...passphrase(config['tls.server.keyPassword']),
    ...trust(disk, 'tls.server.trustCertPath', config['tls.server.trustCertPath']),
    requestCert: config['tls.server.need.client.auth'] !== 'none',
    // Which certificate is good enough is more than Node's one switch can say: see TlsAcceptor.
    rejectUnauthorized: false,
  }
}

/** Names of hosts are not compared with certificates: brokers are known by address, and Java does not either. */
export function clientTlsOptions(given: TlsConfig, disk: Texts): ConnectionOptions {
  const config = withTlsFile(given, disk)
  const checkServerIdentity = (): undefined => undefined
  if (config['tls.test.mode.enable'])
    return { ...versionsAndCiphers(config), rejectUnauthorized: false, checkServerIdentity }
  const certPath = config['tls.client.certPath']
  const keyPath = config['tls.client.keyPath']
  return {
    ...versionsAndCiphers(config),
    ...(certPath === '' ? {} : { cert: requireText(disk, 'tls.client.certPath', certPath) }),
    ...(keyPath === '' ? {} : { key: requireText(disk, 'tls.client.keyPath', keyPath) }),
    ...passphrase(config['tls.client.keyPassword']),
    ...trust(disk, 'tls.client.trustCertPath', config['tls.client.trustCertPath']),
    rejectUnauthorized: config['tls.client.authServer'],
    checkServerIdentity,
  }
}

function requireText(disk: Texts, key: string, path: string): string {
  const text = disk.readText(path)
  if (text === null) throw new ConfigError([`${key}: there is no file ${path}`])
  return text
}

function passphrase(password: string): SecureContextOptions {
  return password === '' ? {} : { passphrase: password }
}

function trust(disk: Texts, key: string, path: string): SecureContextOptions {
  return path === '' ? {} : { ca: requireText(disk, key, path) }
}

function versionsAndCiphers(config: TlsConfig): SecureContextOptions {
  const versions = commaList(config['tls.protocols']).sort() as SecureVersion[]
  const ciphers = commaList(config['tls.ciphers'])
  const [minVersion] = versions
  const maxVersion = versions.at(-1)
  return {
    ...(minVersion === undefined || maxVersion === undefined ? {} : { minVersion, maxVersion }),
    ...(ciphers.length === 0 ? {} : { ciphers: cipherList(ciphers) }),
  }
}

function commaList(text: string): string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}
