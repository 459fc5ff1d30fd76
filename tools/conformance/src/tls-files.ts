import { writeFileSync } from 'node:fs'
import * as path from 'node:path'
import type { Properties } from '@rocketmq-ts/testing'
import { generate } from 'selfsigned'

/** A certificate of its own for the servers, and the settings, by Java's names, with which both sides use it. */
export interface TlsFiles {
  readonly serverProperties: Properties
  readonly clientProperties: Properties
}

export async function createTlsFiles(folder: string): Promise<TlsFiles> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'rocketmq-ts conformance' }], {
    keySize: 2048,
  })
  const certPath = path.join(folder, 'server.pem')
  const keyPath = path.join(folder, 'server.key')
  writeFileSync(certPath, cert)
  writeFileSync(keyPath, key)
  return {
    serverProperties: {
      'tls.test.mode.enable': false,
      'tls.server.mode': 'permissive',
      'tls.server.certPath': certPath,
      'tls.server.keyPath': keyPath,
    },
    clientProperties: {
      'tls.enable': true,
      'tls.test.mode.enable': false,
      'tls.client.authServer': true,
      'tls.client.trustCertPath': certPath,
    },
  }
}
